//! One alert as the machine remembers it.

use kpi::alert::{Acknowledgement, Key, Machine, State};
use serde::Serialize;
use service::instant::iso;
use service::view::alerts::AlertRow;
use utoipa::ToSchema;

/// An alert that is pending or fires.
#[derive(Debug, Serialize, ToSchema)]
pub struct AlertState {
    /// What it is about, as in `level:pipeline-build-time`.
    key: String,
    /// `pending`, `firing` or `acknowledged`.
    state: String,
    /// `level`, `burn`, `stale`, `source` or `escalation`.
    kind: String,
    /// `red`, `yellow` or `notice`.
    severity: String,
    /// The KPI's id, where it is about one.
    kpi: Option<String>,
    /// What is the matter.
    text: String,
    /// The role that answers for it; empty where that is everybody.
    owner: String,
    /// Since when it has been so: of a level or of a stale KPI since when its data say so, which may be long before the
    /// server first saw it.
    since: String,
    /// When the server first saw it; `alert_for` and `escalate_after` count from here.
    first_seen: String,
    /// When it fired.
    fired: Option<String>,
    /// Who took it.
    acknowledged: Option<Taken>,
    /// The silence or maintenance that withholds its notifications, in words.
    silenced: Option<String>,
    /// When people were told last.
    notified: Option<String>,
}

/// Who took an alert.
#[derive(Debug, Serialize, ToSchema)]
pub struct Taken {
    /// The person.
    person: String,
    /// When.
    time: String,
    /// What they wrote; may be empty.
    note: String,
}

impl AlertState {
    /// The alert of a row; `None` where it ended after the row was made.
    pub fn of(machine: &Machine, row: &AlertRow) -> Option<Self> {
        let key: Key = row.key.parse().ok()?;
        let (first_seen_ms, fired_ms, severity, acknowledged) = match machine.states.get(&key)? {
            State::Pending(pending) => (pending.since_ms, None, pending.severity, None),
            State::Firing(firing) => {
                (firing.since_ms, Some(firing.fired_ms), firing.severity, firing.acknowledged.as_ref())
            }
        };
        Some(Self {
            state: service::view::alerts::state_name(machine, &key).to_owned(),
            kind: key.kind.name().to_owned(),
            severity: severity.name().to_owned(),
            kpi: row.kpi.as_ref().map(|(id, _)| id.clone()),
            text: row.text.clone(),
            owner: row.owner.clone(),
            since: iso(row.since_ms),
            first_seen: iso(first_seen_ms),
            fired: fired_ms.map(iso),
            acknowledged: acknowledged.map(taken),
            silenced: row.silenced.clone(),
            // The row knows whether there was a way to tell anybody.
            notified: machine.last_notified.get(&key).filter(|_| row.notified.is_some()).map(|told| iso(told.time_ms)),
            key: row.key.clone(),
        })
    }
}

fn taken(by: &Acknowledgement) -> Taken {
    Taken { person: by.person.clone(), time: iso(by.time_ms), note: by.note.clone() }
}
