//! One series whole in memory: encoded blocks, the head, and rollups. What a store does with rows, done with values.

use std::collections::BTreeMap;

use crate::block::Block;
use crate::block_error::BlockError;
use crate::bucket::Bucket;
use crate::digest::{Digest, Mark};
use crate::flush::{Extent, Flush, flush};
use crate::head::{Appended, Head, merged};
use crate::plan::{Detail, estimated_samples, plan};
use crate::resolution::Resolution;
use crate::rolled::RolledBlock;
use crate::rollups::Rollups;
use crate::sample::{Counted, Refused, Sample, counted};
use crate::thin::thin;
use crate::window::{Source, cover};

/// The samples of one series and what is derived of them.
#[derive(Debug, Clone, Default)]
pub struct Series {
    blocks: Vec<Block>,
    head: Head,
    rollups: Rollups,
    rolled: [BTreeMap<i64, RolledBlock>; 3],
    /// Closed buckets that are not in a block of theirs yet, or not as they are now.
    recent: [BTreeMap<i64, Bucket>; 3],
}

/// What a flush has written, for a store to write in one transaction.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Written {
    /// Blocks of samples in place of others.
    pub samples: Flush,
    /// Blocks of buckets, each with the beginning of its time in milliseconds since the Unix epoch: in place of the one of the same
    /// resolution and beginning.
    pub rolled: Vec<(i64, RolledBlock)>,
}

/// Why a batch could not be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// A sample was refused, and with it the batch.
    #[error("sample {0} of the batch: {1}")]
    Refused(usize, Refused),
    /// A block of the series is not sound.
    #[error(transparent)]
    Block(#[from] BlockError),
}

impl Series {
    /// Adds a batch and brings the rollups up to date.
    ///
    /// # Errors
    /// A sample that is refused, or blocks that can't be read where samples came late.
    pub fn append(&mut self, batch: &[Sample]) -> Result<Appended, AppendError> {
        let appended = self.head.append(batch).map_err(|(index, refused)| AppendError::Refused(index, refused))?;
        for &time_ms in &appended.late_ms {
            self.rollups.late(time_ms);
        }
        let samples = self.head.samples();
        for sample in &samples[samples.len() - appended.in_order..] {
            self.rollups.push(sample);
        }
        let (blocks, head) = (&self.blocks, &self.head);
        for (resolution, bucket) in self.rollups.settle(|first_ms, last_ms| between(blocks, head, first_ms, last_ms))? {
            self.recent[resolution.index()].insert(bucket.start_ms, bucket);
        }
        Ok(appended)
    }

    /// A series as it was stored, with its head lost: blocks in any order, and each block of buckets with the beginning of its
    /// time. Samples of payloads that were not stored as a whole are appended again; those that were stored are known.
    ///
    /// # Errors
    /// A block that is not sound.
    pub fn restored(
        mut blocks: Vec<Block>,
        rolled: impl IntoIterator<Item = (i64, RolledBlock)>,
    ) -> Result<Self, BlockError> {
        blocks.sort_by_key(|block| block.digest().first.time_ms);
        let mut series = Self { blocks, ..Self::default() };
        for (block_ms, block) in rolled {
            series.rolled[block.resolution().index()].insert(block_ms, block);
        }
        if let Some(last_ms) = series.blocks.last().map(|block| block.digest().last.time_ms) {
            let of_day = between(&series.blocks, &series.head, Resolution::Day.start_ms(last_ms), last_ms)?;
            series.head = Head::over(of_day.last().map(Sample::key));
            series.rollups = Rollups::resumed(last_ms, &of_day);
        }
        Ok(series)
    }

