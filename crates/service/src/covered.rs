//! Up to when pulled sources were answered, so that after a start only what is missing is asked for.

use std::collections::HashMap;

use storage::{Commit, Document, StoreError};

use crate::dashboard::Dashboard;

const NAME: &str = "pulled-until";

impl Dashboard {
    /// Up to when each request was answered, in milliseconds since the Unix epoch.
    ///
    /// # Errors
    /// [`StoreError`] where the store can't be read.
    pub async fn covered(&self) -> Result<HashMap<String, i64>, StoreError> {
        let Some(document) = self.store.document(NAME).await? else { return Ok(HashMap::new()) };
        Ok(serde_json::from_str(&document.body_json).unwrap_or_else(|error| {
            tracing::error!(%error, "up to when sources were asked can't be read; they are asked for their whole look-back");
            HashMap::new()
        }))
    }

    /// Remembers up to when requests were answered.
    ///
    /// # Errors
    /// [`StoreError`] where the store failed.
    pub async fn remember_covered(&self, covered: &HashMap<String, i64>) -> Result<(), StoreError> {
        let body_json = serde_json::json!(covered).to_string();
        let document = Document { name: NAME.to_owned(), body_json, changed_ms: self.now_ms() };
        self.store.commit(&Commit { documents: vec![document], ..Commit::default() }).await
    }
}
