//! As of an instant: later data changes nothing, late data is told as a correction.

use std::sync::LazyLock;

use kpi::catalogue::{Catalogue, Current, PhaseDates};
use kpi::evaluation::Evaluation;
use kpi::gate::gates;
use kpi::measure::{Operand, Rule};
use kpi::point::{Observations, corrections as corrections_in};
use proptest::prelude::*;

use crate::derived::{measure, select};
use crate::support::{DAY_MS, START_MS, Series, corrections, evaluate, evaluate_as_known_at, framework};

/// Direct, windowed, relative and derived KPIs read these.
const SERIES: [&str; 5] =
    ["developer-adoption", "pipeline-build-time", "inference-speed", "dashboard-load-time", "ci.run"];

/// The framework with dates and a derived measurement, so that pace and computed values are compared too.
fn catalogue() -> Catalogue {
    let mut catalogue = framework();
    catalogue.phases[0].dates =
        Some(PhaseDates { starts_ms: START_MS + 20 * DAY_MS, ends_ms: START_MS + 150 * DAY_MS });
    let rule = Rule::Ratio {
        part: Operand::Count(select("ci.run", &[("result", &["even"])])),
        whole: Operand::Count(select("ci.run", &[])),
    };
    catalogue.measures.retain(|measure| measure.id != "build-success-rate");
    catalogue.measures.push(measure("build-success-rate", "%", rule));
    catalogue
}

fn add(series: &mut Series, day: i64, value: f64, recorded_day: i64) {
    let result = if day % 2 == 0 { "even" } else { "odd" };
    for name in SERIES {
        let (time_ms, recorded_ms) = (START_MS + day * DAY_MS, START_MS + recorded_day * DAY_MS);
        series.add_labelled(name, time_ms, value, recorded_ms, &[("result", result)]);
    }
}

#[test]
fn only_what_was_recorded_after_the_instant_about_a_time_before_it_is_a_correction() {
    let mut series = Series::default();
    for (time, recorded) in [(1, 1), (2, 5), (3, 3), (3, 4), (4, 9), (8, 9)] {
        series.add("bundle-size", time, 1.0, recorded);
    }
    let at = |instant_ms| corrections_in(series.points("bundle-size"), instant_ms);
    assert_eq!([0, 1, 2, 3, 4, 5, 8, 9].map(at), [0, 0, 1, 2, 2, 1, 2, 0]);
}

#[test]
fn a_late_value_changes_the_past_says_so_and_leaves_what_was_as_known_at() {
    let catalogue = framework();
    let instant_ms = START_MS + 2 * DAY_MS;
    let mut series = Series::of("developer-adoption", &[(START_MS, 400.0)]);
    let shown_then = evaluate(&catalogue, &series, instant_ms);
    let (position, kpi) = catalogue.kpi("developer-adoption").unwrap();
    assert_eq!(corrections(&catalogue, kpi, &series, instant_ms), 0);
    series.add("developer-adoption", START_MS + DAY_MS, 1_200.0, START_MS + 5 * DAY_MS);
    assert_eq!(corrections(&catalogue, kpi, &series, instant_ms), 1);
    assert_ne!(evaluate(&catalogue, &series, instant_ms).statuses[position], shown_then.statuses[position]);
    assert_eq!(evaluate_as_known_at(&catalogue, &series, instant_ms), shown_then);
}

