//! Acknowledgement and escalation.

use kpi::alert::{AcknowledgeError, Condition, Matcher, acknowledge, unacknowledge};

use super::run::{MINUTE_MS, Run, key, red, touching, unknown, well, yellow};
use crate::support::START_MS;

const NOTHING: [&str; 0] = [];

impl Run {
    fn acknowledge(&mut self, written: &str, minute: i64) {
        let now_ms = START_MS + minute * MINUTE_MS;
        let (machine, event) = acknowledge(&self.machine, &key(written), "Ada", "on it", now_ms).unwrap();
        self.machine = machine;
        self.events.push(event);
    }

    fn is_acknowledged(&self, written: &str) -> bool {
        self.machine.firing(&key(written)).is_some_and(|firing| firing.acknowledged.is_some())
    }
}

#[test]
fn what_was_acknowledged_is_not_repeated_until_it_is_given_back() {
    let mut run = Run::new();
    run.policy.alerts.repeat_ms = Some(10 * MINUTE_MS);
    run.step(0, &[yellow("level:a")]);
    run.acknowledge("level:a", 1);
    assert_eq!(run.step(10, &[yellow("level:a")]), NOTHING);
    let (machine, event) = unacknowledge(&run.machine, &key("level:a"), "Ada", "", START_MS + 11 * MINUTE_MS).unwrap();
    assert_eq!((event.transition.name(), event.person.as_deref()), ("unacknowledged", Some("Ada")));
    run.machine = machine;
    assert_eq!(run.step(12, &[yellow("level:a")]), ["repeated level:a yellow"]);
}

#[test]
fn an_acknowledgement_ends_when_the_alert_worsens_or_resolves() {
    let mut run = Run::new();
    run.step(0, &[red("level:a"), yellow("level:b")]);
    run.acknowledge("level:a", 1);
    run.acknowledge("level:b", 1);
    run.step(2, &[yellow("level:a"), red("level:b")]);
    assert!(run.is_acknowledged("level:a"), "it improved");
    assert!(!run.is_acknowledged("level:b"), "it worsened");
    run.step(3, &[well("level:a"), red("level:b")]);
    run.step(4, &[yellow("level:a"), red("level:b")]);
    assert!(!run.is_acknowledged("level:a"), "it fired anew");
}

#[test]
fn who_took_an_alert_and_why_is_kept() {
    let mut run = Run::new();
    run.step(5, &[red("level:a")]);
    // The clock stepped back in between.
    run.acknowledge("level:a", 2);
    let taken = run.machine.firing(&key("level:a")).unwrap().acknowledged.clone().unwrap();
    assert_eq!((taken.person.as_str(), taken.note.as_str()), ("Ada", "on it"));
    assert_eq!(taken.time_ms, START_MS + 5 * MINUTE_MS);
    assert_eq!(run.events.last().unwrap().time_ms, START_MS + 5 * MINUTE_MS);
}

#[test]
fn only_a_firing_alert_can_be_acknowledged_and_once() {
    let mut run = Run::new();
    run.step(0, &[super::run::lasting(5, red("level:a")), red("level:b")]);
    let take = |run: &Run, written: &str| acknowledge(&run.machine, &key(written), "Bob", "", START_MS).map(|_| ());
    let give = |run: &Run, written: &str| unacknowledge(&run.machine, &key(written), "Bob", "", START_MS).map(|_| ());
    assert_eq!(take(&run, "level:a"), Err(AcknowledgeError::NotFiring(key("level:a"))));
    assert_eq!(take(&run, "level:none"), Err(AcknowledgeError::NotFiring(key("level:none"))));
    assert_eq!(give(&run, "level:b"), Err(AcknowledgeError::NotTaken(key("level:b"))));
    run.acknowledge("level:b", 1);
    let taken = AcknowledgeError::Taken { key: key("level:b"), person: "Ada".to_owned() };
    assert_eq!(take(&run, "level:b"), Err(taken.clone()));
    assert_eq!(taken.to_string(), "Ada has acknowledged the alert level:b already");
    assert_eq!(give(&run, "level:b"), Ok(()));
}