    /// Puts what fills whole blocks into blocks, or with `everything` all of the head; and every closed bucket into its block.
    ///
    /// # Errors
    /// A block that is not sound.
    pub fn flush(&mut self, everything: bool) -> Result<Written, BlockError> {
        let samples = if everything { self.head.samples() } else { self.head.full() }.to_vec();
        let extents: Vec<Extent> = self.blocks.iter().map(Extent::of).collect();
        let done = flush(&samples, &extents, |index| self.blocks.get(index).cloned().ok_or(BlockError::Short))?;
        let rolled = self.pack()?;
        let mut index = 0;
        self.blocks.retain(|_| {
            index += 1;
            done.replaced.binary_search(&(index - 1)).is_err()
        });
        self.blocks.extend(done.blocks.iter().cloned());
        self.blocks.sort_by_key(|block| block.digest().first.time_ms);
        self.head.forget(&samples);
        Ok(Written { samples: done, rolled })
    }

    fn pack(&mut self) -> Result<Vec<(i64, RolledBlock)>, BlockError> {
        let mut written = Vec::new();
        for resolution in Resolution::ALL {
            let buckets: Vec<Bucket> = self.recent[resolution.index()].values().cloned().collect();
            let block_of = |bucket: &Bucket| resolution.block_start_ms(bucket.start_ms);
            for together in buckets.chunk_by(|one, next| block_of(one) == block_of(next)) {
                let Some(block_ms) = together.first().map(block_of) else { continue };
                let before = self.rolled[resolution.index()].get(&block_ms);
                written.push((block_ms, RolledBlock::overlaid(resolution, before, together)?));
            }
        }
        self.recent = Default::default();
        for (block_ms, block) in &written {
            self.rolled[block.resolution().index()].insert(*block_ms, block.clone());
        }
        Ok(written)
    }

    /// Its blocks, ordered by time.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// Its blocks of buckets of a resolution, ordered by time.
    pub fn rolled(&self, resolution: Resolution) -> impl Iterator<Item = &RolledBlock> {
        self.rolled[resolution.index()].values()
    }

    /// The samples that are in no block yet.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// A chart's points from `from_ms` up to `until_ms`, not included: at most four in each column.
    ///
    /// # Errors
    /// A block that is not sound.
    pub fn chart(&self, from_ms: i64, until_ms: i64, columns: usize) -> Result<Vec<Mark>, BlockError> {
        let in_head = until(self.head.samples(), from_ms, until_ms).len() as u64;
        let count = in_head + estimated_samples(self.blocks.iter().map(Extent::of), from_ms, until_ms);
        let mut digests = Vec::new();
        for piece in cover(from_ms, until_ms, plan(from_ms, until_ms, count, columns.saturating_mul(4))) {
            match piece.detail {
                Detail::Raw => digests.append(&mut self.counted_samples(piece.from_ms, piece.until_ms)?),
                Detail::Rolled(resolution) => {
                    digests.append(&mut self.digests(resolution, piece.from_ms, piece.until_ms)?);
                }
            }
        }
        Ok(thin(digests, from_ms, until_ms, columns))
    }

    fn counted_samples(&self, from_ms: i64, until_ms: i64) -> Result<Vec<Digest>, BlockError> {
        let last_ms = until_ms.saturating_sub(1);
        let blocks = overlapping(&self.blocks, from_ms, last_ms);
        let in_head = until(self.head.samples(), from_ms, until_ms);
        if !in_head.is_empty()
            || blocks.windows(2).any(|pair| pair[0].digest().last.time_ms == pair[1].digest().first.time_ms)
        {
            return Ok(counted(&between(&self.blocks, &self.head, from_ms, last_ms)?).map(Digest::one).collect());
        }
        let mut digests = Vec::new();
        for block in blocks {
            let marks = block.marks_between(from_ms, last_ms)?;
            let last_of_time = marks.chunk_by(|one, next| one.time_ms == next.time_ms).filter_map(|same| same.last());
            let recorded_ms = block.digest().recorded_ms;
            digests.extend(
                last_of_time.map(|mark| Digest::one(Counted { time_ms: mark.time_ms, value: mark.value, recorded_ms })),
            );
        }
        Ok(digests)
    }

