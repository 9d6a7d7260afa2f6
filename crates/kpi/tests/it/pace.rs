//! Pace: the path from the start of a phase to its target.

use kpi::catalogue::{Catalogue, Current, PhaseDates};
use kpi::pace::{Pace, along, pace};
use kpi::shape::{CAP, Goal, Shape, attainment};
use kpi::status::Status;
use kpi::target::Severity;
use proptest::prelude::*;

use crate::support::{DAY_MS, START_MS, Series, asked, evaluate_one, framework};

/// The framework with a first phase of 100 days.
fn dated() -> Catalogue {
    let mut catalogue = framework();
    catalogue.phases[0].dates = Some(PhaseDates { starts_ms: START_MS, ends_ms: START_MS + 100 * DAY_MS });
    catalogue
}

fn at(catalogue: &Catalogue, id: &str, series: &Series, day: i64) -> (Status, Option<Pace>) {
    let (position, _) = catalogue.kpi(id).unwrap();
    let instant_ms = START_MS + day * DAY_MS;
    let status = evaluate_one(catalogue, position, series, instant_ms).unwrap();
    let paced = asked(series, |source| pace(catalogue, position, source, &status, instant_ms));
    assert_eq!(paced, status.pace);
    (status.current.status, status.pace)
}

#[test]
fn on_day_one_a_growth_kpi_is_off_target_and_on_pace() {
    let series = Series::of("developer-adoption", &[(START_MS, 0.0), (START_MS + 50 * DAY_MS, 400.0)]);
    let (status, pace) = at(&dated(), "developer-adoption", &series, 0);
    let pace = pace.unwrap();
    assert_eq!(status, Status::Red);
    assert_eq!((pace.expected.to_bits(), pace.on_pace), (0.0_f64.to_bits(), true));
    assert_eq!(pace.attainment.to_bits(), 1.0_f64.to_bits());
    // Half way through it should be at 500.
    let pace = at(&dated(), "developer-adoption", &series, 50).1.unwrap();
    assert_eq!(
        pace,
        Pace { expected: 500.0, attainment: 0.8, on_pace: false, start: 0.0, target: 1_000.0, elapsed_share: 0.5 }
    );
    // After the end the path asks for the target.
    let pace = at(&dated(), "developer-adoption", &series, 130).1.unwrap();
    assert_eq!((pace.expected.to_bits(), pace.elapsed_share.to_bits()), (1_000.0_f64.to_bits(), 1.0_f64.to_bits()));
}

#[test]
fn without_dates_before_the_phase_and_without_data_there_is_no_pace() {
    let series = Series::of("developer-adoption", &[(START_MS - 9 * DAY_MS, 10.0)]);
    assert_eq!(at(&framework(), "developer-adoption", &series, 0).1, None);
    assert_eq!(at(&dated(), "developer-adoption", &series, -1).1, None);
    assert_eq!(at(&dated(), "developer-adoption", &Series::default(), 10), (Status::NoData, None));
}

#[test]
fn judged_recurring_and_severity_targets_have_no_pace() {
    for (id, value) in [("wcag-compliance", 1.0), ("access-control-audit", 1.0), ("security-vulnerabilities", 2.0)] {
        assert_eq!(at(&dated(), id, &Series::of(id, &[(START_MS, value)]), 10).1, None, "{id}");
    }
}

