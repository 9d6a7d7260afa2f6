//! The alerts of a past instant, as their history tells: what fired and what was pending then.

use std::collections::BTreeMap;

use journal::stream::ALERTS;
use kpi::alert::{Acknowledgement, Event, Firing, Key, Machine, Pending, Quiet, Severity, State, Transition};
use storage::{JournalEntry, StoreError};

use super::state::Context;
use super::{AlertRow, LISTED_EVENTS};
use crate::dashboard::Dashboard;
use crate::snapshot::Snapshot;

/// How many entries of the history are read at once, and how many in all: what lies further back is not known.
const PAGE: u32 = 1_000;
const MOST_READ: usize = 50_000;

/// The alerts at an instant.
pub struct Then {
    /// What became of them up to then, the newest first, as many as a page lists.
    pub(super) events: Vec<Event>,
    /// Those that fired, the most urgent first, and those that were pending.
    pub(in crate::view) rows: (Vec<AlertRow>, Vec<AlertRow>),
    /// Their states.
    pub(in crate::view) machine: Machine,
}

/// The event of an entry; `None` where it can't be read, which is logged.
pub(super) fn event_of(entry: &JournalEntry) -> Option<Event> {
    serde_json::from_str(&entry.body_json)
        .inspect_err(|error| tracing::error!(%error, entry.id, "an event of an alert can't be read"))
        .ok()
}

impl Dashboard {
    /// The wanted alerts at the snapshot's instant, from their history.
    ///
    /// # Errors
    /// [`StoreError`] where the history can't be read.
    pub(in crate::view) async fn alerts_then(
        &self,
        snapshot: &Snapshot,
        wanted: impl Fn(&Key) -> bool,
    ) -> Result<Then, StoreError> {
        let instant_ms = snapshot.evaluation.instant_ms;
        let mut events = Vec::new();
        let (mut before, mut read) = (None, 0);
        while read < MOST_READ {
            let entries = self.store().journal_of(ALERTS, before, PAGE).await?;
            let Some(last) = entries.last() else { break };
            before = Some(last.version);
            read += entries.len();
            events.extend(
                entries
                    .iter()
                    .filter(|entry| entry.time_ms <= instant_ms)
                    .filter_map(event_of)
                    .filter(|event: &Event| wanted(&event.key)),
            );
        }
        let (machine, texts) = told(events.iter().rev());
        let rows = self.rows_then(snapshot, &machine, &texts).await?;
        events.truncate(usize::try_from(LISTED_EVENTS).unwrap_or(usize::MAX));
        Ok(Then { events, rows, machine })
    }

    async fn rows_then(
        &self,
        snapshot: &Snapshot,
        machine: &Machine,
        texts: &BTreeMap<Key, String>,
    ) -> Result<(Vec<AlertRow>, Vec<AlertRow>), StoreError> {
        let catalogue = &*snapshot.catalogue;
        let instant_ms = snapshot.evaluation.instant_ms;
        let silences = self.alerting.silences.at(instant_ms);
        let quiet = Quiet { silences: &silences, maintenance: &catalogue.maintenance };
        let mut firing: Vec<(Severity, AlertRow)> = Vec::new();
        let mut pending = Vec::new();
        for (key, state) in &machine.states {
            let kpi = catalogue.kpi(&key.kpi).map(|(_, kpi)| kpi);
            let context = Context {
                catalogue,
                text: texts.get(key).cloned().unwrap_or_default(),
                about: kpi.map(|kpi| kpi::alert::about(kpi, &catalogue.policy)).unwrap_or_default(),
                last_notified: None,
                quiet,
                now_ms: instant_ms,
                comments: self.comments(&format!("alert:{key}"), instant_ms),
            };
            match state {
                State::Firing(it) => {
                    let row = context.firing(key, it);
                    firing.push((it.severity, self.since_by_data(snapshot, key, it.severity, row).await?));
                }
                State::Pending(it) => {
                    let row = context.pending(key, *it);
                    pending.push(self.since_by_data(snapshot, key, it.severity, row).await?);
                }
            }
        }
        firing.sort_by_key(|(severity, _)| std::cmp::Reverse(*severity));
        Ok((firing.into_iter().map(|(_, row)| row).collect(), pending))
    }
}

/// The states that events leave behind, the oldest event first, and what each alert was about.
fn told<'a>(events: impl Iterator<Item = &'a Event>) -> (Machine, BTreeMap<Key, String>) {
    let (mut machine, mut texts) = (Machine::default(), BTreeMap::new());
    for event in events {
        let state = after(machine.states.get(&event.key), event);
        if event.person.is_none() && !event.text.is_empty() {
            texts.insert(event.key.clone(), event.text.clone());
        }
        match state {
            Some(state) => machine.states.insert(event.key.clone(), state),
            None => machine.states.remove(&event.key),
        };
    }
    (machine, texts)
}

/// What an alert is after an event; `None` where it is well.
fn after(before: Option<&State>, event: &Event) -> Option<State> {
    let since_ms = match before {
        Some(State::Pending(pending)) => pending.since_ms,
        Some(State::Firing(firing)) => firing.since_ms,
        None => event.time_ms,
    };
    let firing = match before {
        Some(State::Firing(firing)) => Firing { severity: event.severity, ..firing.clone() },
        _ => Firing { since_ms, fired_ms: event.time_ms, severity: event.severity, acknowledged: None },
    };
    let taken = || Acknowledgement {
        person: event.person.clone().unwrap_or_default(),
        time_ms: event.time_ms,
        note: event.text.clone(),
    };
    match event.transition {
        Transition::Pending => Some(State::Pending(Pending { since_ms: event.time_ms, severity: event.severity })),
        Transition::Cleared | Transition::Resolved => None,
        Transition::Fired | Transition::Escalated | Transition::Improved | Transition::Repeated => {
            Some(State::Firing(firing))
        }
        Transition::Acknowledged => Some(State::Firing(Firing { acknowledged: Some(taken()), ..firing })),
        // What got worse has to be taken anew.
        Transition::Worsened | Transition::Unacknowledged => {
            Some(State::Firing(Firing { acknowledged: None, ..firing }))
        }
    }
}
