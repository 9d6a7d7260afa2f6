use super::*;
use crate::catalogue::Policy;
use crate::catalogue::{AlertPolicy, GroupBy};
use crate::status::{Compared, Status, Thresholds, judge};
use proptest::prelude::*;

use Goal::{Above, AtLeast, Below, NoFinding, Reached, Within};

#[test]
fn attainment_of_every_shape_at_its_boundaries() {
    let cases: &[(Shape, Goal, f64, f64, bool)] = &[
        (Shape::Higher, AtLeast(1_000.0), 0.0, 0.0, false),
        (Shape::Higher, AtLeast(1_000.0), 500.0, 0.5, false),
        (Shape::Higher, AtLeast(1_000.0), 1_000.0, 1.0, true),
        (Shape::Higher, AtLeast(1_000.0), -5.0, 0.0, false),
        (Shape::Higher, AtLeast(0.0), 0.0, CAP, true),
        (Shape::Higher, AtLeast(0.0), -0.001, 0.0, false),
        (Shape::Higher, AtLeast(-10.0), -20.0, 0.0, false),
        (Shape::Higher, AtLeast(-10.0), -10.0, 1.0, true),
        (Shape::Higher, AtLeast(-10.0), 5.0, CAP, true),
        (Shape::Lower, Below(7_200.0), 5_400.0, 4.0 / 3.0, true),
        (Shape::Lower, Below(7_200.0), 7_200.0, 1.0, false),
        (Shape::Lower, Below(7_200.0), 14_400.0, 0.5, false),
        (Shape::Lower, Below(7_200.0), 0.0, CAP, true),
        (Shape::Lower, Below(7_200.0), -1.0, CAP, true),
        (Shape::Lower, Below(0.0), -1.0, CAP, true),
        (Shape::Lower, Below(0.0), 1.0, 0.0, false),
        (Shape::Lower, Below(-5.0), -10.0, 1.0, true),
        (Shape::Lower, Below(-5.0), 3.0, 0.0, false),
        (Shape::NearHundred, AtLeast(99.95), 99.949, 0.05 / 0.051, false),
        (Shape::NearHundred, AtLeast(99.5), 99.0, 0.5, false),
        (Shape::NearHundred, AtLeast(99.5), 100.0, CAP, true),
        (Shape::NearHundred, Above(99.5), 99.5, 1.0, false),
        (Shape::NearHundred, AtLeast(100.0), 99.9, 0.0, false),
        (Shape::NearHundred, AtLeast(100.0), 100.0, CAP, true),
        (Shape::Band, Within(70.0, 80.0), 70.0, 1.0, true),
        (Shape::Band, Within(70.0, 80.0), 80.0, 1.0, true),
        (Shape::Band, Within(70.0, 80.0), 35.0, 0.5, false),
        (Shape::Band, Within(70.0, 80.0), 100.0, 0.8, false),
        (Shape::Band, Within(70.0, 80.0), -1.0, 0.0, false),
        (Shape::Band, Within(0.0, 80.0), 0.0, 1.0, true),
        (Shape::Band, Within(0.0, 80.0), -1.0, 0.0, false),
        (Shape::Band, Within(-5.0, 5.0), -6.0, 0.0, false),
        (Shape::Band, Within(-5.0, 5.0), 10.0, 0.5, false),
        (Shape::ZeroTolerance, NoFinding(Severity::High), 2.0, 1.0, true),
        (Shape::ZeroTolerance, NoFinding(Severity::High), 3.0, 0.0, false),
        (Shape::ZeroTolerance, NoFinding(Severity::Low), 0.0, 1.0, true),
        (Shape::Level, Reached, 1.0, 1.0, true),
        (Shape::Recurrence, Reached, 0.0, 0.0, false),
        (Shape::Reduction, AtLeast(20.0), 10.0, 0.5, false),
        (Shape::Reduction, AtLeast(20.0), 0.0, 0.0, false),
        (Shape::Reduction, AtLeast(20.0), -10.0, 0.0, false),
        (Shape::Multiple, AtLeast(2.0), 3.0, 1.5, true),
        (Shape::Multiple, AtLeast(2.0), 0.0, 0.0, false),
    ];
    for (shape, goal, actual, expected, is_met) in cases {
        let result = attainment(*shape, *goal, *actual);
        assert!((result - expected).abs() < 1e-9, "{shape:?} {goal:?} {actual}: {result}");
        assert_eq!(met(*goal, *actual), *is_met, "{shape:?} {goal:?} {actual}");
    }
}