#[test]
fn one_red_alert_does_not_escalate_two_do_after_their_time() {
    let mut run = Run::new();
    run.step(0, &[red("level:a"), yellow("level:b")]);
    assert_eq!(run.step(120, &[red("level:a"), yellow("level:b")]), NOTHING);
    assert_eq!(run.step(130, &[red("level:a"), red("level:b")]), ["worsened level:b red"]);
    assert_eq!(run.step(189, &[red("level:a"), red("level:b")]), NOTHING);
    assert_eq!(run.step(190, &[red("level:a"), red("level:b")]), ["escalated escalation red"]);
    let told = run.notifications.last().unwrap();
    assert_eq!((told.group.as_str(), told.owners.len()), ("escalation", 0));
    assert_eq!(told.lines[0].text, "2 KPIs are off target and nobody has acknowledged them: a, b.");
    assert_eq!(
        run.step(500, &[red("level:a"), red("level:b"), red("level:c")]),
        ["fired level:c red"],
        "it fires once"
    );
    assert_eq!(
        run.step(501, &[red("level:a")]),
        ["resolved level:b red", "resolved level:c red", "resolved escalation red"]
    );
    assert_eq!(
        run.history().into_iter().filter(|event| event.ends_with("escalation")).collect::<Vec<_>>(),
        ["pending escalation", "escalated escalation", "resolved escalation"]
    );
}

#[test]
fn one_red_alert_that_touches_customers_escalates() {
    let mut run = Run::new();
    run.step(0, &[touching(red("level:a"))]);
    assert_eq!(run.step(60, &[touching(red("level:a"))]), ["escalated escalation red"]);
    assert_eq!(run.notifications.last().unwrap().lines[0].text, "a is off target and nobody has acknowledged it.");
    // Nothing new is known of the alert, but it fires still.
    assert_eq!(run.step(61, &[touching(unknown("level:a"))]), NOTHING);
    assert_eq!(run.step(62, &[touching(yellow("level:a"))]), ["improved level:a yellow", "resolved escalation red"]);
}

#[test]
fn an_alert_that_somebody_took_does_not_escalate() {
    let mut run = Run::new();
    run.step(0, &[red("level:a"), red("level:b")]);
    run.acknowledge("level:a", 59);
    assert_eq!(run.step(60, &[red("level:a"), red("level:b")]), NOTHING);
    // Somebody gives it back: the time begins anew.
    let given = unacknowledge(&run.machine, &key("level:a"), "Ada", "", START_MS + 61 * MINUTE_MS).unwrap();
    run.machine = given.0;
    assert_eq!(run.step(61, &[red("level:a"), red("level:b")]), NOTHING);
    assert_eq!(run.step(121, &[red("level:a"), red("level:b")]), ["escalated escalation red"]);
    run.acknowledge("level:b", 122);
    assert_eq!(run.step(123, &[red("level:a"), red("level:b")]), ["resolved escalation red"]);
}

#[test]
fn what_is_silenced_or_of_another_kind_does_not_escalate() {
    let mut run = Run::new();
    run.silence(Matcher { kpi: Some("a".to_owned()), ..Matcher::default() }, 0, 1_000);
    let conditions = [touching(red("level:a")), touching(red("burn:b")), touching(yellow("level:c"))];
    run.step(0, &conditions);
    assert_eq!(run.step(600, &conditions), NOTHING);
}

#[test]
fn the_escalation_is_the_machines_own_and_not_given() {
    let mut run = Run::new();
    let given = Condition { key: kpi::alert::Key::escalation(), ..red("level:a") };
    assert_eq!(run.step(0, &[given]), NOTHING);
    assert!(run.machine.states.is_empty());
}

#[test]
fn a_count_of_none_does_not_escalate_nothing() {
    let mut run = Run::new();
    run.policy.escalation_red_count = 0;
    run.policy.alerts.escalate_after_ms = 0;
    assert_eq!(run.step(0, &[yellow("level:a")]), ["fired level:a yellow"]);
    assert_eq!(run.step(1, &[red("level:a")]), ["worsened level:a red", "escalated escalation red"]);
}