#[test]
fn the_path_begins_with_the_first_of_four_that_is_known() {
    let day = |day: i64| START_MS + day * DAY_MS;
    let start = |catalogue: &Catalogue, id: &str, points: &[(i64, f64)]| {
        at(catalogue, id, &Series::of(id, points), 50).1.map(|pace| pace.start)
    };
    let mut catalogue = dated();
    // What was known when the phase began.
    assert_eq!(start(&catalogue, "code-coverage", &[(day(-3), 60.0), (day(1), 70.0)]), Some(60.0));
    // The catalogue's current number: no developers.
    assert_eq!(start(&catalogue, "developer-adoption", &[(day(7), 70.0)]), Some(0.0));
    // A relative KPI begins without an improvement over its baseline.
    assert_eq!(start(&catalogue, "inference-speed", &[(day(7), 70.0), (day(8), 100.0)]), Some(1.0));
    assert_eq!(start(&catalogue, "memory-efficiency", &[(day(7), 70.0), (day(8), 60.0)]), Some(0.0));
    // The first observation of the phase.
    assert_eq!(start(&catalogue, "code-coverage", &[(day(7), 65.0), (day(8), 70.0)]), Some(65.0));
    // A number that somebody set.
    let (position, _) = catalogue.kpi("code-coverage").unwrap();
    catalogue.kpis[position].current = Current::Value(75.0);
    assert_eq!(start(&catalogue, "code-coverage", &[(day(7), 65.0), (day(8), 70.0)]), Some(75.0));
}

#[test]
fn every_shape_approaches_its_target_in_its_own_sense() {
    use Goal::{Above, AtLeast, Below, Within};
    // Shape, goal, start, actual half way; expected, attainment, on pace.
    let cases: &[(Shape, Goal, f64, f64, f64, f64, bool)] = &[
        (Shape::Higher, AtLeast(100.0), 50.0, 60.0, 75.0, 0.8, false),
        (Shape::Higher, AtLeast(100.0), 50.0, 75.0, 75.0, 1.0, true),
        (Shape::Higher, Above(100.0), 100.0, 100.0, 100.0, 1.0, true),
        (Shape::Higher, AtLeast(100.0), 120.0, 110.0, 100.0, 1.1, true),
        (Shape::Higher, AtLeast(0.0), -10.0, -5.0, -5.0, 1.0, true),
        (Shape::Higher, AtLeast(0.0), -10.0, -4.0, -5.0, 1.0, true),
        (Shape::Higher, AtLeast(0.0), -10.0, -6.0, -5.0, 0.0, false),
        (Shape::Higher, AtLeast(0.0), 0.0, 0.0, 0.0, 1.0, true),
        (Shape::Lower, Below(10.0), 30.0, 25.0, 20.0, 0.8, false),
        (Shape::Lower, Below(10.0), 30.0, 16.0, 20.0, 1.25, true),
        (Shape::Lower, Below(10.0), 30.0, 0.0, 20.0, CAP, true),
        (Shape::Lower, Below(10.0), 5.0, 10.0, 10.0, 1.0, true),
        (Shape::NearHundred, AtLeast(99.0), 97.0, 96.0, 98.0, 0.5, false),
        (Shape::NearHundred, AtLeast(99.0), 97.0, 99.5, 98.0, 4.0, true),
        (Shape::Multiple, AtLeast(3.0), 1.0, 1.5, 2.0, 0.75, false),
        (Shape::Reduction, AtLeast(40.0), 0.0, 20.0, 20.0, 1.0, true),
        (Shape::Reduction, AtLeast(40.0), 0.0, -5.0, 20.0, 0.0, false),
        (Shape::Band, Within(70.0, 80.0), 50.0, 48.0, 60.0, 0.8, false),
        (Shape::Band, Within(70.0, 80.0), 50.0, 61.0, 60.0, 1.0, true),
        (Shape::Band, Within(70.0, 80.0), 50.0, 100.0, 60.0, 0.8, false),
        (Shape::Band, Within(70.0, 80.0), 100.0, 100.0, 90.0, 0.9, false),
        (Shape::Band, Within(70.0, 80.0), 100.0, 85.0, 90.0, 1.0, true),
        (Shape::Band, Within(70.0, 80.0), 75.0, 71.0, 75.0, 1.0, true),
        (Shape::Band, Within(70.0, 80.0), 75.0, 35.0, 75.0, 0.5, false),
    ];
    for (shape, goal, start, actual, expected, attained, on_pace) in cases {
        let pace = along(*shape, *goal, *start, 0.5, *actual).unwrap();
        let named = format!("{shape:?} {goal:?} from {start} at {actual}: {pace:?}");
        assert!((pace.expected - expected).abs() < 1e-9, "{named}");
        assert!((pace.attainment - attained).abs() < 1e-9, "{named}");
        assert_eq!(pace.on_pace, *on_pace, "{named}");
    }
}

