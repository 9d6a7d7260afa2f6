//! What holds for every history.

use forecast::{Crossing, Forecast, crossing, gate};
use kpi::shape::Goal;
use proptest::prelude::*;

use crate::support::{DAY_MS, daily};

fn numbers(forecast: &Forecast) -> Vec<f64> {
    let test = forecast.back_test;
    let mut all = vec![
        test.coverage_percent,
        test.coverage_unwidened_percent,
        test.widened_by,
        test.scaled_error,
        test.no_change_scaled_error,
    ];
    all.extend(forecast.points.iter().flat_map(|point| [point.lower, point.mean, point.upper]));
    all
}

/// `None` is later than every instant.
fn rank(time_ms: Option<i64>) -> i64 {
    time_ms.unwrap_or(i64::MAX)
}

fn in_order(crossing: Crossing) -> bool {
    rank(crossing.earliest_ms) <= rank(crossing.expected_ms) && rank(crossing.expected_ms) <= rank(crossing.latest_ms)
}

proptest! {
    #[test]
    fn no_history_makes_it_panic(
        history in prop::collection::vec((any::<i64>(), prop::num::f64::ANY), 0..60),
        step_ms in any::<i64>(),
        now_ms in any::<i64>(),
        steps in any::<usize>(),
    ) {
        let answer = Forecast::of(&history, step_ms, now_ms, steps);
        if let Err(reason) = answer {
            prop_assert!(!reason.to_string().is_empty());
        }
    }

    #[test]
    fn every_number_is_finite_and_the_mean_lies_inside(
        values in prop::collection::vec(prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL | prop::num::f64::ZERO, 12..60),
    ) {
        let now_ms = i64::try_from(values.len()).unwrap() * DAY_MS;
        if let Ok(forecast) = Forecast::of(&daily(&values), DAY_MS, now_ms, 20) {
            prop_assert!(numbers(&forecast).iter().all(|number| number.is_finite()), "{forecast:?}");
            prop_assert!(forecast.points.iter().all(|point| point.lower <= point.mean && point.mean <= point.upper));
            prop_assert!(forecast.points.iter().all(|point| point.time_ms > now_ms));
            prop_assert!(forecast.points.windows(2).all(|pair| pair[1].time_ms - pair[0].time_ms == DAY_MS));
            prop_assert_eq!(forecast.points.len(), 20);
            prop_assert!((0.0..=100.0).contains(&forecast.back_test.coverage_percent));
            prop_assert!(forecast.back_test.widened_by >= 1.0);
        }
    }

    #[test]
    fn the_same_history_gives_the_same_forecast_in_any_order(
        values in prop::collection::vec(-1e6..1e6_f64, 12..60),
        turn in 0..60_usize,
    ) {
        let history = daily(&values);
        let mut turned = history.clone();
        turned.rotate_left(turn % history.len());
        turned.reverse();
        let now_ms = i64::try_from(values.len()).unwrap() * DAY_MS;
        let forecast = Forecast::of(&history, DAY_MS, now_ms, 10);
        prop_assert!(forecast.is_ok());
        prop_assert_eq!(&forecast, &Forecast::of(&history, DAY_MS, now_ms, 10));
        prop_assert_eq!(&forecast, &Forecast::of(&turned, DAY_MS, now_ms, 10));
    }

    #[test]
    fn another_unit_gives_the_same_forecast_in_that_unit(values in prop::collection::vec(-100.0..100.0_f64, 12..40)) {
        // A power of two, so that the unit itself rounds nothing.
        let other: Vec<f64> = values.iter().map(|value| value * 1024.0).collect();
        let forecast = |values: &[f64]| Forecast::of(&daily(values), DAY_MS, 60 * DAY_MS, 10);
        let now_ms = i64::try_from(values.len() - 1).unwrap() * DAY_MS;
        let here = Forecast::of(&daily(&values), DAY_MS, now_ms, 10).unwrap();
        let there = Forecast::of(&daily(&other), DAY_MS, now_ms, 10).unwrap();
        prop_assert_eq!(here.back_test, there.back_test);
        for (one, two) in here.points.iter().zip(&there.points) {
            prop_assert_eq!((one.mean * 1024.0, one.lower * 1024.0), (two.mean, two.lower));
        }
        prop_assert!(forecast(&values).is_err(), "20 days later there is no recent value");
    }

    #[test]
    fn the_three_instants_of_a_crossing_are_in_order(
        values in prop::collection::vec(0.0..100.0_f64, 12..40),
        low in -50.0..150.0_f64,
        width in 0.0..50.0_f64,
    ) {
        let now_ms = i64::try_from(values.len() - 1).unwrap() * DAY_MS;
        let forecast = Forecast::of(&daily(&values), DAY_MS, now_ms, 30).unwrap();
        let goals = [Goal::AtLeast(low), Goal::Above(low), Goal::Below(low), Goal::Within(low, low + width)];
        let crossings = goals.map(|goal| crossing(&forecast, goal));
        prop_assert!(crossings.iter().all(|one| in_order(*one)), "{crossings:?}");
        let gates: Vec<Crossing> = (1..=5).map(|missing| gate(missing, &crossings)).collect();
        prop_assert!(gates.iter().all(|one| in_order(*one)), "{gates:?}");
        prop_assert!(gates.windows(2).all(|pair| rank(pair[0].expected_ms) <= rank(pair[1].expected_ms)));
    }
}
