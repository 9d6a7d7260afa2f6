//! One entry of the log, and one lease.

use crate::{JournalEntry, Payload};

/// What was added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LogKind {
    /// A payload, with the observations or samples read from it; the subject is its number.
    Payload,
    /// An entry of the journal; the subject is its id.
    Journal,
}

impl LogKind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Payload, Self::Journal];

    /// The name under which it is stored.
    pub fn name(self) -> &'static str {
        match self {
            Self::Payload => "payload",
            Self::Journal => "journal",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// One thing that was added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// From 1, without a gap, in the order of commits.
    pub number: i64,
    pub kind: LogKind,
    /// The payload's number in decimal, or the id of the journal's entry.
    pub subject: String,
}

/// A right that is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// What it is the right to do.
    pub name: String,
    /// Who has it.
    pub holder: String,
    /// Greater than that of all who had it before: whoever is told a smaller one listens to somebody who has it no more.
    pub epoch: i64,
}

impl LogEntry {
    /// Of a payload, before it has a number.
    pub fn of_payload(payload: &Payload) -> Self {
        Self { number: 0, kind: LogKind::Payload, subject: payload.number.to_string() }
    }

    /// Of an entry of the journal, before it has a number.
    pub fn of_journal(entry: &JournalEntry) -> Self {
        Self { number: 0, kind: LogKind::Journal, subject: entry.id.clone() }
    }
}
