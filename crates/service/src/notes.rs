//! Comments and annotations: what people note about a KPI, a gate or an alert.

use serde::{Deserialize, Serialize};
use storage::{JournalEntry, StoreError};
use thiserror::Error;

use crate::dashboard::Dashboard;
use crate::journal::{Draft, NOTES};
use crate::text::{TextError, required};

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

#[derive(Serialize, Deserialize)]
struct Body {
    about_ms: i64,
    text: String,
}

/// Why a note was not kept.
#[derive(Debug, Error)]
pub enum NoteError {
    /// There is nothing of that name to note something about.
    #[error("there is no \"{0}\" to comment on")]
    UnknownSubject(String),
    /// A text is missing or too long.
    #[error(transparent)]
    Text(#[from] TextError),
    /// The store failed.
    #[error("the store did not keep the note")]
    Store(#[from] StoreError),
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

impl Dashboard {
    /// Keeps a note about `kpi:ID`, `gate:PHASE` or `alert:KEY`; `about_ms` is now without it.
    ///
    /// # Errors
    /// [`NoteError`]; nothing is kept then.
    pub async fn note(
        &self,
        subject: &str,
        kind: NoteKind,
        person: &str,
        text: &str,
        about_ms: Option<i64>,
    ) -> Result<Note, NoteError> {
        let person = required("person", person)?;
        let text = required("text", text)?;
        if !self.is_notable(subject) {
            return Err(NoteError::UnknownSubject(subject.chars().take(60).collect()));
        }
        let now_ms = self.now_ms();
        let about_ms = about_ms.unwrap_or(now_ms);
        let body = Body { about_ms, text: text.clone() };
        let guard = self.write_guard().await;
        let draft = Draft::new(NOTES, kind.name(), subject, Some(&person), now_ms, &body)
            .map_err(|error| NoteError::Text(TextError { field: "text", detail: error.to_string() }))?;
        let entry = self.append(guard, draft).await?;
        Ok(Note { id: entry.id, subject: subject.to_owned(), kind, about_ms, written_ms: now_ms, person, text })
    }

    fn is_notable(&self, subject: &str) -> bool {
        let catalogue = self.catalogue();
        match subject.split_once(':') {
            Some(("kpi", id)) => catalogue.kpi(id).is_some(),
            Some(("gate", phase)) => phase.parse().is_ok_and(|number: u8| {
                catalogue.phase(number).is_some_and(|phase| phase.gate_share_percent.is_some())
            }),
            Some(("alert", key)) => key.parse::<kpi::alert::Key>().is_ok(),
            _ => false,
        }
    }

    /// The notes about a subject that were written up to an instant, the newest first.
    pub fn notes_about(&self, subject: &str, until_ms: i64) -> Vec<Note> {
        let effective_config = self.effective_config();
        let mut notes: Vec<Note> = effective_config
            .notes
            .iter()
            .filter(|note| note.subject == subject && note.written_ms <= until_ms)
            .cloned()
            .collect();
        notes.reverse();
        notes
    }
}
