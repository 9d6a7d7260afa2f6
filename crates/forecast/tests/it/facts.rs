//! What small histories give.

use forecast::{Crossing, Forecast, Model, NoForecast, crossing};
use kpi::shape::Goal;
use kpi::target::Severity;

use crate::support::{DAY_MS, Noise, daily};

/// 20 days of a line from `start`, forecast 30 days ahead.
fn line(start: f64, slope: f64) -> Forecast {
    let values: Vec<f64> = (0..20).map(|day| start + slope * f64::from(day)).collect();
    Forecast::of(&daily(&values), DAY_MS, 19 * DAY_MS, 30).unwrap()
}

fn on_day(day: i64) -> Crossing {
    let day_ms = Some(day * DAY_MS);
    Crossing { expected_ms: day_ms, earliest_ms: day_ms, latest_ms: day_ms }
}

#[test]
fn a_line_crosses_its_goal_where_arithmetic_says() {
    let (rising, falling) = (line(0.0, 2.0), line(100.0, -2.0));
    assert_eq!((rising.model, falling.model), (Model::Drift, Model::Drift));
    let table = [
        (&rising, Goal::AtLeast(49.0), on_day(25)),
        (&rising, Goal::Above(49.0), on_day(25)),
        (&rising, Goal::Above(51.0), on_day(26)),
        (&rising, Goal::Within(59.0, 61.0), on_day(30)),
        (&rising, Goal::Within(58.5, 59.5), Crossing::NEVER),
        (&rising, Goal::AtLeast(97.0), on_day(49)),
        (&rising, Goal::AtLeast(99.0), Crossing::NEVER),
        (&rising, Goal::Below(20.0), Crossing::NEVER),
        (&falling, Goal::Below(51.0), on_day(25)),
        (&falling, Goal::AtLeast(101.0), Crossing::NEVER),
    ];
    for (forecast, goal, expected) in table {
        assert_eq!(crossing(forecast, goal), expected, "{goal:?}");
    }
}

#[test]
fn verdicts_and_findings_have_no_crossing() {
    for goal in [Goal::Reached, Goal::NoFinding(Severity::High)] {
        assert_eq!(crossing(&line(0.0, 2.0), goal), Crossing::NEVER, "{goal:?}");
    }
}

#[test]
fn a_flat_series_says_no_crossing() {
    let exact = Forecast::of(&daily(&[40.0; 30]), DAY_MS, 29 * DAY_MS, 30);
    assert_eq!(exact, Err(NoForecast::NoVariation { bins: 30, step_ms: DAY_MS }));
    let mut noise = Noise::new(1);
    let values: Vec<f64> = (0..60).map(|_| 40.0 + noise.next()).collect();
    let forecast = Forecast::of(&daily(&values), DAY_MS, 59 * DAY_MS, 30).unwrap();
    assert_eq!(crossing(&forecast, Goal::AtLeast(60.0)), Crossing::NEVER);
    let near = crossing(&forecast, Goal::AtLeast(40.8));
    assert!(near.earliest_ms.is_some() && near.expected_ms.is_none() && near.latest_ms.is_none(), "{near:?}");
}

#[test]
fn noise_spreads_the_crossing_over_an_interval() {
    let mut noise = Noise::new(2);
    let values: Vec<f64> = (0..60).map(|day| f64::from(day) + 3.0 * noise.next()).collect();
    let forecast = Forecast::of(&daily(&values), DAY_MS, 59 * DAY_MS, 60).unwrap();
    let found = crossing(&forecast, Goal::AtLeast(80.0));
    let days = [found.earliest_ms, found.expected_ms, found.latest_ms].map(|time_ms| time_ms.unwrap() / DAY_MS);
    assert!(days[0] < days[1] && days[1] < days[2], "{days:?}");
    assert!((75..=85).contains(&days[1]), "{days:?}");
}

#[test]
fn points_begin_after_now_and_a_late_value_makes_them_less_sure() {
    let mut noise = Noise::new(3);
    let mut at = 0.0;
    let values: Vec<f64> = std::iter::repeat_with(|| {
        at += noise.next();
        at
    })
    .take(40)
    .collect();
    let fresh = Forecast::of(&daily(&values), DAY_MS, 39 * DAY_MS, 5).unwrap();
    let late = Forecast::of(&daily(&values), DAY_MS, 42 * DAY_MS + 7, 5).unwrap();
    let days = |forecast: &Forecast| forecast.points.iter().map(|point| point.time_ms / DAY_MS).collect::<Vec<_>>();
    assert_eq!((days(&fresh), days(&late)), (vec![40, 41, 42, 43, 44], vec![43, 44, 45, 46, 47]));
    let width = |forecast: &Forecast| forecast.points[0].upper - forecast.points[0].lower;
    assert!(width(&late) > 1.5 * width(&fresh), "{} {}", width(&late), width(&fresh));
}

#[test]
fn only_the_latest_bins_are_looked_at() {
    let values: Vec<f64> = (0..400).map(|day| f64::from(day % 7) + f64::from(day) * 0.1).collect();
    let history = daily(&values);
    let whole = Forecast::of(&history, DAY_MS, 399 * DAY_MS, 10).unwrap();
    let latest = Forecast::of(&history[200..], DAY_MS, 399 * DAY_MS, 10).unwrap();
    assert_eq!((whole.bins, &whole), (200, &latest));
}

#[test]
fn the_back_test_of_a_line_finds_nothing_to_widen() {
    let test = line(5.0, 1.0).back_test;
    assert_eq!((test.origins, test.horizon_steps, test.compared), (6, 6, 21));
    assert!((test.coverage_percent - 100.0).abs() < 1e-9 && (test.widened_by - 1.0).abs() < 1e-9, "{test:?}");
    assert!(test.beats_no_change() && test.scaled_error < 1e-6, "{test:?}");
}

#[test]
fn a_quiet_past_and_a_wild_end_widen_the_interval_and_say_so() {
    let mut noise = Noise::new(4);
    let mut at = 0.0;
    let values: Vec<f64> = (0..60)
        .map(|day| {
            at += noise.next() * if day < 40 { 0.1 } else { 5.0 };
            at
        })
        .collect();
    let test = Forecast::of(&daily(&values), DAY_MS, 59 * DAY_MS, 20).unwrap().back_test;
    assert!(test.widened_by > 1.0, "{test:?}");
    assert!(test.coverage_unwidened_percent < test.coverage_percent, "{test:?}");
    let sentence = test.to_string();
    assert!(sentence.contains("times as wide as the model says"), "{sentence}");
}

#[test]
fn a_share_can_be_kept_between_its_ends() {
    let forecast = line(62.0, 2.0).bounded(0.0, 100.0);
    assert!(forecast.points.iter().all(|point| point.upper <= 100.0 && point.lower >= 0.0));
    assert_eq!(crossing(&forecast, Goal::AtLeast(100.0)).expected_ms.map(|time_ms| time_ms / DAY_MS <= 20), Some(true));
    assert_eq!(crossing(&forecast, Goal::Above(100.0)), Crossing::NEVER);
}

#[test]
fn a_question_without_a_horizon_is_refused() {
    let history = daily(&[1.0, 2.0]);
    for (step_ms, steps) in [(0, 5), (-1, 5), (DAY_MS, 0), (DAY_MS, 521), (DAY_MS, usize::MAX)] {
        assert_eq!(Forecast::of(&history, step_ms, 0, steps), Err(NoForecast::NoHorizon { most: 520 }));
    }
}
