//! What is told, to whom, and what is held back.

use std::collections::BTreeSet;

use kpi::alert::{Condition, Kind, Matcher, Quiet, Severity, Suppression};
use kpi::catalogue::Maintenance;
use serde_json::json;

use super::run::{MINUTE_MS, Run, condition, key, red, unknown, well, yellow};
use crate::support::START_MS;

const NOTHING: [&str; 0] = [];

fn by_kpi(kpi: &str) -> Matcher {
    Matcher { kpi: Some(kpi.to_owned()), ..Matcher::default() }
}

#[test]
fn what_still_fires_after_a_silence_is_told_then() {
    let mut run = Run::new();
    run.silence(by_kpi("a"), 0, 10);
    assert_eq!(run.step(0, &[yellow("level:a")]), NOTHING);
    assert_eq!(run.step(9, &[red("level:a")]), NOTHING);
    assert_eq!(run.history(), ["fired level:a", "worsened level:a"], "states go on");
    assert_eq!(run.step(10, &[red("level:a")]), ["fired level:a red"]);
    assert_eq!(run.step(11, &[red("level:a")]), NOTHING);
}

#[test]
fn what_was_never_told_resolves_untold() {
    let mut run = Run::new();
    run.silence(by_kpi("a"), 0, 10);
    run.step(0, &[red("level:a")]);
    assert_eq!(run.step(5, &[well("level:a")]), NOTHING);
    assert_eq!(run.step(10, &[well("level:a")]), NOTHING);
}

#[test]
fn what_resolved_during_a_silence_is_told_afterwards() {
    let mut run = Run::new();
    run.silence(by_kpi("a"), 1, 10);
    assert_eq!(run.step(0, &[red("level:a")]), ["fired level:a red"]);
    assert_eq!(run.step(5, &[well("level:a")]), NOTHING);
    assert_eq!(run.step(10, &[well("level:a")]), ["resolved level:a red"]);
    assert_eq!(run.step(11, &[well("level:a")]), NOTHING);
}

#[test]
fn what_resolved_and_fired_again_during_a_silence_needs_no_word() {
    let mut run = Run::new();
    run.silence(by_kpi("a"), 1, 10);
    run.step(0, &[red("level:a")]);
    run.step(5, &[well("level:a")]);
    run.step(6, &[red("level:a")]);
    assert_eq!(run.step(10, &[red("level:a")]), NOTHING);
}

#[test]
fn what_is_no_longer_watched_after_a_silence_is_told_too() {
    let mut run = Run::new();
    run.silence(Matcher { owner: Some("a".to_owned()), ..Matcher::default() }, 1, 10);
    run.step(0, &[red("level:a-1")]);
    assert_eq!(run.step(5, &[]), NOTHING);
    assert_eq!(run.step(10, &[]), ["resolved level:a-1 red"]);
}

#[test]
fn everything_that_a_matcher_names_must_match() {
    let alert = red("level:a-1");
    let text = |text: &str| Some(text.to_owned());
    let any = Matcher::default();
    let cases = [
        (any.clone(), true),
        (by_kpi("a-1"), true),
        (by_kpi("a"), false),
        (Matcher { track: text("a"), ..any.clone() }, true),
        (Matcher { track: text("b"), ..any.clone() }, false),
        (Matcher { owner: text("a"), ..any.clone() }, true),
        (Matcher { owner: text("b"), ..any.clone() }, false),
        (Matcher { kind: Some(Kind::Level), ..any.clone() }, true),
        (Matcher { kind: Some(Kind::Burn), ..any.clone() }, false),
        (Matcher { severity: Some(Severity::Red), ..any.clone() }, true),
        (Matcher { severity: Some(Severity::Yellow), ..any.clone() }, false),
        (Matcher { track: text("a"), owner: text("b"), ..any.clone() }, false),
        (
            Matcher {
                kpi: text("a-1"),
                track: text("a"),
                owner: text("a"),
                kind: Some(Kind::Level),
                severity: Some(Severity::Red),
            },
            true,
        ),
    ];
    for (matcher, expected) in cases {
        assert_eq!(matcher.matches(&alert.key, &alert.about, Severity::Red), expected, "{matcher:?}");
    }
}

#[test]
fn a_silence_of_yellow_lets_red_through() {
    let mut run = Run::new();
    run.silence(Matcher { severity: Some(Severity::Yellow), ..Matcher::default() }, 0, 100);
    assert_eq!(run.step(0, &[yellow("level:a")]), NOTHING);
    assert_eq!(run.step(1, &[red("level:a")]), ["fired level:a red"]);
}

#[test]
fn maintenance_holds_back_what_it_is_about() {
    let maintenance = |tracks: &[&str], kpis: &[&str]| Maintenance {
        starts_ms: START_MS,
        ends_ms: START_MS + 10 * MINUTE_MS,
        reason: "a move".to_owned(),
        tracks: tracks.iter().map(|track| (*track).to_owned()).collect(),
        kpis: kpis.iter().map(|kpi| (*kpi).to_owned()).collect(),
    };
    let source = || Condition::source("a-1", "a", Some("refused"));
    let cases = [
        (maintenance(&[], &[]), true, true),
        (maintenance(&["a"], &[]), true, false),
        (maintenance(&["b"], &[]), false, false),
        (maintenance(&[], &["a-1"]), true, false),
        (maintenance(&["b"], &["a-1"]), true, false),
        (maintenance(&["b"], &["a-2"]), false, false),
    ];
    for (planned, kpi_held, source_held) in cases {
        let quiet = Quiet { silences: &[], maintenance: std::slice::from_ref(&planned) };
        let held = |condition: &Condition, minute: i64| {
            let instant_ms = START_MS + minute * MINUTE_MS;
            let suppression = quiet.holding(&condition.key, &condition.about, Severity::Red, instant_ms);
            assert!(suppression.is_none_or(|suppression| suppression == Suppression::Maintenance(&planned)));
            suppression.is_some()
        };
        assert_eq!((held(&red("level:a-1"), 0), held(&source(), 9)), (kpi_held, source_held), "{planned:?}");
        assert!(!held(&red("level:a-1"), 10) && !held(&red("level:a-1"), -1), "outside of {planned:?}");
    }
}

