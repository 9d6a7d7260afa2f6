//! From state to state.

use kpi::alert::{Condition, Severity, State};
use proptest::prelude::*;

use crate::support::START_MS;

use super::run::{Run, holding, key, lasting, red, unknown, well, yellow};

/// One step: minute, condition, what is told, and the event.
type Row = (i64, Condition, &'static [&'static str], &'static [&'static str]);

fn check(name: &str, rows: &[Row]) {
    let mut run = Run::new();
    run.policy.alerts.repeat_ms = None;
    for (minute, condition, told, happened) in rows {
        let before = run.events.len();
        assert_eq!(run.step(*minute, std::slice::from_ref(condition)), *told, "{name}, told at minute {minute}");
        let history: Vec<String> = run.history().split_off(before);
        assert_eq!(history, *happened, "{name}, happened at minute {minute}");
    }
}

#[test]
fn every_transition_is_told_once() {
    let held = |severity, condition| holding(severity, condition);
    check(
        "fires at once, worsens, improves, resolves",
        &[
            (0, well("level:a"), &[], &[]),
            (1, yellow("level:a"), &["fired level:a yellow"], &["fired level:a"]),
            (2, yellow("level:a"), &[], &[]),
            (3, red("level:a"), &["worsened level:a red"], &["worsened level:a"]),
            (4, held(Severity::Red, yellow("level:a")), &[], &[]),
            (5, yellow("level:a"), &["improved level:a yellow"], &["improved level:a"]),
            (6, held(Severity::Yellow, well("level:a")), &[], &[]),
            (7, well("level:a"), &["resolved level:a yellow"], &["resolved level:a"]),
            (8, held(Severity::Yellow, well("level:a")), &[], &[]),
        ],
    );
    check(
        "red straight to well, and again",
        &[
            (0, red("level:a"), &["fired level:a red"], &["fired level:a"]),
            (1, well("level:a"), &["resolved level:a red"], &["resolved level:a"]),
            (2, red("level:a"), &["fired level:a red"], &["fired level:a"]),
        ],
    );
    check(
        "red falls to what it may keep when the value is well",
        &[
            (0, red("level:a"), &["fired level:a red"], &["fired level:a"]),
            (1, held(Severity::Yellow, well("level:a")), &["improved level:a yellow"], &["improved level:a"]),
        ],
    );
}

#[test]
fn an_alert_waits_for_its_time() {
    check(
        "fires at the end of its time, not before",
        &[
            (0, lasting(10, yellow("level:a")), &[], &["pending level:a"]),
            (9, lasting(10, yellow("level:a")), &[], &[]),
            (10, lasting(10, yellow("level:a")), &["fired level:a yellow"], &["fired level:a"]),
        ],
    );
    check(
        "what clears in time is never told",
        &[
            (0, lasting(10, red("level:a")), &[], &["pending level:a"]),
            (9, lasting(10, well("level:a")), &[], &["cleared level:a"]),
            (10, lasting(10, red("level:a")), &[], &["pending level:a"]),
            (19, lasting(10, red("level:a")), &[], &[]),
            (20, lasting(10, red("level:a")), &["fired level:a red"], &["fired level:a"]),
        ],
    );
    check(
        "hysteresis does not hold what does not fire",
        &[
            (0, lasting(10, yellow("level:a")), &[], &["pending level:a"]),
            (5, lasting(10, holding(Severity::Yellow, well("level:a"))), &[], &["cleared level:a"]),
        ],
    );
    check(
        "fires with the severity of the moment",
        &[
            (0, lasting(10, yellow("level:a")), &[], &["pending level:a"]),
            (10, lasting(10, red("level:a")), &["fired level:a red"], &["fired level:a"]),
        ],
    );
    check(
        "a firing alert that gets worse does not wait again",
        &[
            (0, lasting(10, yellow("level:a")), &[], &["pending level:a"]),
            (10, lasting(10, yellow("level:a")), &["fired level:a yellow"], &["fired level:a"]),
            (11, lasting(10, red("level:a")), &["worsened level:a red"], &["worsened level:a"]),
        ],
    );
}

#[test]
fn what_is_not_known_changes_nothing() {
    check(
        "pending stays pending and goes on when a value comes",
        &[
            (0, lasting(10, yellow("level:a")), &[], &["pending level:a"]),
            (20, lasting(10, unknown("level:a")), &[], &[]),
            (21, lasting(10, yellow("level:a")), &["fired level:a yellow"], &["fired level:a"]),
        ],
    );
    check(
        "firing stays firing",
        &[
            (0, red("level:a"), &["fired level:a red"], &["fired level:a"]),
            (1, unknown("level:a"), &[], &[]),
            (2, red("level:a"), &[], &[]),
            (3, unknown("level:a"), &[], &[]),
            (4, well("level:a"), &["resolved level:a red"], &["resolved level:a"]),
        ],
    );
}

