//! When tokens were used last, kept beside the journal: a document that is replaced once a minute.

use std::collections::BTreeMap;

use storage::stored_state::TOKEN_USE;
use storage::{Store, StoreError};

use crate::dashboard::Dashboard;

/// When each token was used last, by id.
///
/// # Errors
/// [`StoreError`] where the store, or what it holds of this, can't be read.
pub(super) async fn load(store: &dyn Store) -> Result<BTreeMap<String, i64>, StoreError> {
    Ok(stored(store).await?.0)
}

/// With the version of the document; 0 where there is none.
async fn stored(store: &dyn Store) -> Result<(BTreeMap<String, i64>, i64), StoreError> {
    match store.stored_document(TOKEN_USE.name).await? {
        Some(stored) => Ok((TOKEN_USE.read(&stored.document)?, stored.version)),
        None => Ok((BTreeMap::new(), 0)),
    }
}

impl Dashboard {
    /// Keeps when tokens were used last, where one was used since the last time.
    ///
    /// # Errors
    /// [`StoreError`] where the store failed; the next call tries again.
    pub async fn keep_token_use(&self) -> Result<(), StoreError> {
        let Some(used) = self.token_desk.take_use() else { return Ok(()) };
        let kept = self.put_token_use(&used).await;
        if kept.is_err() {
            self.token_desk.use_was_not_kept();
        }
        kept
    }

    async fn put_token_use(&self, used: &BTreeMap<String, i64>) -> Result<(), StoreError> {
        loop {
            let (mut all, version) = stored(self.store.as_ref()).await?;
            all.extend(used.iter().map(|(id, used_ms)| (id.clone(), *used_ms)));
            let document = TOKEN_USE.document("", &all, self.now_ms())?;
            if self.store.put_document_if(&document, version).await?.is_some() {
                return Ok(());
            }
        }
    }
}
