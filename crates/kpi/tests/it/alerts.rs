//! Alerts: what raises them, and what becomes of them.

mod model;
mod people;
mod run;
mod telling;
mod transitions;

use kpi::alert::{Condition, Key, Kind, Severity, conditions};
use kpi::catalogue::Catalogue;
use kpi::status::Status;

use crate::support::{DAY_MS, START_MS, Series, budgets, evaluate, framework};

/// The conditions of the framework at an instant.
fn conditions_at(catalogue: &Catalogue, series: &Series, instant_ms: i64) -> Vec<Condition> {
    conditions(catalogue, &evaluate(catalogue, series, instant_ms), &budgets(catalogue, series, instant_ms))
}

fn of(conditions: &[Condition], key: &str) -> Condition {
    let key: Key = key.parse().unwrap();
    conditions.iter().find(|condition| condition.key == key).unwrap_or_else(|| panic!("no condition {key}")).clone()
}

#[test]
fn keys_read_back_as_they_are_written() {
    for written in
        ["level:pipeline-build-time", "burn:platform-availability", "stale:x", "source:my: source", "escalation"]
    {
        let key: Key = written.parse().unwrap();
        assert_eq!(key.to_string(), written);
        let json = serde_json::to_string(&key).unwrap();
        assert_eq!(json, format!("\"{written}\""));
        assert_eq!(serde_json::from_str::<Key>(&json).unwrap(), key);
    }
    for written in ["", "level", "level:", "Level:x", "escalation:", "escalation:x", "other:x"] {
        assert!(written.parse::<Key>().is_err(), "{written} was read");
    }
}

#[test]
fn names_read_back() {
    for kind in Kind::ALL {
        assert_eq!(
            (Kind::from_name(kind.name()), serde_json::to_value(kind).unwrap()),
            (Some(kind), kind.name().into())
        );
    }
    for severity in Severity::ALL {
        assert_eq!(Severity::from_name(severity.name()), Some(severity));
        assert_eq!(serde_json::to_value(severity).unwrap(), severity.name());
    }
}

#[test]
fn thresholds_raise_and_the_hysteresis_holds_at_exact_boundaries() {
    use Severity::{Red, Yellow};
    let catalogue = framework();
    // 1,000 developers; at risk under 70 %, off target under 50 %, two points of hysteresis.
    for (value, severity, holds) in [
        (1_000.0, None, None),
        (720.0, None, None),
        (719.9, None, Some(Yellow)),
        (700.0, None, Some(Yellow)),
        (699.9, Some(Yellow), Some(Yellow)),
        (520.0, Some(Yellow), Some(Yellow)),
        (519.9, Some(Yellow), Some(Red)),
        (500.0, Some(Yellow), Some(Red)),
        (499.9, Some(Red), Some(Red)),
        (-1.0, Some(Red), Some(Red)),
    ] {
        let series = Series::of("developer-adoption", &[(START_MS, value)]);
        let condition = of(&conditions_at(&catalogue, &series, START_MS), "level:developer-adoption");
        assert_eq!((condition.known, condition.severity, condition.holds), (true, severity, holds), "at {value}");
    }
}

#[test]
fn a_met_kpi_is_well_even_inside_the_hysteresis() {
    let mut catalogue = framework();
    catalogue.policy.yellow_below_percent = 100.0;
    let series = Series::of("developer-adoption", &[(START_MS, 1_000.0)]);
    let condition = of(&conditions_at(&catalogue, &series, START_MS), "level:developer-adoption");
    assert_eq!((condition.severity, condition.holds), (None, None));
}

#[test]
fn without_data_nothing_is_raised_and_nothing_is_known() {
    let catalogue = framework();
    let all = conditions_at(&catalogue, &Series::default(), START_MS);
    assert_eq!(all.len(), 110 + 110 + 3);
    assert!(all.iter().all(|condition| condition.severity.is_none()));
    let targets_now = evaluate(&catalogue, &Series::default(), START_MS).statuses;
    for status in targets_now {
        let level = of(&all, &format!("level:{}", catalogue.kpis[status.kpi].id));
        // A recurring duty that was never done has no data either; no target means that all is well.
        assert_eq!(level.known, status.current.status == Status::NoTarget, "{}", level.key);
    }
    assert!(all.iter().filter(|condition| condition.key.kind == Kind::Burn).all(|condition| !condition.known));
}

#[test]
fn a_stale_kpi_is_unknown_and_its_owner_gets_a_notice() {
    let catalogue = framework();
    let series = Series::of("pipeline-build-time", &[(START_MS, 3_000.0)]);
    let fresh = conditions_at(&catalogue, &series, START_MS + 2 * DAY_MS);
    assert_eq!(of(&fresh, "level:pipeline-build-time").severity, Some(Severity::Red));
    assert_eq!(of(&fresh, "stale:pipeline-build-time").severity, None);
    let stale = conditions_at(&catalogue, &series, START_MS + 2 * DAY_MS + 1);
    let level = of(&stale, "level:pipeline-build-time");
    assert_eq!((level.known, level.severity), (false, None));
    let notice = of(&stale, "stale:pipeline-build-time");
    assert_eq!((notice.known, notice.severity), (true, Some(Severity::Notice)));
    let (_, kpi) = catalogue.kpi("pipeline-build-time").unwrap();
    assert_eq!((&notice.about.owner, &notice.about.group), (&kpi.owner, &kpi.owner));
}

#[test]
fn sentences_tell_value_target_and_how_far_along() {
    let catalogue = framework();
    let text = |value: f64| {
        let series = Series::of("pipeline-build-time", &[(START_MS, value)]);
        of(&conditions_at(&catalogue, &series, START_MS), "level:pipeline-build-time").text
    };
    assert_eq!(text(1_500.0), "Build Time is at 25 min, its target is <10 min: off target, 40% of the way.");
    assert_eq!(text(60.0), "Build Time meets its target, <10 min.");
    let none = of(&conditions_at(&catalogue, &Series::default(), START_MS), "level:pipeline-build-time");
    assert_eq!(none.text, "Build Time has no data.");
}

#[test]
fn a_kpi_may_wait_longer_than_the_policy_says() {
    let mut catalogue = framework();
    catalogue.policy.alerts.for_ms = 1_000;
    catalogue.kpis[0].alert_for_ms = Some(7_000);
    let all = conditions_at(&catalogue, &Series::default(), START_MS);
    let for_ms = |id: &str| of(&all, &format!("level:{id}")).for_ms;
    assert_eq!((for_ms(&catalogue.kpis[0].id), for_ms(&catalogue.kpis[1].id)), (7_000, 1_000));
}

#[test]
fn an_error_budget_raises_a_burn_alert() {
    let catalogue = framework();
    let series = Series::of("platform-availability", &[(START_MS, 90.0)]);
    let all = conditions_at(&catalogue, &series, START_MS);
    let burn = of(&all, "burn:platform-availability");
    assert_eq!((burn.known, burn.severity), (true, Some(Severity::Red)));
    assert!(burn.text.starts_with("Platform Availability: The last hour spent the 30-day error budget 20 times"));
    // Ten minutes later the short windows are empty: the alert does not fire anew, and may stay.
    let later = of(&conditions_at(&catalogue, &series, START_MS + 600_000), "burn:platform-availability");
    assert_eq!((later.severity, later.holds), (Some(Severity::Red), Some(Severity::Red)));
    let much_later = of(&conditions_at(&catalogue, &series, START_MS + DAY_MS), "burn:platform-availability");
    assert_eq!((much_later.known, much_later.severity, much_later.holds), (false, None, Some(Severity::Red)));
}
