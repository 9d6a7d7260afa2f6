//! One step of the alert machine: conditions in, changed states, events and notifications out.

use std::collections::BTreeMap;

use super::condition::{About, Condition};
use super::escalation;
use super::key::{Key, Kind, Severity};
use super::machine::{Event, Firing, Machine, Pending, State, Transition};
use super::notify::{self, Notification};
use super::quiet::Quiet;
use crate::catalogue::Policy;

/// What a step came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The machine after it.
    pub machine: Machine,
    /// What happened, for the history.
    pub events: Vec<Event>,
    /// What people are told. To lose and repeat nothing, keep the machine and these in one transaction.
    pub notifications: Vec<Notification>,
}

/// The machine after it has seen every condition of the instant `now_ms`.
///
/// `conditions` is complete: an alert whose key is not among them is no longer watched, and resolves. A `now_ms` before
/// the machine's latest instant changes nothing; [`Machine::instant_ms`] is the instant at which to go on.
pub fn step(machine: &Machine, policy: &Policy, quiet: &Quiet<'_>, conditions: &[Condition], now_ms: i64) -> Step {
    let mut next = machine.clone();
    let (mut events, mut notifications) = (Vec::new(), Vec::new());
    if machine.instant_ms(now_ms) == now_ms {
        next.started_ms.get_or_insert(now_ms);
        next.latest_ms = Some(now_ms);
        let unwatched = unwatched(machine, conditions);
        let given = conditions.iter().filter(|condition| condition.key.kind != Kind::Escalation);
        let mut by_key: BTreeMap<&Key, &Condition> =
            given.chain(&unwatched).map(|condition| (&condition.key, condition)).collect();
        for condition in by_key.values() {
            advance(&mut next, condition, now_ms, &mut events);
        }
        let escalation = escalation::condition(&next, policy, quiet, &by_key, now_ms);
        advance(&mut next, &escalation, now_ms, &mut events);
        by_key.insert(&escalation.key, &escalation);
        notifications = notify::notifications(&mut next, policy, quiet, &by_key, now_ms);
    }
    Step { machine: next, events, notifications }
}

/// A condition that all is well for each alert that is remembered but not among `conditions`.
fn unwatched(machine: &Machine, conditions: &[Condition]) -> Vec<Condition> {
    let mut remembered: BTreeMap<&Key, About> = machine.states.keys().map(|key| (key, About::default())).collect();
    remembered.extend(machine.last_notified.iter().map(|(key, told)| (key, told.about.clone())));
    for condition in conditions {
        remembered.remove(&condition.key);
    }
    let watched_by_machine = Key::escalation();
    remembered.remove(&watched_by_machine);
    remembered
        .into_iter()
        .map(|(key, about)| Condition::plain(key.clone(), None, about, format!("{} is no longer watched.", key.kpi)))
        .collect()
}

fn advance(machine: &mut Machine, condition: &Condition, now_ms: i64, events: &mut Vec<Event>) {
    let before = machine.states.remove(&condition.key);
    let (after, happened) = match (before, condition.known) {
        (before, false) => (before, None),
        (None, true) => waiting(None, condition, now_ms),
        (Some(State::Pending(pending)), true) => waiting(Some(pending), condition, now_ms),
        (Some(State::Firing(firing)), true) => firing_on(firing, condition),
    };
    if let Some(state) = after {
        machine.states.insert(condition.key.clone(), state);
    }
    if let Some((transition, severity)) = happened {
        events.push(Event {
            time_ms: now_ms,
            key: condition.key.clone(),
            transition,
            severity,
            text: condition.text.clone(),
            attainment: condition.attainment,
            person: None,
        });
    }
}

type Change = (Option<State>, Option<(Transition, Severity)>);

/// What becomes of an alert that does not fire: hysteresis holds firing alerts only, so the thresholds alone decide.
fn waiting(pending: Option<Pending>, condition: &Condition, now_ms: i64) -> Change {
    let Some(severity) = condition.severity else {
        return (None, pending.map(|pending| (Transition::Cleared, pending.severity)));
    };
    let since_ms = pending.map_or(now_ms, |pending| pending.since_ms);
    if now_ms.saturating_sub(since_ms) >= condition.for_ms {
        let fired = if condition.key.kind == Kind::Escalation { Transition::Escalated } else { Transition::Fired };
        let firing = Firing { since_ms, fired_ms: now_ms, severity, acknowledged: None };
        return (Some(State::Firing(firing)), Some((fired, severity)));
    }
    let happened = pending.is_none().then_some((Transition::Pending, severity));
    (Some(State::Pending(Pending { since_ms, severity })), happened)
}

/// What becomes of an alert that fires: its severity moves into the range from what the thresholds say to what the
/// hysteresis lets it keep, and no further.
fn firing_on(firing: Firing, condition: &Condition) -> Change {
    let before = firing.severity;
    let Some(severity) = Some(before).clamp(condition.severity, condition.holds.max(condition.severity)) else {
        return (None, Some((Transition::Resolved, before)));
    };
    let happened = match severity.cmp(&before) {
        std::cmp::Ordering::Less => Some((Transition::Improved, severity)),
        std::cmp::Ordering::Equal => None,
        std::cmp::Ordering::Greater => Some((Transition::Worsened, severity)),
    };
    // Who took a yellow alert has not said that they can cope with a red one.
    let acknowledged = firing.acknowledged.filter(|_| severity <= before);
    (Some(State::Firing(Firing { severity, acknowledged, ..firing })), happened)
}
