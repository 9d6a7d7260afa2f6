//! Comments and annotations: what people note about a KPI, a gate or an alert.

use journal::stream::NOTES;
use journal::text::{TextError, required};
use journal::{Draft, Journal};
use storage::StoreError;
use thiserror::Error;

use crate::effective_config::{SharedConfig, in_force};
use crate::note::{Body, Note, NoteKind};

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

/// What people noted.
pub struct Notes {
    journal: Journal,
    config: SharedConfig,
}

impl Notes {
    pub(crate) fn new(journal: Journal, config: SharedConfig) -> Self {
        Self { journal, config }
    }

    /// Keeps a note about `kpi:ID`, `gate:PHASE` or `alert:KEY`; `about_ms` is now without it.
    ///
    /// # Errors
    /// [`NoteError`]; nothing is kept then.
    pub async fn add(
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
        let now_ms = self.journal.now_ms();
        let about_ms = about_ms.unwrap_or(now_ms);
        let body = Body { about_ms, text: text.clone() };
        let guard = self.journal.write_guard().await;
        let draft = Draft::new(NOTES, kind.name(), subject, Some(&person), now_ms, &body)
            .map_err(|error| NoteError::Text(TextError { field: "text", detail: error.to_string() }))?;
        let entry = self.journal.append(guard, draft).await?;
        Ok(Note { id: entry.id, subject: subject.to_owned(), kind, about_ms, written_ms: now_ms, person, text })
    }

    fn is_notable(&self, subject: &str) -> bool {
        let catalogue = in_force(&self.config).catalogue();
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
    pub fn about(&self, subject: &str, until_ms: i64) -> Vec<Note> {
        let config = in_force(&self.config);
        let mut notes: Vec<Note> = config
            .notes
            .iter()
            .filter(|note| note.subject == subject && note.written_ms <= until_ms)
            .cloned()
            .collect();
        notes.reverse();
        notes
    }
}
