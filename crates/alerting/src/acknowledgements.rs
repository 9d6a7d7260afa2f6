//! People acknowledge alerts and give them back. Nothing is evaluated for that: it waits for no alert step but for the moment in
//! which one is written down.

use std::sync::Arc;

use journal::text::{TextError, optional, required};
use journal::{Journal, WriteSet};
use kpi::alert::{AcknowledgeError, Key, acknowledge, unacknowledge};
use storage::StoreError;
use thiserror::Error;

use crate::alert_state::{AlertState, event_draft, machine_document};

/// Why an alert was not acknowledged or given back.
#[derive(Debug, Error)]
pub enum AcknowledgementError {
    /// The alert's state does not allow it.
    #[error(transparent)]
    State(#[from] AcknowledgeError),
    /// A text is missing or too long.
    #[error(transparent)]
    Text(#[from] TextError),
    /// The store failed.
    #[error("the store did not keep it")]
    Store(#[from] StoreError),
}

/// Who acknowledged which alert.
pub struct Acknowledgements {
    journal: Journal,
    state: Arc<AlertState>,
}

impl Acknowledgements {
    pub(crate) fn new(journal: Journal, state: Arc<AlertState>) -> Self {
        Self { journal, state }
    }

    /// A person acknowledges a firing alert (`takes`), or gives it back.
    ///
    /// # Errors
    /// [`AcknowledgementError`]; nothing has changed then.
    pub async fn set(
        &self,
        key: &Key,
        takes: bool,
        person: &str,
        note: Option<&str>,
    ) -> Result<(), AcknowledgementError> {
        let person = required("person", person)?;
        let note = optional("note", note)?.unwrap_or_default();
        let guard = self.journal.write_guard().await;
        let now_ms = self.journal.now_ms();
        let machine = self.state.machine();
        let change = if takes { acknowledge } else { unacknowledge };
        let (machine, event) = change(&machine, key, &person, &note, now_ms)?;
        let changes = WriteSet {
            entries: vec![event_draft(&event, now_ms)?],
            documents: vec![machine_document(&machine, now_ms)?],
            ..WriteSet::default()
        };
        self.state.keep(&self.journal, guard, changes, machine).await?;
        Ok(())
    }
}
