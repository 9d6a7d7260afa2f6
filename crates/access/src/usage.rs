//! When tokens were used last, kept beside the journal: a document that is replaced once a minute.

use std::collections::BTreeMap;

use storage::{Commit, Document, Store, StoreError};

const NAME: &str = "token-use";

/// When each token was used last, by id.
///
/// # Errors
/// [`StoreError`] where the store can't be read.
pub(crate) async fn load(store: &dyn Store) -> Result<BTreeMap<String, i64>, StoreError> {
    let Some(document) = store.document(NAME).await? else { return Ok(BTreeMap::new()) };
    Ok(serde_json::from_str(&document.body_json).unwrap_or_else(|error| {
        tracing::error!(%error, "when tokens were used last can't be read; they are shown as not used");
        BTreeMap::new()
    }))
}

/// Keeps when tokens were used last.
///
/// # Errors
/// [`StoreError`] where the store failed.
pub(crate) async fn keep(store: &dyn Store, used: &BTreeMap<String, i64>, now_ms: i64) -> Result<(), StoreError> {
    let body_json = serde_json::json!(used).to_string();
    let document = Document { name: NAME.to_owned(), body_json, changed_ms: now_ms };
    store.commit(&Commit { documents: vec![document], ..Commit::default() }).await
}
