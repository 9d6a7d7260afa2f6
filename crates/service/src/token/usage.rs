//! When tokens were used last, kept beside the journal: a document that is replaced once a minute.

use std::collections::BTreeMap;

use storage::{Commit, Document, Store, StoreError};

use crate::dashboard::Dashboard;

const NAME: &str = "token-use";

/// When each token was used last, by id.
///
/// # Errors
/// [`StoreError`] where the store can't be read.
pub(super) async fn load(store: &dyn Store) -> Result<BTreeMap<String, i64>, StoreError> {
    let Some(document) = store.document(NAME).await? else { return Ok(BTreeMap::new()) };
    Ok(serde_json::from_str(&document.body_json).unwrap_or_else(|error| {
        tracing::error!(%error, "when tokens were used last can't be read; they are shown as not used");
        BTreeMap::new()
    }))
}

impl Dashboard {
    /// Keeps when tokens were used last, where one was used since the last time.
    ///
    /// # Errors
    /// [`StoreError`] where the store failed; the next call tries again.
    pub async fn keep_token_use(&self) -> Result<(), StoreError> {
        let Some(used) = self.token_desk.take_use() else { return Ok(()) };
        let body_json = serde_json::json!(used).to_string();
        let document = Document { name: NAME.to_owned(), body_json, changed_ms: self.now_ms() };
        let kept = self.store.commit(&Commit { documents: vec![document], ..Commit::default() }).await;
        if kept.is_err() {
            self.token_desk.use_was_not_kept();
        }
        kept
    }
}
