//! What of a series is in memory: its head, and what is known of its blocks.

use std::sync::Arc;

use series_block::{Head, Sample};
use storage::BlockExtent;

/// The state of one series.
#[derive(Debug, Default)]
pub(crate) struct Live {
    pub(crate) head: Head,
    /// The least payload number of the head; none without samples.
    pub(crate) oldest: Option<u64>,
    /// When the first sample of the head was recorded.
    pub(crate) since_ms: i64,
    /// The blocks in the store, where they are known.
    pub(crate) extents: Option<Arc<Vec<BlockExtent>>>,
    /// When it was last flushed or read.
    pub(crate) used_ms: i64,
}

impl Live {
    /// Adds samples of one payload; says how many are new to the head.
    pub(crate) fn append(&mut self, batch: &[Sample]) -> u64 {
        let before = self.head.samples().len();
        if let Err((_, refused)) = self.head.append(batch) {
            // Rows are checked when they enter a batch.
            tracing::error!(%refused, "a sample was refused after it was kept");
            return 0;
        }
        if let Some(first) = batch.first() {
            if self.oldest.is_none() {
                self.since_ms = first.recorded_ms;
            }
            self.oldest = Some(self.oldest.map_or(first.payload, |oldest| oldest.min(first.payload)));
        }
        (self.head.samples().len() - before) as u64
    }

    /// Leaves out samples that are in blocks now; says how many.
    pub(crate) fn forget(&mut self, stored: &[Sample], extents: Arc<Vec<BlockExtent>>, now_ms: i64) -> u64 {
        let before = self.head.samples().len();
        self.head.forget(stored);
        let left = self.head.samples();
        self.oldest = left.iter().map(|sample| sample.payload).min();
        self.since_ms = left.iter().map(|sample| sample.recorded_ms).min().unwrap_or_default();
        self.extents = Some(extents);
        self.used_ms = now_ms;
        (before - left.len()) as u64
    }

    /// The least payload number of the head without these samples, which are ordered by key.
    pub(crate) fn oldest_without(&self, leaving: &[Sample]) -> Option<u64> {
        let stays = |sample: &&Sample| leaving.binary_search_by_key(&sample.key(), Sample::key).is_err();
        self.head.samples().iter().filter(stays).map(|sample| sample.payload).min()
    }

    /// The samples of the head from `from_ms` up to `until_ms`, not included.
    pub(crate) fn between(&self, from_ms: i64, until_ms: i64) -> &[Sample] {
        let samples = self.head.samples();
        let start = samples.partition_point(|sample| sample.time_ms < from_ms);
        let end = samples.partition_point(|sample| sample.time_ms < until_ms);
        samples.get(start..end).unwrap_or_default()
    }
}
