//! The log of everything that is added, for whoever has to follow it: this process or another one.

use async_trait::async_trait;

use crate::bell::Listening;
use crate::{LogEntry, StoreError};

/// Tells what was added, in the order in which it was committed.
///
/// A follower reads the state of the store, having asked for [`ChangeFeed::latest_number`] before, and from there on what came after
/// the last number that it has seen. It never loses one: when a number is read, all smaller ones are there. What was in the store
/// before it had a log has no number.
///
/// # Errors
/// As [`crate::Store`].
#[async_trait]
pub trait ChangeFeed: Send + Sync {
    /// The greatest number; 0 where nothing was added.
    async fn latest_number(&self) -> Result<i64, StoreError>;

    /// The next `limit` entries, by number behind `after_number`.
    async fn log_after(&self, after_number: i64, limit: u32) -> Result<Vec<LogEntry>, StoreError>;

    /// Wakes up when something may have been added: at once where this process did, soon where another one did, and now and then
    /// without a reason. A wake-up says nothing more; what there is, the log says.
    fn listen(&self) -> Listening;
}