#[test]
fn alerts_of_a_group_are_told_together_the_worst_first() {
    let mut run = Run::new();
    run.step(
        0,
        &[yellow("level:a-1"), red("level:a-2"), yellow("level:b-1"), condition("stale:a-3", Some(Severity::Notice))],
    );
    let told: Vec<(&str, Vec<String>)> = run
        .notifications
        .iter()
        .map(|notification| {
            (notification.group.as_str(), notification.lines.iter().map(|line| line.key.to_string()).collect())
        })
        .collect();
    assert_eq!(
        told,
        [
            ("a", vec!["level:a-2".to_owned(), "level:a-1".to_owned(), "stale:a-3".to_owned()]),
            ("b", vec!["level:b-1".to_owned()])
        ]
    );
    assert_eq!(run.notifications[0].lines[0].text, "level:a-2 is at red.");
}

#[test]
fn a_group_of_several_owners_names_each_once() {
    let mut run = Run::new();
    let in_track = |written: &str| {
        let mut condition = red(written);
        condition.about.group = "track".to_owned();
        condition
    };
    run.step(0, &[in_track("level:b-1"), in_track("level:a-1"), in_track("level:a-2")]);
    assert_eq!(run.notifications.len(), 1);
    assert_eq!(run.notifications[0].owners, ["a", "b"]);
}

#[test]
fn a_restart_in_the_middle_makes_the_same_messages_again() {
    let mut run = Run::new();
    run.step(0, &[red("level:a"), yellow("level:b")]);
    // The machine of minute 0 is kept, then the program ends before what minute 1 brings is kept, and minute 1 comes again.
    let kept = serde_json::to_string(&run.machine).unwrap();
    run.step(1, &[yellow("level:a"), red("level:b")]);
    let lost = run.notifications.split_off(2);
    run.machine = serde_json::from_str(&kept).unwrap();
    run.step(1, &[yellow("level:a"), red("level:b")]);
    assert_eq!(run.notifications.split_off(2), lost);
    run.step(2, &[well("level:a"), well("level:b")]);
    let all: BTreeSet<&str> =
        run.notifications.iter().chain(&lost).map(|notification| notification.dedupe.as_str()).collect();
    assert_eq!(all.len(), 2 + 2 + 2);
}

#[test]
fn a_machine_that_begins_afresh_does_not_reuse_keys_of_messages() {
    let (mut first, mut second) = (Run::new(), Run::new());
    first.step(0, &[red("level:a")]);
    second.step(1, &[red("level:a")]);
    assert_ne!(first.notifications[0].dedupe, second.notifications[0].dedupe);
}

#[test]
fn what_fires_on_is_repeated() {
    let mut run = Run::new();
    run.policy.alerts.repeat_ms = Some(10 * MINUTE_MS);
    run.step(0, &[yellow("level:a")]);
    assert_eq!(run.step(9, &[yellow("level:a")]), NOTHING);
    assert_eq!(run.step(10, &[yellow("level:a")]), ["repeated level:a yellow"]);
    assert_eq!(run.step(19, &[unknown("level:a")]), NOTHING);
    assert_eq!(
        run.step(20, &[unknown("level:a")]),
        ["repeated level:a yellow"],
        "it fires as long as nothing is known"
    );
    assert_eq!(run.step(25, &[red("level:a")]), ["worsened level:a red"]);
    assert_eq!(run.step(34, &[red("level:a")]), NOTHING, "the time runs from what was told last");
    assert!(run.history().iter().all(|event| !event.starts_with("repeated")), "telling is no event");
}

#[test]
fn a_failing_source_is_told_to_its_owner() {
    let mut run = Run::new();
    assert_eq!(
        run.step(0, &[Condition::source("prometheus", "ops", Some("refused"))]),
        ["fired source:prometheus notice"]
    );
    assert_eq!(run.notifications[0].owners, ["ops"]);
    assert_eq!(run.notifications[0].lines[0].text, "The source prometheus fails: refused");
    assert_eq!(run.step(1, &[Condition::source("prometheus", "ops", None)]), ["resolved source:prometheus notice"]);
    assert_eq!(run.machine.firing(&key("source:prometheus")), None);
}

#[test]
fn a_machine_is_stored_in_this_form() {
    let mut run = Run::new();
    run.step(0, &[super::run::lasting(5, yellow("level:b")), red("level:a")]);
    let (machine, _) = kpi::alert::acknowledge(&run.machine, &key("level:a"), "Ada", "on it", START_MS).unwrap();
    let about = |name: &str| json!({ "group": name, "owner": name, "track": name, "customer_facing": false });
    assert_eq!(
        serde_json::to_value(&machine).unwrap(),
        json!({
            "started_ms": START_MS,
            "latest_ms": START_MS,
            "telling_steps": 1,
            "states": {
                "level:a": {
                    "state": "firing",
                    "since_ms": START_MS,
                    "fired_ms": START_MS,
                    "severity": "red",
                    "acknowledged": { "person": "Ada", "time_ms": START_MS, "note": "on it" },
                },
                "level:b": { "state": "pending", "since_ms": START_MS, "severity": "yellow" },
            },
            "told": { "level:a": { "severity": "red", "time_ms": START_MS, "about": about("a") } },
        })
    );
}
