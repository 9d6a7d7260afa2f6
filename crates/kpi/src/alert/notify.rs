//! What people are told: after each step, what they were told last is brought in line with what is.
//!
//! So a transition is told once, whatever was held back is told when it may be, and what came and went in between is not.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::condition::Condition;
use super::key::{Key, Kind, Severity};
use super::machine::{LastNotified, Machine, Transition};
use super::quiet::Quiet;
use crate::catalogue::Policy;

/// One message about the alerts of one group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    /// What its alerts have in common, by the policy's `group_by`; `escalation` for the escalation.
    pub group: String,
    /// The roles that answer for its alerts, in order, each once; empty where that is everybody.
    pub owners: Vec<String>,
    /// What happened, the worst first.
    pub lines: Vec<Line>,
    /// Equal for the same notification of the same machine, also after a restart, and for no other.
    pub dedupe: String,
}

/// One line of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The alert.
    pub key: Key,
    /// What happened since people were told last.
    pub transition: Transition,
    /// How bad it is; for what resolved, how bad people were told it was.
    pub severity: Severity,
    /// The condition's sentence.
    pub text: String,
}

pub(super) fn notifications(
    machine: &mut Machine,
    policy: &Policy,
    quiet: &Quiet<'_>,
    conditions: &BTreeMap<&Key, &Condition>,
    now_ms: i64,
) -> Vec<Notification> {
    let mut groups: BTreeMap<&str, (Vec<String>, Vec<Line>)> = BTreeMap::new();
    for condition in conditions.values() {
        let Some((transition, severity)) = untold(machine, policy, &condition.key, now_ms) else { continue };
        if quiet.holding(&condition.key, &condition.about, severity, now_ms).is_some() {
            continue;
        }
        let (key, text) = (condition.key.clone(), condition.text.clone());
        if transition == Transition::Resolved {
            machine.last_notified.remove(&key);
        } else {
            machine
                .last_notified
                .insert(key.clone(), LastNotified { severity, time_ms: now_ms, about: condition.about.clone() });
        }
        let (owners, lines) = groups.entry(&condition.about.group).or_default();
        owners.extend((!condition.about.owner.is_empty()).then(|| condition.about.owner.clone()));
        lines.push(Line { key, transition, severity, text });
    }
    if groups.is_empty() {
        return Vec::new();
    }
    let number = machine.telling_steps;
    machine.telling_steps += 1;
    // Two machines that begin afresh must not take each other's messages for their own.
    let started_ms = machine.started_ms.unwrap_or(now_ms);
    groups
        .into_iter()
        .map(|(group, (mut owners, mut lines))| {
            owners.sort();
            owners.dedup();
            lines.sort_by(|left, right| right.severity.cmp(&left.severity).then_with(|| left.key.cmp(&right.key)));
            Notification {
                group: group.to_owned(),
                owners,
                lines,
                dedupe: format!("alert/{started_ms}/{number}/{group}"),
            }
        })
        .collect()
}

/// How what is differs from what people were told, or that it is time to say it again.
fn untold(machine: &Machine, policy: &Policy, key: &Key, now_ms: i64) -> Option<(Transition, Severity)> {
    let escalation = key.kind == Kind::Escalation;
    match (machine.last_notified.get(key), machine.firing(key)) {
        (None, None) => None,
        (None, Some(firing)) if escalation => Some((Transition::Escalated, firing.severity)),
        (None, Some(firing)) => Some((Transition::Fired, firing.severity)),
        (Some(told), None) => Some((Transition::Resolved, told.severity)),
        (Some(told), Some(firing)) if firing.severity > told.severity => Some((Transition::Worsened, firing.severity)),
        (Some(told), Some(firing)) if firing.severity < told.severity => Some((Transition::Improved, firing.severity)),
        (Some(told), Some(firing)) => {
            let due = policy.alerts.repeat_ms.is_some_and(|repeat_ms| now_ms.saturating_sub(told.time_ms) >= repeat_ms);
            (due && !escalation && firing.acknowledged.is_none()).then_some((Transition::Repeated, firing.severity))
        }
    }
}
