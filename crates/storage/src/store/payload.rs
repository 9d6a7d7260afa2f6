//! Payloads and the totals of their sources: read, listed, judged, and their bodies deleted in time.

use async_trait::async_trait;

use crate::{Payload, PayloadQuery, PayloadVerdict, SourceSummary, StoreError};

/// Reads and judges payloads. They are kept by [`ObservationStore::record`](crate::ObservationStore::record) and [`SampleStore::keep_payloads`](crate::SampleStore::keep_payloads).
///
/// # Errors
/// As [`crate::Store`].
#[async_trait]
pub trait PayloadStore: Send + Sync {
    /// The latest `limit` payloads that brought an observation of a report whose name begins so, the latest first, without their bodies.
    async fn payloads_of_reports(&self, prefix: &str, limit: u32) -> Result<Vec<Payload>, StoreError>;

    /// The payload of that id.
    async fn payload(&self, id: &str) -> Result<Option<Payload>, StoreError>;

    /// The payload of that number.
    async fn payload_of_number(&self, number: i64) -> Result<Option<Payload>, StoreError>;

    /// The payloads wanted, the greatest number first, without their bodies.
    async fn payloads(&self, query: &PayloadQuery) -> Result<Vec<Payload>, StoreError>;

    /// Keeps what became of a payload that was read again or set aside, and corrects the totals of its source by it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when no payload has that number; [`StoreError::NotStorable`] for a reason with a NUL character
    /// or negative counts.
    async fn judge_payload(&self, number: i64, verdict: &PayloadVerdict) -> Result<(), StoreError>;

    /// Deletes the bodies of at most `limit` payloads received before `before_ms`, the oldest first, marking them with `now_ms`;
    /// their rows and hashes stay. Says how many.
    ///
    /// Those that are dead or partly read keep theirs. So do those that were kept without an observation (by
    /// [`crate::SampleStore::keep_payloads`] or by [`crate::ObservationStore::record`]) and whose number is above [`crate::SampleStore::flushed_payload`]: their
    /// samples may stand nowhere else.
    async fn drop_bodies(&self, before_ms: i64, now_ms: i64, limit: u32) -> Result<u64, StoreError>;

    /// The greatest number of a payload; 0 where there is none.
    async fn latest_payload(&self) -> Result<i64, StoreError>;

    /// What each source has delivered, by name: running totals, which cost no look at the payloads.
    async fn source_summaries(&self) -> Result<Vec<SourceSummary>, StoreError>;
}