#[test]
fn infinite_values_have_an_attainment_and_what_is_no_number_attains_nothing() {
    let cases: &[(Shape, Goal, f64, f64)] = &[
        (Shape::Higher, AtLeast(5.0), f64::INFINITY, CAP),
        (Shape::Higher, AtLeast(5.0), f64::NEG_INFINITY, 0.0),
        (Shape::Higher, AtLeast(f64::INFINITY), 5.0, 0.0),
        (Shape::Higher, AtLeast(f64::INFINITY), f64::INFINITY, 1.0),
        (Shape::Lower, Below(5.0), f64::INFINITY, 0.0),
        (Shape::Lower, Below(5.0), f64::NEG_INFINITY, CAP),
        (Shape::Lower, Below(f64::INFINITY), f64::INFINITY, 0.0),
        (Shape::NearHundred, AtLeast(99.0), f64::INFINITY, CAP),
        (Shape::NearHundred, AtLeast(99.0), f64::NEG_INFINITY, 0.0),
        (Shape::Band, Within(1.0, 2.0), f64::INFINITY, 0.0),
        (Shape::Band, Within(1.0, 2.0), f64::NEG_INFINITY, 0.0),
        (Shape::Reduction, AtLeast(20.0), f64::NEG_INFINITY, 0.0),
        (Shape::Multiple, AtLeast(2.0), f64::INFINITY, CAP),
    ];
    for (shape, goal, actual, expected) in cases {
        let result = attainment(*shape, *goal, *actual);
        assert!((result - expected).abs() < 1e-9, "{shape:?} {goal:?} {actual}: {result}");
        let of_nan = attainment(*shape, *goal, f64::NAN);
        assert!((0.0..=1.0).contains(&of_nan) && !met(*goal, f64::NAN), "{shape:?} {goal:?} of NaN: {of_nan}");
    }
}

fn status_at(shape: Shape, goal: Goal, actual: f64) -> Status {
    let policy = Policy {
        current_phase: 1,
        yellow_below_percent: 70.0,
        red_below_percent: 50.0,
        escalation_red_count: 2,
        standing_kpis_count: false,
        alerts: AlertPolicy {
            for_ms: 0,
            hysteresis_points: 0.0,
            repeat_ms: None,
            escalate_after_ms: 0,
            group_by: GroupBy::Kpi,
        },
        time_zone: jiff::tz::TimeZone::UTC,
    };
    judge(shape, goal, Thresholds::of(&policy), Compared::Value { actual, stale: false }).status
}

