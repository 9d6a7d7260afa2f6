//! The journal of decisions, and what is kept together with an entry of it.

use async_trait::async_trait;

use crate::{Commit, JournalEntry, StoreError};

/// Keeps decisions with their consequences; entries are added and never changed.
///
/// # Errors
/// As [`crate::Store`].
#[async_trait]
pub trait JournalStore: Send + Sync {
    /// Keeps entries, documents and messages, all or nothing.
    ///
    /// A document takes the place of the one with its name. A message whose `dedupe` is known stays as it is.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when a place `(stream, version)` or an id is taken; [`StoreError::NotStorable`] for an
    /// empty id, stream, name or `dedupe`, a negative version, or text with a NUL character.
    async fn commit(&self, commit: &Commit) -> Result<(), StoreError>;

    /// The next `limit` entries of all streams in order of id, behind `after_id` (from the first when `None`). What is
    /// said of [`crate::ObservationStore::points`] about writers holds here too.
    async fn journal(&self, after_id: Option<&str>, limit: u32) -> Result<Vec<JournalEntry>, StoreError>;

    /// The latest `limit` entries of a stream, the greatest version first, of those before `before_version`.
    async fn journal_of(
        &self,
        stream: &str,
        before_version: Option<i64>,
        limit: u32,
    ) -> Result<Vec<JournalEntry>, StoreError>;

    /// As [`JournalStore::journal_of`], of the entries about one subject.
    async fn journal_about(
        &self,
        stream: &str,
        subject: &str,
        before_version: Option<i64>,
        limit: u32,
    ) -> Result<Vec<JournalEntry>, StoreError>;
}
