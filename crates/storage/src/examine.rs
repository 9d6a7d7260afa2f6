//! What is asked of a store to find out whether it still is what was written: the rows written last, what the database says of
//! itself, and what contradicts itself. Who draws conclusions from it is the caller.

use async_trait::async_trait;

use crate::transfer::Transfer;
use crate::{Cause, StoreError};

/// The rows that were written last. None of these numbers and ids ever becomes less, and none of these rows goes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Latest {
    /// The greatest number of a payload; 0 where there is none.
    pub payload: i64,
    /// The checksum of its row; `None` where it has none.
    pub payload_digest: Option<i64>,
    /// The greatest id of an observation; empty where there is none.
    pub observation: String,
    pub observation_digest: Option<i64>,
    /// The greatest id of an entry of the journal; empty where there is none.
    pub journal_entry: String,
    pub journal_digest: Option<i64>,
    /// The greatest id of a message.
    pub message: String,
    /// The greatest id of a benchmark run.
    pub benchmark_run: String,
    /// The greatest number of a series of samples.
    pub series: i64,
    /// Every sample of the payloads up to this number stands in a block.
    pub flushed_payload: i64,
}

/// What a store holds in the place of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// No such row.
    Nothing,
    /// A row with this checksum; `None` where it has none.
    Row(Option<i64>),
}

/// The bytes of a payload as they are stored, with what its row says of them.
#[derive(Debug)]
pub struct StoredBody {
    pub number: i64,
    pub payload_id: String,
    pub sha256_hex: String,
    pub byte_count: i64,
    /// Whether the row says that the bytes were deleted.
    pub is_dropped: bool,
    /// The bytes as they arrived, or why they can't be unpacked; `None` where none are stored.
    pub body: Option<Result<Vec<u8>, Cause>>,
}

/// Rows that contradict each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contradiction {
    /// The table.
    pub table: &'static str,
    /// The row, or what the table is grouped by.
    pub id: String,
    /// What is wrong.
    pub problem: &'static str,
}

/// Looks at a store as a whole. Nothing is written.
///
/// # Errors
/// As [`crate::Store`]; a damaged page is [`StoreError::Failed`].
#[async_trait]
pub trait Examine: Transfer {
    /// The rows that were written last, as of one instant.
    async fn latest(&self) -> Result<Latest, StoreError>;

    /// What stands where these rows stood: payload, observation and entry of the journal.
    async fn held(&self, latest: &Latest) -> Result<[Held; 3], StoreError>;

    /// What the database says is wrong with its own files, at most `limit` lines.
    async fn engine_faults(&self, limit: u32) -> Result<Vec<String>, StoreError>;

    /// What contradicts itself, at most `limit` rows of each kind.
    async fn contradictions(&self, limit: u32) -> Result<Vec<Contradiction>, StoreError>;

    /// The next `limit` payloads by number, behind `after_number`, with their bytes.
    async fn stored_bodies(&self, after_number: i64, limit: u32) -> Result<Vec<StoredBody>, StoreError>;
}