#[test]
fn what_was_superseded_counts_as_as_known_at_and_no_more_now() {
    let catalogue = framework();
    let id = "developer-adoption";
    let (position, kpi) = catalogue.kpi(id).unwrap();
    let actual = |of: Evaluation| of.statuses[position].known.as_ref().and_then(|it| it.actual);
    let at = |series: &Series, day: i64| actual(evaluate(&catalogue, series, START_MS + day * DAY_MS));
    let then = |series: &Series, day: i64| actual(evaluate_as_known_at(&catalogue, series, START_MS + day * DAY_MS));
    let mut series = Series::of(id, &[(START_MS, 400.0)]);
    // Two days later a value for the same instant takes its place.
    series.supersede(id, START_MS, START_MS + 2 * DAY_MS);
    series.add(id, START_MS, 900.0, START_MS + 2 * DAY_MS);
    assert_eq!([0, 1, 2, 3].map(|day| at(&series, day)), [Some(900.0); 4]);
    assert_eq!([0, 1, 2, 3].map(|day| then(&series, day)), [Some(400.0), Some(400.0), Some(900.0), Some(900.0)]);
    let told = |day: i64, series: &Series| corrections(&catalogue, kpi, series, START_MS + day * DAY_MS);
    assert_eq!([0, 1, 2, 3].map(|day| told(day, &series)), [1, 1, 0, 0]);
    // And then it is withdrawn: nothing takes its place.
    series.supersede(id, START_MS, START_MS + 4 * DAY_MS);
    assert_eq!([1, 3, 4].map(|day| at(&series, day)), [None; 3]);
    assert_eq!([1, 3, 4].map(|day| then(&series, day)), [Some(400.0), Some(900.0), None]);
    assert_eq!([3, 4].map(|day| told(day, &series)), [1, 0]);
}

#[test]
fn decisions_come_into_force_and_unknown_ones_do_not() {
    let catalogue = framework();
    let in_force = catalogue.in_force(
        Some(2),
        &[("inference-speed".to_owned(), 80.0), ("nobody".to_owned(), 1.0), ("inference-speed".to_owned(), 90.0)],
    );
    assert_eq!(in_force.policy.current_phase, 2);
    assert_eq!(in_force.kpi("inference-speed").unwrap().1.current, Current::Value(90.0));
    assert_eq!(catalogue.in_force(None, &[]), catalogue);
    assert_eq!(catalogue.in_force(Some(9), &[("nobody".to_owned(), 1.0)]), catalogue);
}

/// Read once: a property asks for it hundreds of times.
static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(catalogue);

proptest! {
    #[test]
    fn later_observations_never_change_an_earlier_status(
        early in prop::collection::vec((0i64..=100, 0.0f64..2_000.0), 1..20),
        late in prop::collection::vec((101i64..200, 0.0f64..2_000.0), 0..20),
    ) {
        let catalogue = &*CATALOGUE;
        let instant_ms = START_MS + 100 * DAY_MS;
        let mut series = Series::default();
        for (day, value) in &early {
            add(&mut series, *day, *value, *day);
        }
        let before = evaluate(catalogue, &series, instant_ms);
        for (day, value) in &late {
            add(&mut series, *day, *value, *day);
        }
        let after = evaluate(catalogue, &series, instant_ms);
        prop_assert_eq!(&after, &before);
        prop_assert_eq!(gates(catalogue, &after), gates(catalogue, &before));
    }

    #[test]
    fn a_status_that_changed_has_corrections_and_what_was_as_known_at_never_changes(
        early in prop::collection::vec((0i64..=100, 0.0f64..2_000.0), 1..20),
        late in prop::collection::vec((0i64..200, 0.0f64..2_000.0, 101i64..300), 0..20),
    ) {
        let catalogue = &*CATALOGUE;
        let instant_ms = START_MS + 100 * DAY_MS;
        let mut series = Series::default();
        for (day, value) in &early {
            add(&mut series, *day, *value, *day);
        }
        let before = evaluate(catalogue, &series, instant_ms);
        for (day, value, recorded) in &late {
            add(&mut series, *day, *value, *recorded);
        }
        let after = evaluate(catalogue, &series, instant_ms);
        for (kpi, (then, now)) in catalogue.kpis.iter().zip(before.statuses.iter().zip(&after.statuses)) {
            prop_assert!(then == now || corrections(catalogue, kpi, &series, instant_ms) > 0, "{}", kpi.id);
        }
        let expected = late.iter().filter(|(day, _, _)| *day <= 100).count();
        let (_, kpi) = catalogue.kpi("build-success-rate").unwrap();
        prop_assert_eq!(corrections(catalogue, kpi, &series, instant_ms), expected);
        prop_assert_eq!(evaluate_as_known_at(catalogue, &series, instant_ms), before);
    }
}
