//! The buckets that samples change when they leave memory.
//!
//! A stored bucket is always what the stored samples of its time come to. Samples that are later than all of a bucket are added to
//! it, which gives the same bits as counting again; where some are not, the bucket is counted again from all samples.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use series_block::{Bucket, Resolution, RolledBlock, Sample, counted};
use storage::{BlockExtent, RolledRow};

use crate::ahead::Ahead;
use crate::engine::Inner;
use crate::error::DeskError;
use crate::numbers::number_of;

/// A block of buckets that was written: resolution, beginning, block.
pub(crate) type Written = (Resolution, i64, RolledBlock);

/// The samples of one day, ordered by key.
type OfDay = Option<(i64, Vec<Sample>)>;

impl Inner {
    /// The blocks of buckets of a series after samples, ordered by key, have come to those in blocks of the given extents.
    pub(crate) async fn rolled_with(
        &self,
        series: i64,
        samples: &[Sample],
        extents: &[BlockExtent],
        ahead: &Ahead,
    ) -> Result<Vec<Written>, DeskError> {
        let mut written = Vec::new();
        let mut of_day: OfDay = None;
        for resolution in Resolution::ALL {
            let block_of = |sample: &Sample| resolution.block_start_ms(sample.time_ms);
            let together: Vec<&[Sample]> = samples.chunk_by(|one, next| block_of(one) == block_of(next)).collect();
            let starts: Vec<i64> = together.iter().filter_map(|samples| samples.first()).map(block_of).collect();
            let mut before = self.rolled_before((series, resolution), &starts, extents, ahead).await?;
            for (block_ms, samples) in starts.into_iter().zip(together) {
                let mut buckets: BTreeMap<i64, Bucket> = match before.remove(&block_ms) {
                    Some(block) => block.buckets()?.into_iter().map(|bucket| (bucket.start_ms, bucket)).collect(),
                    None => BTreeMap::new(),
                };
                let start_of = |sample: &Sample| resolution.start_ms(sample.time_ms);
                for of_bucket in samples.chunk_by(|one, next| start_of(one) == start_of(next)) {
                    let Some(first) = of_bucket.first() else { continue };
                    let start_ms = start_of(first);
                    match buckets.entry(start_ms) {
                        Entry::Vacant(place) => {
                            if let Some(bucket) = Bucket::of(start_ms, of_bucket) {
                                place.insert(bucket);
                            }
                        }
                        Entry::Occupied(mut known) if first.time_ms > known.get().digest.last.time_ms => {
                            counted(of_bucket).for_each(|sample| known.get_mut().add(sample));
                        }
                        Entry::Occupied(mut known) => {
                            let counted_again =
                                self.recount(series, resolution, start_ms, of_bucket, &mut of_day).await?;
                            // Where samples are gone already, what they came to must not go with them.
                            if let Some(bucket) =
                                counted_again.filter(|again| again.digest.count >= known.get().digest.count)
                            {
                                known.insert(bucket);
                            }
                        }
                    }
                }
                let buckets: Vec<Bucket> = buckets.into_values().collect();
                written.push((resolution, block_ms, RolledBlock::encode(resolution, &buckets)?));
            }
        }
        Ok(written)
    }

    /// A bucket from the stored samples of its time and new ones.
    async fn recount(
        &self,
        series: i64,
        resolution: Resolution,
        start_ms: i64,
        new: &[Sample],
        of_day: &mut OfDay,
    ) -> Result<Option<Bucket>, DeskError> {
        let day_ms = Resolution::Day.start_ms(start_ms);
        if of_day.as_ref().is_none_or(|(known_ms, _)| *known_ms != day_ms) {
            let stored = self.raw(series, &[], day_ms, day_ms + Resolution::Day.length_ms() - 1).await?;
            *of_day = Some((day_ms, stored));
        }
        let stored = of_day.as_ref().map(|(_, samples)| samples.as_slice()).unwrap_or_default();
        let start = stored.partition_point(|sample| sample.time_ms < start_ms);
        let end = stored.partition_point(|sample| sample.time_ms < start_ms + resolution.length_ms());
        Ok(Bucket::of(start_ms, &series_block::merged(&stored[start..end], new)))
    }

    /// The stored blocks of buckets that begin at these instants, ascending.
    async fn rolled_before(
        &self,
        (series, resolution): (i64, Resolution),
        starts: &[i64],
        extents: &[BlockExtent],
        ahead: &Ahead,
    ) -> Result<BTreeMap<i64, RolledBlock>, DeskError> {
        let number = number_of(resolution);
        // Behind the last stored sample there are no buckets.
        let end_ms = extents.last().map_or(i64::MAX, |last| last.last_ms);
        let mut found = BTreeMap::new();
        let mut wanted = Vec::new();
        {
            let mut cache = self.rolled();
            for start_ms in starts.iter().copied().filter(|start_ms| *start_ms <= end_ms) {
                let key = (series, number, start_ms);
                match cache.get(key).or_else(|| ahead.rolled(key).cloned()) {
                    Some(block) => drop(found.insert(start_ms, block)),
                    None if ahead.has_looked_for(key) => {}
                    None => wanted.push(start_ms),
                }
            }
        }
        // One question for many neighbours, one each for a few that lie far apart.
        let (Some(&first), Some(&last)) = (wanted.first(), wanted.last()) else { return Ok(found) };
        let span = (last - first) / resolution.block_length_ms() + 1;
        let ranges: Vec<(i64, i64)> = if crate::numbers::count(wanted.len()) * 4 >= span {
            vec![(first, last)]
        } else {
            wanted.iter().map(|&start_ms| (start_ms, start_ms)).collect()
        };
        for (first, last) in ranges {
            for row in self.store.rolled(series, number, first, last).await? {
                if wanted.binary_search(&row.block_ms).is_ok() {
                    found.insert(row.block_ms, RolledBlock::from_bytes(row.bytes)?);
                }
            }
        }
        Ok(found)
    }
}

/// As rows of the store.
pub(crate) fn rows(series: i64, written: &[Written]) -> impl Iterator<Item = RolledRow> {
    written.iter().map(move |(resolution, block_ms, block)| RolledRow {
        series,
        resolution: number_of(*resolution),
        block_ms: *block_ms,
        bytes: block.bytes().to_vec(),
    })
}
