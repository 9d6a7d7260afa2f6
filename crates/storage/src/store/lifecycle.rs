//! The store as a whole: what it is, whether it answers and takes writes, and its end.

use async_trait::async_trait;

use crate::{Document, StoreDescription, StoreError, WriteHealth};

/// Tells of a store, tries it and closes it.
///
/// # Errors
/// As [`crate::Store`].
#[async_trait]
pub trait StoreLifecycle: Send + Sync {
    /// Which database this is, and how large.
    async fn describe(&self) -> Result<StoreDescription, StoreError>;

    /// Whether the database answers a query, for readiness.
    async fn check(&self) -> Result<(), StoreError>;

    /// Whether writes are taken; every write of this store shares it.
    fn write_health(&self) -> &WriteHealth;

    /// Writes the document and reads it back on another connection, also while no other write is taken. The document's name
    /// belongs to nobody else.
    async fn probe(&self, document: &Document) -> Result<(), StoreError>;

    /// Lets running statements end and closes all connections; later calls give [`StoreError::Unavailable`].
    async fn close(&self);
}
