//! Windows, samples with where they came from, and all samples of a name.

use std::ops::Range;
use std::sync::Arc;

use series_block::{Block, Bucket, Detail, Piece, Resolution, Sample, cover, merged};

use crate::engine::TimeSeriesEngine;
use crate::error::DeskError;
use crate::series_index::{SeriesInfo, Slot};

impl TimeSeriesEngine {
    /// What the samples of a series from `from_ms` up to `until_ms`, not included, come to; None without samples. With `as_of_ms` only
    /// what was recorded up to then is known. Where samples, or minutes, are not kept any more, parts of a minute, or an hour, at the edges are
    /// left out.
    ///
    /// # Errors
    /// What the store fails with, or a damaged block.
    pub async fn window(
        &self,
        series: i64,
        from_ms: i64,
        until_ms: i64,
        as_of_ms: Option<i64>,
    ) -> Result<Option<Bucket>, DeskError> {
        let inner = &self.inner;
        let Some(slot) = inner.read_directory().of_number(series).map(Arc::clone) else { return Ok(None) };
        let view = inner.view(slot, from_ms, until_ms).await?;
        let number = view.slot.number;
        let known = |recorded_ms: i64| as_of_ms.is_none_or(|as_of_ms| recorded_ms <= as_of_ms);
        let mut whole: Option<Bucket> = None;
        let mut put = |part: Option<Bucket>| match (&mut whole, part) {
            (_, None) => {}
            (Some(whole), Some(part)) => whole.merge(&part),
            (none, Some(part)) => *none = Some(Bucket { start_ms: from_ms, ..part }),
        };
        for Piece { detail, from_ms, until_ms } in cover(from_ms, until_ms, Detail::Rolled(Resolution::Day)) {
            let Detail::Rolled(resolution) = detail else {
                let mut samples = inner.raw(number, &view.head, from_ms, until_ms - 1).await?;
                samples.retain(|sample| known(sample.recorded_ms));
                put(Bucket::of(from_ms, &samples));
                continue;
            };
            let buckets = inner.timed::<Bucket>(&view, (resolution, false), from_ms, until_ms).await?;
            let inside = |time: &Range<i64>| time.start >= from_ms && time.end <= until_ms;
            for (time, bucket) in buckets.into_iter().filter(|(time, _)| inside(time)) {
                if known(bucket.digest.recorded_ms) {
                    put(Some(bucket));
                } else {
                    let mut samples = inner.raw(number, &view.head, time.start, time.end - 1).await?;
                    samples.retain(|sample| known(sample.recorded_ms));
                    put(Bucket::of(time.start, &samples));
                }
            }
        }
        Ok(whole)
    }

    /// The first `limit` samples of a series from `from_ms` up to `until_ms`, not included, ordered by time, payload and row.
    ///
    /// # Errors
    /// What the store fails with, or a damaged block.
    pub async fn samples(
        &self,
        series: i64,
        from_ms: i64,
        until_ms: i64,
        limit: usize,
    ) -> Result<Vec<Sample>, DeskError> {
        let inner = &self.inner;
        let Some(slot) = inner.read_directory().of_number(series).map(Arc::clone) else { return Ok(Vec::new()) };
        if from_ms >= until_ms {
            return Ok(Vec::new());
        }
        let view = inner.view(slot, from_ms, until_ms).await?;
        let mut stored: Vec<Sample> = Vec::new();
        let mut after_ms = from_ms;
        for extent in view.extents.iter().filter(|extent| extent.last_ms >= from_ms && extent.key.first_ms < until_ms) {
            if stored.len() >= limit {
                break;
            }
            let last_ms = extent.last_ms.min(until_ms - 1);
            if after_ms <= last_ms {
                stored.append(&mut inner.raw(series, &[], after_ms, last_ms).await?);
                after_ms = last_ms + 1;
            }
        }
        if stored.len() < limit && after_ms < until_ms {
            // What has left the head since its blocks were looked up.
            stored.append(&mut inner.raw(series, &[], after_ms, until_ms - 1).await?);
        }
        let mut all = merged(&stored, &view.head);
        all.truncate(limit);
        Ok(all)
    }

    /// Hands every sample of every series of a name over, each once, a block at a time, in no order of time between the calls. Samples
    /// that are kept while it runs may be among them or not: whoever listens too tells them apart by payload and row.
    ///
    /// # Errors
    /// What the store fails with, or a damaged block.
    pub async fn all_samples(
        &self,
        name: &str,
        mut each: impl FnMut(&SeriesInfo, &[Sample]) + Send,
    ) -> Result<(), DeskError> {
        let slots: Vec<Arc<Slot>> =
            self.inner.read_directory().committed().filter(|slot| slot.identity.name == name).map(Arc::clone).collect();
        for slot in slots {
            let info = slot.info();
            let mut head = slot.live().head.samples().to_vec();
            // Blocks may be written again while they are read, so by time and not by block.
            let extents = self.inner.store.block_extents(slot.number).await?;
            let mut after_ms = i64::MIN;
            for extent in extents {
                if extent.last_ms < after_ms {
                    continue;
                }
                let mut samples = Vec::new();
                for block in self.inner.store.blocks(slot.number, after_ms, extent.last_ms).await? {
                    samples.append(&mut Block::from_bytes(block.bytes)?.samples_between(after_ms, extent.last_ms)?);
                }
                head.retain(|sample| samples.binary_search_by_key(&sample.key(), Sample::key).is_err());
                each(&info, &samples);
                after_ms = extent.last_ms.saturating_add(1);
            }
            each(&info, &head);
        }
        Ok(())
    }
}
