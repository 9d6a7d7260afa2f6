//! Samples from the store.

use series_block::{Block, Extent, Sample, merged};
use storage::{BlockExtent, BlockKey, StoredBlock};

use crate::engine::Inner;
use crate::error::DeskError;
use crate::numbers::count;

/// What the core calls an extent.
pub(crate) fn extent(stored: &BlockExtent) -> Extent {
    Extent {
        first_ms: stored.key.first_ms,
        last_ms: stored.last_ms,
        count: usize::try_from(stored.count).unwrap_or_default(),
    }
}

/// A block on its way into the store.
pub(crate) fn stored(series: i64, number: i64, block: &Block) -> StoredBlock {
    let Extent { first_ms, last_ms, count: length } = Extent::of(block);
    let key = BlockKey { series, first_ms, number };
    StoredBlock { extent: BlockExtent { key, last_ms, count: count(length) }, bytes: block.bytes().to_vec() }
}

impl Inner {
    /// The stored samples of a series together with those of its head, from `first_ms` to `last_ms`, both included, ordered by key.
    pub(crate) async fn raw(
        &self,
        series: i64,
        head: &[Sample],
        first_ms: i64,
        last_ms: i64,
    ) -> Result<Vec<Sample>, DeskError> {
        let mut found = Vec::new();
        for block in self.store.blocks(series, first_ms, last_ms).await? {
            found.append(&mut Block::from_bytes(block.bytes)?.samples_between(first_ms, last_ms)?);
        }
        let start = head.partition_point(|sample| sample.time_ms < first_ms);
        let end = head.partition_point(|sample| sample.time_ms <= last_ms);
        Ok(if start < end { merged(&found, &head[start..end]) } else { found })
    }
}