    fn digests(&self, resolution: Resolution, from_ms: i64, until_ms: i64) -> Result<Vec<Digest>, BlockError> {
        let blocks = self.rolled_between(resolution, from_ms, until_ms).map(RolledBlock::digests);
        let mut found = BTreeMap::new();
        for block in blocks {
            found.extend(block?.into_iter().filter(|(start_ms, _)| (from_ms..until_ms).contains(start_ms)));
        }
        found.extend(self.unpacked(resolution, from_ms, until_ms).map(|bucket| (bucket.start_ms, bucket.digest)));
        Ok(found.into_values().collect())
    }

    fn rolled_between(
        &self,
        resolution: Resolution,
        from_ms: i64,
        until_ms: i64,
    ) -> impl Iterator<Item = &RolledBlock> {
        self.rolled[resolution.index()].range(resolution.block_start_ms(from_ms)..until_ms).map(|(_, block)| block)
    }

    fn unpacked(&self, resolution: Resolution, from_ms: i64, until_ms: i64) -> impl Iterator<Item = &Bucket> {
        let open = self.rollups.open(resolution).filter(|bucket| (from_ms..until_ms).contains(&bucket.start_ms));
        self.recent[resolution.index()].range(from_ms..until_ms).map(|(_, bucket)| bucket).chain(open)
    }
}

impl Source for Series {
    type Error = BlockError;

    fn samples(&self, from_ms: i64, until_ms: i64) -> Result<Vec<Sample>, BlockError> {
        if from_ms >= until_ms {
            return Ok(Vec::new());
        }
        between(&self.blocks, &self.head, from_ms, until_ms - 1)
    }

    fn buckets(&self, resolution: Resolution, from_ms: i64, until_ms: i64) -> Result<Vec<Bucket>, BlockError> {
        if from_ms >= until_ms {
            return Ok(Vec::new());
        }
        let mut found = BTreeMap::new();
        for block in self.rolled_between(resolution, from_ms, until_ms) {
            let inside = block.buckets()?.into_iter().filter(|bucket| (from_ms..until_ms).contains(&bucket.start_ms));
            found.extend(inside.map(|bucket| (bucket.start_ms, bucket)));
        }
        found.extend(self.unpacked(resolution, from_ms, until_ms).map(|bucket| (bucket.start_ms, bucket.clone())));
        Ok(found.into_values().collect())
    }
}

/// The samples of blocks and head from `first_ms` to `last_ms`, both included, ordered by key.
fn between(blocks: &[Block], head: &Head, first_ms: i64, last_ms: i64) -> Result<Vec<Sample>, BlockError> {
    let mut stored = Vec::new();
    for block in overlapping(blocks, first_ms, last_ms) {
        stored.append(&mut block.samples_between(first_ms, last_ms)?);
    }
    let start = head.samples().partition_point(|sample| sample.time_ms < first_ms);
    let end = head.samples().partition_point(|sample| sample.time_ms <= last_ms);
    Ok(if start < end { merged(&stored, &head.samples()[start..end]) } else { stored })
}

/// The samples from `from_ms` up to `until_ms`, not included, of samples ordered by time.
fn until(samples: &[Sample], from_ms: i64, until_ms: i64) -> &[Sample] {
    let start = samples.partition_point(|sample| sample.time_ms < from_ms);
    let end = samples.partition_point(|sample| sample.time_ms < until_ms);
    samples.get(start..end).unwrap_or_default()
}

/// The blocks that reach into the time from `first_ms` to `last_ms`, both included.
fn overlapping(blocks: &[Block], first_ms: i64, last_ms: i64) -> &[Block] {
    let start = blocks.partition_point(|block| block.digest().last.time_ms < first_ms);
    let end = blocks.partition_point(|block| block.digest().first.time_ms <= last_ms);
    blocks.get(start..end).unwrap_or_default()
}
