//! The contract for series with many samples. The payloads that bring them are the log: kept first, then acknowledged, and
//! read again at the next start where their samples had not left memory.

use async_trait::async_trait;

use crate::{BlockExtent, Payload, RolledRow, SampleFlush, SampleSeries, StoreError, StoredBlock};

/// Keeps payloads as a log, series, and blocks of samples and rollups.
///
/// # Errors
/// As [`crate::Store`].
#[async_trait]
pub trait SampleStore: Send + Sync {
    /// Keeps payloads and the series that appear with them, all or nothing; on disk when it returns.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when an id, a number or a series' name with labels is taken; [`StoreError::NotStorable`] for
    /// what [`crate::ObservationStore::record`] refuses of a payload, and for a series' text with a NUL character or labels out of order.
    async fn keep_payloads(&self, payloads: &[Payload], new_series: &[SampleSeries]) -> Result<(), StoreError>;

    /// The next `limit` payloads whose format is one of `formats`, by number behind `after_number`, with their bodies, in
    /// whatever state they are.
    async fn payloads_after(&self, after_number: i64, formats: &[&str], limit: u32)
    -> Result<Vec<Payload>, StoreError>;

    /// The next `limit` series by number, behind `after_number`.
    async fn sample_series(&self, after_number: i64, limit: u32) -> Result<Vec<SampleSeries>, StoreError>;

    /// The extents of a series' blocks of samples, ordered by first time, then number.
    async fn block_extents(&self, series: i64) -> Result<Vec<BlockExtent>, StoreError>;

    /// The extents of the blocks of several series, in order of the series, then as [`SampleStore::block_extents`] gives them.
    async fn block_extents_of(&self, series: &[i64]) -> Result<Vec<BlockExtent>, StoreError> {
        let mut found = Vec::new();
        for series in series {
            found.append(&mut self.block_extents(*series).await?);
        }
        Ok(found)
    }

    /// The blocks of a series that reach into the time from `from_ms` to `last_ms`, both included, ordered by first time, then number.
    async fn blocks(&self, series: i64, from_ms: i64, last_ms: i64) -> Result<Vec<StoredBlock>, StoreError>;

    /// The blocks of buckets of a series and resolution that begin from `from_block_ms` to `last_block_ms`, both included, in order.
    async fn rolled(
        &self,
        series: i64,
        resolution: i64,
        from_block_ms: i64,
        last_block_ms: i64,
    ) -> Result<Vec<RolledRow>, StoreError>;

    /// As [`SampleStore::rolled`], of several series, in order of the series.
    async fn rolled_of(
        &self,
        series: &[i64],
        resolution: i64,
        from_block_ms: i64,
        last_block_ms: i64,
    ) -> Result<Vec<RolledRow>, StoreError> {
        let mut found = Vec::new();
        for series in series {
            found.append(&mut self.rolled(*series, resolution, from_block_ms, last_block_ms).await?);
        }
        Ok(found)
    }

    /// Writes what has left memory, all or nothing. A block to delete that is not there is passed over: its time to be kept may
    /// have ended meanwhile. [`SampleStore::flushed_payload`] never becomes less.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when a block is there already; [`StoreError::NotStorable`] when a block of buckets stands in
    /// the flush twice.
    async fn flush_samples(&self, flush: &SampleFlush) -> Result<(), StoreError>;

    /// The greatest [`SampleFlush::flushed_payload`] written; 0 where none was.
    async fn flushed_payload(&self) -> Result<i64, StoreError>;

    /// The greatest number of a block of samples; 0 where there is none.
    async fn latest_block(&self) -> Result<i64, StoreError>;

    /// Deletes blocks of samples whose last sample is older than `before_ms`, at most `limit` of them; says how many. A database
    /// that parts its blocks by month drops a month at once where all of its blocks are that old, whatever the limit.
    async fn drop_blocks(&self, before_ms: i64, limit: u32) -> Result<u64, StoreError>;

    /// Deletes blocks of buckets of a resolution that begin before `before_ms`, at most `limit` of them; says how many.
    async fn drop_rolled(&self, resolution: i64, before_ms: i64, limit: u32) -> Result<u64, StoreError>;
}
