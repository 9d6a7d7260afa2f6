//! When tokens were used last, kept beside the journal: a document that is replaced once a minute.

use std::collections::BTreeMap;

use storage::stored_state::TOKEN_USE;
use storage::{Store, StoreError};

/// When each token was used last, by id.
///
/// # Errors
/// [`StoreError`] where the store, or what it holds of this, can't be read.
pub(crate) async fn load(store: &dyn Store) -> Result<BTreeMap<String, i64>, StoreError> {
    Ok(stored(store).await?.0)
}

/// With the version of the document; 0 where there is none.
async fn stored(store: &dyn Store) -> Result<(BTreeMap<String, i64>, i64), StoreError> {
    match store.stored_document(TOKEN_USE.name).await? {
        Some(stored) => Ok((TOKEN_USE.read(&stored.document)?, stored.version)),
        None => Ok((BTreeMap::new(), 0)),
    }
}

/// Keeps when tokens were used last. What is known of other tokens stays.
///
/// # Errors
/// [`StoreError`] where the store failed.
pub(crate) async fn keep(store: &dyn Store, used: &BTreeMap<String, i64>, now_ms: i64) -> Result<(), StoreError> {
    loop {
        let (mut all, version) = stored(store).await?;
        all.extend(used.iter().map(|(id, used_ms)| (id.clone(), *used_ms)));
        let document = TOKEN_USE.document("", &all, now_ms)?;
        if store.put_document_if(&document, version).await?.is_some() {
            return Ok(());
        }
    }
}
