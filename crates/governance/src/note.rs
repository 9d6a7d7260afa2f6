//! A comment or an annotation, as the journal keeps it.

use serde::{Deserialize, Serialize};
use storage::JournalEntry;

/// What a note is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoteKind {
    /// A remark.
    Comment,
    /// Something was deployed.
    Deployment,
    /// Something broke.
    Incident,
}

impl NoteKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Comment, Self::Deployment, Self::Incident];

    /// The name in forms and in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Comment => "comment",
            Self::Deployment => "deployment",
            Self::Incident => "incident",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Its id.
    pub id: String,
    /// What it is about: `kpi:ID`, `gate:PHASE` or `alert:KEY`.
    pub subject: String,
    /// What it is.
    pub kind: NoteKind,
    /// The instant that it is about, in milliseconds since the Unix epoch.
    pub about_ms: i64,
    /// When it was written.
    pub written_ms: i64,
    /// Who wrote it.
    pub person: String,
    /// The text.
    pub text: String,
}

/// The body of an entry.
#[derive(Serialize, Deserialize)]
pub(crate) struct Body {
    pub(crate) about_ms: i64,
    pub(crate) text: String,
}

impl Note {
    pub(crate) fn read(entry: &JournalEntry) -> Result<Self, String> {
        let body: Body = serde_json::from_str(&entry.body_json).map_err(|error| error.to_string())?;
        Ok(Self {
            id: entry.id.clone(),
            subject: entry.subject.clone(),
            kind: NoteKind::from_name(&entry.kind).ok_or_else(|| format!("\"{}\" is no kind of note", entry.kind))?,
            about_ms: body.about_ms,
            written_ms: entry.time_ms,
            person: entry.person.clone().unwrap_or_default(),
            text: body.text,
        })
    }
}
