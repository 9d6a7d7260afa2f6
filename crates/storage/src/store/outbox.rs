//! Messages on their way out.

use async_trait::async_trait;

use crate::{Claim, DueAt, OutboxChannel, OutboxMessage, StoreError};

/// Keeps messages until they are delivered or given up, and afterwards.
///
/// # Errors
/// As [`crate::Store`].
#[async_trait]
pub trait OutboxStore: Send + Sync {
    /// The `limit` oldest pending messages that may be tried at `now_ms`, the oldest first.
    async fn due_messages(&self, now_ms: i64, limit: u32) -> Result<Vec<OutboxMessage>, StoreError>;

    /// The ways, at most `limit`, for which a pending message that nobody has claimed may be tried, that with the oldest message first.
    async fn due_channels(&self, due: DueAt, limit: u32) -> Result<Vec<OutboxChannel>, StoreError>;

    /// The `limit` oldest pending messages of one way that may be tried, the oldest first.
    async fn due_messages_of(
        &self,
        channel: &OutboxChannel,
        due: DueAt,
        limit: u32,
    ) -> Result<Vec<OutboxMessage>, StoreError>;

    /// Claims the `limit` oldest pending messages of one way that may be tried and that nobody else has claimed, and gives them, the
    /// oldest first. No two claims that hold at once have the same message; [`OutboxStore::put_message`] ends the claim on its one.
    ///
    /// # Errors
    /// [`StoreError::NotStorable`] for an empty holder or one with a NUL character.
    async fn claim_messages(
        &self,
        channel: &OutboxChannel,
        due: DueAt,
        claim: &Claim,
        limit: u32,
    ) -> Result<Vec<OutboxMessage>, StoreError>;

    /// Ends every claim; says how many there were. For a start, where nobody else delivers: whoever claimed is gone.
    async fn release_claims(&self) -> Result<u64, StoreError>;

    /// Lets every pending message be tried at `now_ms`; says how many had to wait longer.
    async fn make_messages_due(&self, now_ms: i64) -> Result<u64, StoreError>;

    /// The `limit` messages made last, the newest first.
    async fn messages(&self, limit: u32) -> Result<Vec<OutboxMessage>, StoreError>;

    /// Keeps how the delivery of a message goes: `state`, `attempts`, `next_attempt_ms`, `last_error` and
    /// `delivered_ms` of the one with that id. What it says never changes. A message that is not there is added.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when another message has its `dedupe`; [`StoreError::NotStorable`] for an empty id or
    /// `dedupe`, or text with a NUL character.
    async fn put_message(&self, message: &OutboxMessage) -> Result<(), StoreError>;
}
