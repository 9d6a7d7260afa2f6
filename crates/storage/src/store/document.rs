//! Small states under a name.

use async_trait::async_trait;

use crate::{Document, StoreError};

/// Keeps small states; only the latest body of a name is there.
///
/// # Errors
/// As [`crate::Store`].
#[async_trait]
pub trait DocumentStore: Send + Sync {
    /// The document of that name.
    async fn document(&self, name: &str) -> Result<Option<Document>, StoreError>;
}
