//! People take alerts and give them back.

use kpi::alert::{AcknowledgeError, Key, acknowledge, unacknowledge};
use storage::StoreError;
use thiserror::Error;

use super::{event_draft, machine_document};
use crate::dashboard::Dashboard;
use crate::journal::Changes;
use crate::text::{TextError, optional, required};

/// Why an alert was not taken or given back.
#[derive(Debug, Error)]
pub enum TakeError {
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

impl Dashboard {
    /// A person takes a firing alert (`take`), or gives it back.
    ///
    /// # Errors
    /// [`TakeError`]; nothing has changed then.
    pub async fn take_alert(&self, key: &Key, take: bool, person: &str, note: Option<&str>) -> Result<(), TakeError> {
        let person = required("person", person)?;
        let note = optional("note", note)?.unwrap_or_default();
        let guard = self.write_guard().await;
        let now_ms = self.now_ms();
        let machine = self.alert_desk.machine();
        let change = if take { acknowledge } else { unacknowledge };
        let (machine, event) = change(&machine, key, &person, &note, now_ms)?;
        let changes = Changes {
            entries: vec![event_draft(&event, now_ms)?],
            documents: vec![machine_document(&machine, now_ms)?],
            expected: vec![self.alert_desk.expected()],
            ..Changes::default()
        };
        self.keep_alerts(guard, changes, machine).await?;
        Ok(())
    }
}