#[test]
fn seventy_and_fifty_percent_are_told_from_a_hundredth_less_for_every_shape() {
    // For each shape the values whose attainment is 70, 69.99, 50 and 49.99 %.
    let cases: &[(Shape, Goal, [f64; 4])] = &[
        (Shape::Higher, AtLeast(1_000.0), [700.0, 699.9, 500.0, 499.9]),
        (Shape::Higher, Above(1_000.0), [700.0, 699.9, 500.0, 499.9]),
        (Shape::Lower, Below(7.0), [10.0, 7.0 / 0.6999, 14.0, 7.0 / 0.4999]),
        (Shape::Reduction, AtLeast(20.0), [14.0, 13.998, 10.0, 9.998]),
        (Shape::Multiple, AtLeast(2.0), [1.4, 1.3998, 1.0, 0.9998]),
        (Shape::NearHundred, AtLeast(93.0), [90.0, 100.0 - 7.0 / 0.6999, 86.0, 100.0 - 7.0 / 0.4999]),
        (Shape::Band, Within(70.0, 80.0), [49.0, 48.993, 35.0, 34.993]),
        (Shape::Band, Within(1.0, 7.0), [10.0, 7.0 / 0.6999, 14.0, 7.0 / 0.4999]),
    ];
    for (shape, goal, values) in cases {
        let statuses = values.map(|value| status_at(*shape, *goal, value));
        assert_eq!(statuses, [Status::Near, Status::Yellow, Status::Yellow, Status::Red], "{shape:?} {goal:?}");
    }
    // These shapes know reached and not reached only.
    for (shape, goal, reached, missed) in [
        (Shape::ZeroTolerance, NoFinding(Severity::Critical), 3.0, 4.0),
        (Shape::Level, Reached, 1.0, 0.0),
        (Shape::Recurrence, Reached, 1.0, 0.0),
    ] {
        assert_eq!(status_at(shape, goal, reached), Status::Met, "{shape:?}");
        assert_eq!(status_at(shape, goal, missed), Status::Red, "{shape:?}");
    }
}

#[test]
fn shapes_and_goals_keep_their_names_in_json() {
    for (name, shape) in Shape::ALL {
        assert_eq!(serde_json::to_string(&shape).expect("JSON"), format!("\"{name}\""));
    }
    for goal in [AtLeast(1.5), Below(-2.0), Above(0.0), Within(1.0, 2.0), NoFinding(Severity::High), Reached] {
        let written = serde_json::to_string(&goal).expect("JSON");
        assert_eq!(serde_json::from_str::<Goal>(&written).expect("a goal"), goal, "{written}");
    }
}

proptest! {
    #[test]
    fn better_values_never_attain_less(target in -1e6f64..1e6, low in -2e6f64..2e6, more in 0.0f64..1e6) {
        let high = low + more;
        for shape in [Shape::Higher, Shape::Reduction, Shape::Multiple] {
            for goal in [AtLeast(target), Above(target)] {
                prop_assert!(attainment(shape, goal, low) <= attainment(shape, goal, high), "{:?}", shape);
            }
        }
        prop_assert!(attainment(Shape::Lower, Below(target), low) >= attainment(Shape::Lower, Below(target), high));
        let near = 100.0 - target.abs() / 1e4;
        prop_assert!(
            attainment(Shape::NearHundred, AtLeast(near), low) <= attainment(Shape::NearHundred, AtLeast(near), high)
        );
    }

    #[test]
    fn values_nearer_to_a_band_never_attain_less(
        low in -1e6f64..1e6, width in 0.0f64..1e6, off in 0.0f64..1e6, more in 0.0f64..1e6,
    ) {
        let band = Within(low, low + width);
        let of = |actual| attainment(Shape::Band, band, actual);
        prop_assert!(of(low - off) >= of(low - off - more));
        prop_assert!(of(low + width + off) >= of(low + width + off + more));
        prop_assert!(of(low + width / 2.0) >= 1.0);
    }

    #[test]
    fn what_is_met_attains_at_least_one(target in -1e6f64..1e6, actual in -1e6f64..2e6, width in 0.0f64..1e5) {
        for (shape, goal) in [
            (Shape::Higher, AtLeast(target)),
            (Shape::Higher, Above(target)),
            (Shape::Lower, Below(target)),
            (Shape::NearHundred, AtLeast(target)),
            (Shape::Band, Within(target, target + width)),
        ] {
            prop_assert!(!met(goal, actual) || attainment(shape, goal, actual) >= 1.0, "{:?}", goal);
        }
    }

    #[test]
    fn attainment_lies_between_nothing_and_ten_times(shape in 0usize..9, goal in 0usize..6, a in any::<f64>(), b in any::<f64>(), actual in any::<f64>()) {
        let goal = [AtLeast(a), Below(a), Above(a), Within(a, b), NoFinding(Severity::Low), Reached][goal];
        let attained = attainment(Shape::ALL[shape].1, goal, actual);
        prop_assert!((0.0..=CAP).contains(&attained), "{}", attained);
    }
}
