//! Error budgets and burn rates, at every boundary.

use std::sync::LazyLock;

use kpi::alert::Severity;
use kpi::budget::{Budget, budgets_by};
use kpi::catalogue::Catalogue;
use kpi::point::Pending;
use kpi::target::Target;
use proptest::prelude::*;

use crate::support::{DAY_MS, START_MS, Series, budgets, framework};

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

/// The framework with another target for the platform's availability, which alone is kept.
fn with_target(target: &str) -> Catalogue {
    static AVAILABILITY: LazyLock<Catalogue> = LazyLock::new(|| {
        let mut catalogue = framework();
        catalogue.kpis.retain(|kpi| kpi.id == "platform-availability");
        catalogue
    });
    let mut catalogue = AVAILABILITY.clone();
    for (_, known) in &mut catalogue.kpis[0].phase_targets {
        *known = Target::parse(target).unwrap();
    }
    catalogue
}

/// The budget of a KPI at `START_MS` whose values are given by how many milliseconds ago they are of.
fn budget(target: &str, values: &[(i64, f64)]) -> Budget {
    let points: Vec<(i64, f64)> = values.iter().rev().map(|(ago_ms, value)| (START_MS - ago_ms, *value)).collect();
    budgets(&with_target(target), &Series::of("platform-availability", &points), START_MS).remove(0)
}

/// One value every minute for so long, all the same.
fn steady(length_ms: i64, value: f64) -> Vec<(i64, f64)> {
    (0..length_ms / MINUTE_MS).map(|minute| (minute * MINUTE_MS, value)).collect()
}

#[test]
fn every_near_hundred_kpi_of_the_framework_has_a_budget() {
    let catalogue = framework();
    let found = budgets(&catalogue, &Series::default(), START_MS);
    let told: Vec<(&str, f64)> =
        found.iter().map(|budget| (catalogue.kpis[budget.kpi].id.as_str(), budget.target)).collect();
    assert_eq!(told, [("platform-availability", 99.5), ("accuracy-retention", 99.0), ("service-availability", 99.99)]);
    for budget in &found {
        assert_eq!((budget.spent_share, budget.is_known(), budget.burning_at_least()), (None, false, None));
        assert_eq!(budget.sentence, "There is no value of the last 30 days, so nothing is known of the error budget.");
    }
}

#[test]
fn a_rule_burns_above_its_factor_and_not_at_it() {
    // Long enough a steady rate fills every window, so exactly the rules with a lower factor burn.
    let cases: &[(f64, [bool; 4], Option<Severity>)] = &[
        (100.0, [false; 4], None),
        (99.0, [false; 4], None),
        (98.999, [false, false, false, true], Some(Severity::Yellow)),
        (97.0, [false, false, false, true], Some(Severity::Yellow)),
        (96.999, [false, false, true, true], Some(Severity::Yellow)),
        (94.0, [false, false, true, true], Some(Severity::Yellow)),
        (93.999, [false, true, true, true], Some(Severity::Red)),
        (85.6, [false, true, true, true], Some(Severity::Red)),
        (85.599, [true; 4], Some(Severity::Red)),
        (0.0, [true; 4], Some(Severity::Red)),
    ];
    for (value, expected, severity) in cases {
        let budget = budget("99%", &steady(3 * DAY_MS, *value));
        let burning: Vec<bool> = budget.windows.iter().map(|window| window.burning).collect();
        assert_eq!((burning.as_slice(), budget.burning_at_least()), (expected.as_slice(), *severity), "at {value}");
        assert_eq!(budget.burning_at_most(), *severity, "all is known at {value}");
    }
}

#[test]
fn both_windows_must_exceed_the_factor() {
    // An outage of 20 minutes in the last hour that ended ten minutes ago: the long window burns, the short one is well.
    let over: Vec<(i64, f64)> =
        (0..60).map(|minute| (minute * MINUTE_MS, if (10..30).contains(&minute) { 0.0 } else { 100.0 })).collect();
    let budget = budget("99%", &over);
    assert!(budget.windows[0].long.unwrap() > 14.4);
    assert_eq!((budget.windows[0].short, budget.windows[0].burning), (Some(0.0), false));
}

#[test]
fn a_window_begins_after_its_length_and_ends_with_the_instant() {
    let at = |ago_ms: i64| budget("99%", &[(ago_ms, 0.0)]).windows[0].long;
    assert_eq!(at(HOUR_MS), None);
    assert_eq!(at(HOUR_MS - 1), Some(100.0));
    assert_eq!(at(0), Some(100.0));
    assert_eq!(at(-1), None);
}

