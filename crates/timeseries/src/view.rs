//! One series at one moment: the part of its head that is asked for, and which blocks the store has.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use series_block::{BlockError, Bucket, Counted, Digest, Resolution, RolledBlock, Sample, counted};
use storage::BlockExtent;

use crate::engine::Inner;
use crate::error::DeskError;
use crate::numbers::number_of;
use crate::series_index::Slot;

/// What is read together. The head is taken before the store is asked, so that nothing that leaves it meanwhile is missed; what is
/// seen twice has one key.
pub(crate) struct View {
    pub(crate) slot: Arc<Slot>,
    pub(crate) head: Vec<Sample>,
    pub(crate) extents: Arc<Vec<BlockExtent>>,
}

/// What buckets come to, with or without quantiles.
pub(crate) trait Rolled: Sized {
    fn read(block: &RolledBlock) -> Result<Vec<(i64, Self)>, BlockError>;
    fn of(start_ms: i64, samples: &[Sample]) -> Option<Self>;
    fn first_ms(&self) -> i64;
    fn last_ms(&self) -> i64;
    fn add(&mut self, sample: Counted);
}

impl Rolled for Digest {
    fn read(block: &RolledBlock) -> Result<Vec<(i64, Self)>, BlockError> {
        block.digests()
    }

    fn of(_start_ms: i64, samples: &[Sample]) -> Option<Self> {
        Digest::of(counted(samples))
    }

    fn first_ms(&self) -> i64 {
        self.first.time_ms
    }

    fn last_ms(&self) -> i64 {
        self.last.time_ms
    }

    fn add(&mut self, sample: Counted) {
        self.add(sample);
    }
}

impl Rolled for Bucket {
    fn read(block: &RolledBlock) -> Result<Vec<(i64, Self)>, BlockError> {
        Ok(block.buckets()?.into_iter().map(|bucket| (bucket.start_ms, bucket)).collect())
    }

    fn of(start_ms: i64, samples: &[Sample]) -> Option<Self> {
        Bucket::of(start_ms, samples)
    }

    fn first_ms(&self) -> i64 {
        self.digest.first.time_ms
    }

    fn last_ms(&self) -> i64 {
        self.digest.last.time_ms
    }

    fn add(&mut self, sample: Counted) {
        self.add(sample);
    }
}

impl Inner {
    /// The blocks of a series, from memory where they are known.
    pub(crate) async fn extents(&self, slot: &Slot) -> Result<Arc<Vec<BlockExtent>>, DeskError> {
        let known = {
            let mut live = slot.live();
            live.used_ms = self.now_ms.load(Ordering::Acquire);
            live.extents.clone()
        };
        if let Some(extents) = known {
            return Ok(extents);
        }
        let before = slot.flushes.load(Ordering::Acquire);
        let extents = Arc::new(self.store.block_extents(slot.number).await?);
        let mut live = slot.live();
        if before.is_multiple_of(2) && slot.flushes.load(Ordering::Acquire) == before && live.extents.is_none() {
            live.extents = Some(Arc::clone(&extents));
        }
        Ok(extents)
    }

    /// A series with what of its head lies from `from_ms` up to `until_ms`, not included.
    pub(crate) async fn view(&self, slot: Arc<Slot>, from_ms: i64, until_ms: i64) -> Result<View, DeskError> {
        let head = slot.live().between(from_ms, until_ms).to_vec();
        let extents = self.extents(&slot).await?;
        Ok(View { slot, head, extents })
    }

    /// The buckets that begin from `from_ms` up to `until_ms`, not included, in order, of stored samples and those of the head.
    pub(crate) async fn buckets<R: Rolled>(
        &self,
        view: &View,
        resolution: Resolution,
        from_ms: i64,
        until_ms: i64,
    ) -> Result<Vec<(i64, R)>, DeskError> {
        let mut found: Vec<(i64, R)> = Vec::new();
        for block in self.rolled_blocks(&view.slot, resolution, from_ms, until_ms).await? {
            found.extend(R::read(&block)?.into_iter().filter(|(start_ms, _)| (from_ms..until_ms).contains(start_ms)));
        }
        let start_of = |sample: &Sample| resolution.start_ms(sample.time_ms);
        for samples in view.head.chunk_by(|one, next| start_of(one) == start_of(next)) {
            let Some(first) = samples.first().filter(|first| (from_ms..until_ms).contains(&start_of(first))) else {
                continue;
            };
            let start_ms = start_of(first);
            match found.binary_search_by_key(&start_ms, |(start_ms, _)| *start_ms) {
                Err(place) => {
                    found.splice(place..place, R::of(start_ms, samples).map(|new| (start_ms, new))).for_each(drop);
                }
                Ok(place) if found[place].1.last_ms() < first.time_ms => {
                    counted(samples).for_each(|sample| found[place].1.add(sample));
                }
                // Late ones, or some that have left the head a moment ago: the samples themselves are right in any case.
                Ok(place) => {
                    let last_ms = start_ms.saturating_add(resolution.length_ms() - 1);
                    let all = self.raw(view.slot.number, samples, start_ms, last_ms).await?;
                    if let Some(again) = R::of(start_ms, &all) {
                        found[place].1 = again;
                    }
                }
            }
        }
        Ok(found)
    }

    async fn rolled_blocks(
        &self,
        slot: &Slot,
        resolution: Resolution,
        from_ms: i64,
        until_ms: i64,
    ) -> Result<Vec<RolledBlock>, DeskError> {
        if from_ms >= until_ms {
            return Ok(Vec::new());
        }
        let number = number_of(resolution);
        let (first, last) = (resolution.block_start_ms(from_ms), resolution.block_start_ms(until_ms - 1));
        if first == last
            && let Some(block) = self.rolled().get((slot.number, number, first))
        {
            return Ok(vec![block]);
        }
        let before = slot.flushes.load(Ordering::Acquire);
        let rows = self.store.rolled(slot.number, number, first, last).await?;
        let mut blocks = Vec::with_capacity(rows.len());
        for row in rows {
            blocks.push((row.block_ms, RolledBlock::from_bytes(row.bytes)?));
        }
        let mut cache = self.rolled();
        if before.is_multiple_of(2) && slot.flushes.load(Ordering::Acquire) == before {
            for (block_ms, block) in blocks.iter().rev().take(2) {
                cache.put((slot.number, number, *block_ms), block.clone());
            }
        }
        Ok(blocks.into_iter().map(|(_, block)| block).collect())
    }
}
