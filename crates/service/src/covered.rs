//! Up to when pulled sources were answered, so that after a start only what is missing is asked for.

use std::collections::HashMap;

use storage::StoreError;
use storage::stored_state::PULL_CHECKPOINTS;

use crate::dashboard::Dashboard;

impl Dashboard {
    /// Up to when each request was answered, in milliseconds since the Unix epoch.
    ///
    /// # Errors
    /// [`StoreError`] where the store, or what it holds of this, can't be read.
    pub async fn covered(&self) -> Result<HashMap<String, i64>, StoreError> {
        Ok(self.stored_covered().await?.0)
    }

    /// With the version of the document; 0 where there is none.
    async fn stored_covered(&self) -> Result<(HashMap<String, i64>, i64), StoreError> {
        match self.store.stored_document(PULL_CHECKPOINTS.name).await? {
            Some(stored) => Ok((PULL_CHECKPOINTS.read(&stored.document)?, stored.version)),
            None => Ok((HashMap::new(), 0)),
        }
    }

    /// Remembers up to when requests were answered. What is known of other requests stays.
    ///
    /// # Errors
    /// [`StoreError`] where the store failed.
    pub async fn remember_covered(&self, covered: &HashMap<String, i64>) -> Result<(), StoreError> {
        loop {
            let (mut all, version) = self.stored_covered().await?;
            all.extend(covered.iter().map(|(request, until_ms)| (request.clone(), *until_ms)));
            let document = PULL_CHECKPOINTS.document("", &all, self.now_ms())?;
            if self.store.put_document_if(&document, version).await?.is_some() {
                return Ok(());
            }
        }
    }
}
