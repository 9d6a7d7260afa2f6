//! Small states under a name.

use async_trait::async_trait;

use crate::{Document, StoreError, StoredDocument};

/// Keeps small states; only the latest body of a name is there.
///
/// # Errors
/// As [`crate::Store`].
#[async_trait]
pub trait DocumentStore: Send + Sync {
    /// The document of that name.
    async fn document(&self, name: &str) -> Result<Option<Document>, StoreError> {
        Ok(self.stored_document(name).await?.map(|stored| stored.document))
    }

    /// The document of that name, with its version.
    async fn stored_document(&self, name: &str) -> Result<Option<StoredDocument>, StoreError>;

    /// The next `limit` documents by name, behind `after_name` (from the first where it is empty).
    async fn documents(&self, after_name: &str, limit: u32) -> Result<Vec<StoredDocument>, StoreError>;

    /// Writes a document if the stored one is of that version, 0 where none is there; says its new version, and `None` where it
    /// was not written because another one is there.
    ///
    /// # Errors
    /// [`StoreError::NotStorable`] for an empty name or text with a NUL character.
    async fn put_document_if(&self, document: &Document, expected_version: i64) -> Result<Option<i64>, StoreError>;

    /// Gives a document another name; whether it was there.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where one has that name; [`StoreError::NotStorable`] for an empty name or one with a NUL character.
    async fn rename_document(&self, name: &str, new_name: &str) -> Result<bool, StoreError>;
}
