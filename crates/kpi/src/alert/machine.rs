//! What the alert machine remembers, and what it tells of its changes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::condition::About;
use super::key::{Key, Severity};

/// Everything that is remembered of alerts. Stored as JSON between steps; the empty machine is the default.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Machine {
    /// The instant of the first step.
    pub started_ms: Option<i64>,
    /// The latest instant that it has seen.
    pub latest_ms: Option<i64>,
    /// How many steps have told something.
    pub telling_steps: u64,
    /// What is pending or firing; everything else is well.
    pub states: BTreeMap<Key, State>,
    /// What people were told last about each alert, and not yet that it resolved.
    #[serde(rename = "told")]
    pub last_notified: BTreeMap<Key, LastNotified>,
}

/// The state of an alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum State {
    /// Below a threshold, but not yet for long enough.
    Pending(Pending),
    /// Below a threshold for long enough, and not yet well again.
    Firing(Firing),
}

/// An alert that may fire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// Since when, in milliseconds since the Unix epoch.
    pub since_ms: i64,
    /// How bad it is.
    pub severity: Severity,
}

/// An alert that fires.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Firing {
    /// Since when it has been pending or firing, in milliseconds since the Unix epoch.
    pub since_ms: i64,
    /// When it fired, in milliseconds since the Unix epoch.
    pub fired_ms: i64,
    /// How bad it is.
    pub severity: Severity,
    /// Who took it, if anybody did.
    pub acknowledged: Option<Acknowledgement>,
}

/// Who took an alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledgement {
    /// The person.
    pub person: String,
    /// When, in milliseconds since the Unix epoch.
    pub time_ms: i64,
    /// What they wrote; may be empty.
    pub note: String,
}

/// What people were told last about an alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastNotified {
    /// How bad it was.
    pub severity: Severity,
    /// When, in milliseconds since the Unix epoch.
    pub time_ms: i64,
    /// Whom it concerned.
    pub about: About,
}

/// What happened to an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Transition {
    /// It may fire soon.
    Pending,
    /// It was pending and is well again.
    Cleared,
    /// It fires.
    Fired,
    /// Red alerts that nobody took went on.
    Escalated,
    /// It fires and got worse.
    Worsened,
    /// It fires still, but less badly.
    Improved,
    /// It is well again.
    Resolved,
    /// It fires still and is told again.
    Repeated,
    /// A person took it.
    Acknowledged,
    /// A person gave it back.
    Unacknowledged,
}

impl Transition {
    /// The name in the API, equal to that in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Cleared => "cleared",
            Self::Fired => "fired",
            Self::Escalated => "escalated",
            Self::Worsened => "worsened",
            Self::Improved => "improved",
            Self::Resolved => "resolved",
            Self::Repeated => "repeated",
            Self::Acknowledged => "acknowledged",
            Self::Unacknowledged => "unacknowledged",
        }
    }
}

/// One entry of the history of alerts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// When, in milliseconds since the Unix epoch.
    pub time_ms: i64,
    /// What it is about.
    pub key: Key,
    /// What happened.
    pub transition: Transition,
    /// How bad it is; for what ended, how bad it was.
    pub severity: Severity,
    /// The condition's sentence, or the person's note.
    pub text: String,
    /// How far along the KPI was.
    pub attainment: Option<f64>,
    /// Who did it, where a person did.
    pub person: Option<String>,
}

impl Machine {
    /// The instant to evaluate at and to step to when the clock says `now_ms`: never before the latest one.
    pub fn instant_ms(&self, now_ms: i64) -> i64 {
        self.latest_ms.map_or(now_ms, |latest_ms| latest_ms.max(now_ms))
    }

    /// The machine after the clock was moved by so much, ahead or back: everything lies as far back as it did before. Its first
    /// step stays what it was, because notifications are told apart by it.
    #[must_use]
    pub fn moved(&self, by_ms: i64) -> Self {
        self.with_times(|time_ms| time_ms.saturating_add(by_ms))
    }

    /// The machine under a clock that says an earlier time than what it remembers: nothing of it lies ahead.
    #[must_use]
    pub fn not_after(&self, now_ms: i64) -> Self {
        self.with_times(|time_ms| time_ms.min(now_ms))
    }

    fn with_times(&self, change: impl Fn(i64) -> i64) -> Self {
        let mut changed = self.clone();
        changed.latest_ms = changed.latest_ms.map(&change);
        for state in changed.states.values_mut() {
            match state {
                State::Pending(pending) => pending.since_ms = change(pending.since_ms),
                State::Firing(firing) => {
                    firing.since_ms = change(firing.since_ms);
                    firing.fired_ms = change(firing.fired_ms);
                    if let Some(acknowledged) = &mut firing.acknowledged {
                        acknowledged.time_ms = change(acknowledged.time_ms);
                    }
                }
            }
        }
        for told in changed.last_notified.values_mut() {
            told.time_ms = change(told.time_ms);
        }
        changed
    }

    /// The alert with this key, if it fires.
    pub fn firing(&self, key: &Key) -> Option<&Firing> {
        match self.states.get(key) {
            Some(State::Firing(firing)) => Some(firing),
            _ => None,
        }
    }

    /// Every alert that fires.
    pub fn all_firing(&self) -> impl Iterator<Item = (&Key, &Firing)> {
        self.states.iter().filter_map(|(key, state)| match state {
            State::Firing(firing) => Some((key, firing)),
            State::Pending(_) => None,
        })
    }
}