#[test]
fn what_is_no_number_or_infinite_has_no_pace() {
    let goal = Goal::AtLeast(1.0);
    for (start, actual) in [(f64::NAN, 1.0), (1.0, f64::NAN), (f64::NEG_INFINITY, 1.0), (1.0, f64::INFINITY)] {
        assert_eq!(along(Shape::Higher, goal, start, 0.5, actual), None, "{start} {actual}");
    }
    for goal in [
        Goal::AtLeast(f64::INFINITY),
        Goal::Within(2.0, 1.0),
        Goal::Within(f64::NAN, 1.0),
        Goal::Reached,
        Goal::NoFinding(Severity::Low),
    ] {
        assert_eq!(along(Shape::Higher, goal, 0.0, 0.5, 1.0), None, "{goal:?}");
    }
    // The largest numbers are numbers all the same.
    let pace = along(Shape::Higher, Goal::AtLeast(f64::MAX), -f64::MAX, 0.5, 1.0).unwrap();
    assert_eq!((pace.expected.to_bits(), pace.on_pace), (0.0_f64.to_bits(), true));
}

#[test]
fn a_phase_of_no_length_asks_for_its_target_at_once() {
    let mut catalogue = dated();
    catalogue.phases[0].dates = Some(PhaseDates { starts_ms: START_MS, ends_ms: START_MS });
    let series = Series::of("developer-adoption", &[(START_MS, 10.0)]);
    let pace = at(&catalogue, "developer-adoption", &series, 0).1.unwrap();
    assert_eq!(pace.expected.to_bits(), 1_000.0_f64.to_bits());
}

proptest! {
    #[test]
    fn on_pace_and_attainment_agree_and_no_result_is_nan(
        shape in 0usize..6, start in any::<f64>(), low in any::<f64>(), width in any::<f64>(), share in -1.0f64..2.0,
        actual in any::<f64>(),
    ) {
        let (shape, goal) = [
            (Shape::Higher, Goal::AtLeast(low)),
            (Shape::Lower, Goal::Below(low)),
            (Shape::NearHundred, Goal::Above(low)),
            (Shape::Band, Goal::Within(low, low + width.abs())),
            (Shape::Reduction, Goal::AtLeast(low)),
            (Shape::Multiple, Goal::AtLeast(low)),
        ][shape];
        if let Some(pace) = along(shape, goal, start, share, actual) {
            prop_assert!([pace.expected, pace.start, pace.target].into_iter().all(f64::is_finite));
            prop_assert!((0.0..=CAP).contains(&pace.attainment));
            prop_assert!((0.0..=1.0).contains(&pace.elapsed_share));
            let wanted = if pace.on_pace { 1.0..=CAP } else { 0.0..=1.0 };
            prop_assert!(wanted.contains(&pace.attainment));
        }
    }

    #[test]
    fn whoever_has_met_the_target_is_on_pace(
        shape in 0usize..4, start in -1e6f64..1e6, low in -1e6f64..1e6, width in 0.0f64..1e5, share in 0.0f64..1.0,
        actual in -1e6f64..1e6,
    ) {
        let (shape, goal) = [
            (Shape::Higher, Goal::AtLeast(low)),
            (Shape::Lower, Goal::Below(low)),
            (Shape::NearHundred, Goal::Above(low)),
            (Shape::Band, Goal::Within(low, low + width)),
        ][shape];
        let pace = along(shape, goal, start, share, actual).unwrap();
        prop_assert!(!kpi::shape::met(goal, actual) || pace.on_pace);
        prop_assert!(attainment(shape, goal, actual) < 1.0 || !kpi::shape::met(goal, actual) || pace.attainment >= 1.0);
    }
}
