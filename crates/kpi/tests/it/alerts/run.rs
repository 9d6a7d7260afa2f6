//! A machine that is driven by hand.

use std::sync::LazyLock;

use kpi::alert::{About, Condition, Event, Key, Machine, Notification, Quiet, Severity, Silence, step};
use kpi::catalogue::{Maintenance, Policy};

use crate::support::{START_MS, framework};

pub const MINUTE_MS: i64 = 60_000;

static POLICY: LazyLock<Policy> = LazyLock::new(|| framework().policy);

/// A machine, what rules it, and what it told.
pub struct Run {
    pub machine: Machine,
    pub policy: Policy,
    pub silences: Vec<Silence>,
    pub maintenance: Vec<Maintenance>,
    pub events: Vec<Event>,
    pub notifications: Vec<Notification>,
}

impl Run {
    /// The framework's policy: repeated daily, escalated after an hour, two reds.
    pub fn new() -> Self {
        Self {
            machine: Machine::default(),
            policy: POLICY.clone(),
            silences: vec![],
            maintenance: vec![],
            events: vec![],
            notifications: vec![],
        }
    }

    /// Steps to a minute; what people are told, as `fired level:a red`.
    pub fn step(&mut self, minute: i64, conditions: &[Condition]) -> Vec<String> {
        let quiet = Quiet { silences: &self.silences, maintenance: &self.maintenance };
        let next = step(&self.machine, &self.policy, &quiet, conditions, START_MS + minute * MINUTE_MS);
        self.machine = next.machine;
        self.events.extend(next.events);
        self.notifications.extend(next.notifications.iter().cloned());
        let lines = next.notifications.iter().flat_map(|notification| &notification.lines);
        lines.map(|line| format!("{} {} {}", line.transition.name(), line.key, line.severity.name())).collect()
    }

    /// Every event so far, as `fired level:a`.
    pub fn history(&self) -> Vec<String> {
        self.events.iter().map(|event| format!("{} {}", event.transition.name(), event.key)).collect()
    }

    pub fn silence(&mut self, matcher: kpi::alert::Matcher, from_minute: i64, until_minute: i64) {
        self.silences.push(Silence {
            id: self.silences.len().to_string(),
            matcher,
            starts_ms: START_MS + from_minute * MINUTE_MS,
            ends_ms: START_MS + until_minute * MINUTE_MS,
            person: "Ada".to_owned(),
            reason: "a test".to_owned(),
        });
    }
}

pub fn key(written: &str) -> Key {
    written.parse().unwrap()
}

/// A condition of the track and owner that its key's name begins with: `level:a-1` belongs to `a`.
pub fn condition(written: &str, severity: Option<Severity>) -> Condition {
    let key = key(written);
    let owner = key.kpi.split('-').next().unwrap_or_default().to_owned();
    let about = About { group: owner.clone(), owner: owner.clone(), track: owner, customer_facing: false };
    Condition {
        text: format!("{key} is at {}.", severity.map_or("peace", Severity::name)),
        key,
        known: true,
        severity,
        holds: severity,
        attainment: None,
        about,
        for_ms: 0,
    }
}

pub fn red(written: &str) -> Condition {
    condition(written, Some(Severity::Red))
}

pub fn yellow(written: &str) -> Condition {
    condition(written, Some(Severity::Yellow))
}

pub fn well(written: &str) -> Condition {
    condition(written, None)
}

/// Nothing is known.
pub fn unknown(written: &str) -> Condition {
    Condition { known: false, ..condition(written, None) }
}

/// The same, but it must last so many minutes.
pub fn lasting(minutes: i64, condition: Condition) -> Condition {
    Condition { for_ms: minutes * MINUTE_MS, ..condition }
}

/// The same, but a firing alert may stay as bad as `holds`.
pub fn holding(holds: Severity, condition: Condition) -> Condition {
    Condition { holds: Some(holds), ..condition }
}

/// The same, but it touches customers.
pub fn touching(condition: Condition) -> Condition {
    Condition { about: About { customer_facing: true, ..condition.about }, ..condition }
}