#[test]
fn a_window_without_a_value_neither_burns_nor_says_that_all_is_well() {
    // The last value, a bad one, is two days old: only the longest window has it.
    let bad = budget("99%", &[(2 * DAY_MS, 50.0)]);
    assert_eq!((bad.windows[3].long, bad.windows[3].short, bad.windows[3].burning), (Some(50.0), None, false));
    assert_eq!((bad.is_known(), bad.burning_at_least(), bad.burning_at_most()), (false, None, Some(Severity::Red)));
    // A good one settles that window: its long part is within the factor.
    let good = budget("99%", &[(2 * DAY_MS, 100.0)]);
    assert_eq!((good.is_known(), good.windows[3].verdict()), (true, Some(false)));
}

#[test]
fn the_sentence_says_what_is_spent_and_when_it_is_gone() {
    let all = 3 * DAY_MS;
    let cases: &[(&str, f64, &str)] = &[
        (
            "99%",
            83.8,
            "The last hour spent the 30-day error budget 16.2 times as fast as allowed: at that rate a whole budget lasts 1 day 20 hours.",
        ),
        (
            "99%",
            92.0,
            "The last 6 hours spent the 30-day error budget 8 times as fast as allowed: at that rate a whole budget lasts 3 days 18 hours.",
        ),
        (
            "99%",
            96.0,
            "The last day spent the 30-day error budget 4 times as fast as allowed: at that rate a whole budget lasts 7 days 12 hours.",
        ),
        (
            "99%",
            98.5,
            "The last 3 days spent the 30-day error budget 1.5 times as fast as allowed: at that rate a whole budget lasts 20 days.",
        ),
        (
            "99.99%",
            0.0,
            "The last hour spent the 30-day error budget 10,000 times as fast as allowed: at that rate a whole budget lasts 4 minutes.",
        ),
        ("99%", 99.75, "25% of the error budget of the last 30 days is spent."),
        ("99%", 100.0, "0% of the error budget of the last 30 days is spent."),
        ("100%", 100.0, "The target of 100% allows no error, and the last 30 days had none."),
        ("100%", 99.9, "The target of 100% allows no error, and the last hour had some."),
    ];
    for (target, value, expected) in cases {
        assert_eq!(budget(target, &steady(all, *value)).sentence, *expected);
    }
    // The errors are ten days old.
    let sentence = budget("100%", &[(0, 100.0), (10 * DAY_MS, 90.0)]).sentence;
    assert_eq!(sentence, "The target of 100% allows no error, and the last 30 days had some.");
}

#[test]
fn a_target_of_a_hundred_percent_has_a_defined_result() {
    let with_error = budget("100%", &[(0, 99.0)]);
    assert_eq!((with_error.budget_percent, with_error.spent_share), (0.0, Some(f64::INFINITY)));
    assert_eq!(with_error.burning_at_least(), Some(Severity::Red));
    let without = budget("100%", &[(0, 100.0)]);
    assert_eq!((without.spent_share, without.burning_at_most()), (Some(0.0), None));
    // More than everything is no negative error.
    assert_eq!(budget("99%", &[(0, 101.0)]).spent_share, Some(0.0));
}

#[test]
fn another_source_of_means_is_asked_for_every_window() {
    let asked = std::cell::RefCell::new(Vec::new());
    let catalogue = with_target("99%");
    let found = budgets_by(&catalogue, START_MS, &|kpi, from_ms, until_ms| {
        asked.borrow_mut().push((kpi.id.clone(), until_ms - from_ms));
        Ok::<_, Pending>(Some(99.5))
    })
    .unwrap();
    assert_eq!(found[0].spent_share, Some(0.5));
    let lengths: Vec<i64> = asked.borrow().iter().map(|(_, length_ms)| *length_ms).collect();
    let hours = |count: i64| count * HOUR_MS;
    let minutes = |count: i64| count * MINUTE_MS;
    assert_eq!(
        lengths,
        [hours(1), minutes(5), hours(6), minutes(30), hours(24), hours(2), hours(72), hours(6), hours(720)]
    );
}

proptest! {
    #[test]
    fn more_errors_never_burn_less(
        values in prop::collection::vec((0i64..4 * 24 * 60, 90.0f64..100.0), 1..40),
        worse in 0.0f64..5.0,
    ) {
        let mut values: Vec<(i64, f64)> = values.into_iter().map(|(minute, value)| (minute * MINUTE_MS, value)).collect();
        values.sort_by_key(|(ago_ms, _)| *ago_ms);
        let before = budget("99%", &values);
        let lower: Vec<(i64, f64)> = values.iter().map(|(ago_ms, value)| (*ago_ms, value - worse)).collect();
        let after = budget("99%", &lower);
        prop_assert!(after.burning_at_least() >= before.burning_at_least());
        prop_assert!(after.spent_share >= before.spent_share);
        prop_assert!(before.burning_at_most() >= before.burning_at_least());
    }
}