#[test]
fn what_is_no_longer_watched_resolves() {
    let mut run = Run::new();
    assert_eq!(run.step(0, &[red("level:a"), lasting(9, red("level:b"))]), ["fired level:a red"]);
    assert_eq!(run.step(1, &[]), ["resolved level:a red"]);
    assert_eq!(run.history()[2..], ["resolved level:a", "cleared level:b"]);
    assert!(run.machine.states.is_empty() && run.machine.last_notified.is_empty());
    assert_eq!(run.notifications[1].owners, ["a"]);
}

#[test]
fn a_clock_that_steps_back_changes_nothing() {
    let mut run = Run::new();
    run.step(60, &[red("level:a"), lasting(10, red("level:b"))]);
    let before = run.machine.clone();
    for conditions in
        [vec![], vec![well("level:a"), well("level:b")], vec![red("level:a"), red("level:b"), red("level:c")]]
    {
        for minute in [59, 0, -1_000_000] {
            assert_eq!(run.step(minute, &conditions), Vec::<String>::new());
            assert_eq!(run.machine, before);
        }
    }
    // At the machine's own instant it goes on.
    let latest_ms = before.latest_ms.unwrap();
    assert_eq!((before.instant_ms(0), before.instant_ms(latest_ms + 1)), (latest_ms, latest_ms + 1));
    assert_eq!(run.step(60, &[well("level:a"), red("level:b")]), ["resolved level:a red", "fired level:b red"]);
}

#[test]
fn times_of_an_alert_are_kept() {
    let mut run = Run::new();
    run.step(0, &[lasting(10, yellow("level:a"))]);
    assert!(matches!(run.machine.states.get(&key("level:a")), Some(State::Pending(_))));
    assert_eq!(run.machine.firing(&key("level:a")), None);
    run.step(15, &[lasting(10, yellow("level:a"))]);
    run.step(20, &[lasting(10, red("level:a"))]);
    let firing = run.machine.firing(&key("level:a")).unwrap();
    assert_eq!((firing.fired_ms - firing.since_ms, firing.severity), (15 * super::run::MINUTE_MS, Severity::Red));
}

proptest! {
    #[test]
    fn a_value_inside_the_hysteresis_changes_an_alert_at_most_once(
        first in prop::sample::select(vec![0i64, 400, 600, 800]),
        edge in prop::sample::select(vec![500i64, 700]),
        offsets in prop::collection::vec(0i64..20, 1..30),
    ) {
        let mut run = Run::new();
        let values = std::iter::once(first).chain(offsets.iter().map(|offset| edge + offset));
        for (minute, value) in (0i64..).zip(values) {
            run.step(minute, &[lasting(0, super::model::level("a", Some(value)))]);
        }
        let changes = run.events.iter().filter(|event| event.key == key("level:a") && event.time_ms > START_MS).count();
        prop_assert!(changes <= 1, "{:?}", run.history());
    }

    #[test]
    fn without_data_nothing_fires_and_nothing_resolves(
        values in prop::collection::vec(0i64..1_100, 0..6),
        silent in 1i64..50,
    ) {
        let mut run = Run::new();
        for (minute, value) in (0i64..).zip(&values) {
            run.step(minute * 20, &[super::model::level("a", Some(*value))]);
        }
        let (states, events) = (run.machine.states.clone(), run.events.len());
        for minute in 0..silent {
            run.step(100 + minute, &[super::model::level("a", None)]);
        }
        // Only the escalation, which is about people, may go on.
        let level = key("level:a");
        prop_assert_eq!(run.machine.states.get(&level), states.get(&level));
        prop_assert!(run.events.iter().skip(events).all(|event| event.key != level));
    }
}

#[test]
fn a_machine_whose_clock_was_moved_goes_on_as_if_it_had_not_been() {
    let (mut still, mut moved) = (Run::new(), Run::new());
    let steps =
        [(0, red("level:a")), (3, red("level:a")), (9, lasting(5, red("level:b"))), (13, lasting(5, red("level:b")))];
    for (minute, condition) in &steps {
        still.step(*minute, std::slice::from_ref(condition));
        moved.step(*minute, std::slice::from_ref(condition));
    }
    for by_ms in [864_000_000, -864_000_000, 0] {
        let there = moved.machine.moved(by_ms);
        assert_eq!(there.moved(-by_ms), still.machine, "{by_ms}");
        assert_eq!(there.started_ms, still.machine.started_ms);
        assert_eq!(there.instant_ms(i64::MIN), START_MS + 13 * 60_000 + by_ms);
    }
    let back = still.machine.not_after(START_MS + 60_000);
    assert_eq!(back.instant_ms(i64::MIN), START_MS + 60_000);
    assert!(back.states.values().all(|state| match state {
        State::Pending(pending) => pending.since_ms <= START_MS + 60_000,
        State::Firing(firing) => firing.fired_ms.max(firing.since_ms) <= START_MS + 60_000,
    }));
}
