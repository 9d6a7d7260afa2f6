//! One alert as a row: its state, whom it concerns, and what withholds its notifications.

use kpi::alert::{Firing, Key, Kind, LastNotified, Pending, Quiet, Severity, Suppression};
use kpi::catalogue::Catalogue;

use super::{AlertRow, CommentRow};
use crate::instant;

/// What a row needs besides the state.
pub(super) struct Context<'a> {
    pub(super) catalogue: &'a Catalogue,
    pub(super) text: String,
    pub(super) about: kpi::alert::About,
    pub(super) last_notified: Option<&'a LastNotified>,
    pub(super) quiet: Quiet<'a>,
    pub(super) now_ms: i64,
    pub(super) comments: Vec<CommentRow>,
}

impl Context<'_> {
    pub(super) fn firing(self, key: &Key, firing: &Firing) -> AlertRow {
        let acknowledged = firing.acknowledged.as_ref().map(|by| {
            let note = if by.note.is_empty() { String::new() } else { format!(": {}", by.note) };
            format!("Acknowledged by {} at {}{note}", by.person, instant::long(by.time_ms))
        });
        AlertRow { acknowledged, ..self.row(key, firing.severity, firing.since_ms) }
    }

    pub(super) fn pending(self, key: &Key, pending: Pending) -> AlertRow {
        self.row(key, pending.severity, pending.since_ms)
    }

    fn row(self, key: &Key, severity: Severity, since_ms: i64) -> AlertRow {
        let silenced =
            self.quiet.holding(key, &self.about, severity, self.now_ms).map(|suppression| match suppression {
                Suppression::Silence(silence) => {
                    format!(
                        "Silenced by {} until {}: {}",
                        silence.person,
                        instant::long(silence.ends_ms),
                        silence.reason
                    )
                }
                Suppression::Maintenance(window) => {
                    format!("Maintenance until {}: {}", instant::long(window.ends_ms), window.reason)
                }
            });
        AlertRow {
            key: key.to_string(),
            title: title(key.kind, severity).to_owned(),
            severity: severity.name(),
            kpi: named(self.catalogue, key),
            text: self.text,
            since: instant::long(since_ms),
            since_ms,
            owner: self.about.owner,
            acknowledged: None,
            silenced,
            notified: self.last_notified.map(|last| instant::long(last.time_ms)),
            comments: self.comments,
        }
    }
}

fn title(kind: Kind, severity: Severity) -> &'static str {
    match (kind, severity) {
        (Kind::Level, Severity::Red) => "Off target",
        (Kind::Level, _) => "At risk",
        (Kind::Burn, _) => "Error budget",
        (Kind::Stale, _) => "Stale",
        (Kind::Source, _) => "Source fails",
        (Kind::Escalation, _) => "Escalation",
    }
}

pub(super) fn named(catalogue: &Catalogue, key: &Key) -> Option<(String, String)> {
    if matches!(key.kind, Kind::Source | Kind::Escalation) {
        return None;
    }
    catalogue.kpi(&key.kpi).map(|(_, kpi)| (kpi.id.clone(), kpi.name.clone()))
}
