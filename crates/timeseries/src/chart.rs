//! Charts: samples where they are few and kept, buckets elsewhere, thinned to a few points for each column.

use std::ops::Range;
use std::sync::Arc;

use series_block::{
    Block, Counted, Detail, Digest, Mark, Piece, Resolution, counted, cover, estimated_samples, plan, thin,
};

use crate::engine::{Inner, TimeSeriesEngine};
use crate::error::DeskError;
use crate::raw::extent;
use crate::view::{Rolled, View};

impl TimeSeriesEngine {
    /// The points of a chart of a series from `from_ms` up to `until_ms`, not included: at most four in each column, all of them
    /// samples at their own times. Empty for a series that is not there. Where samples are not kept any more, buckets are read.
    ///
    /// # Errors
    /// What the store fails with, or a damaged block.
    pub async fn chart(
        &self,
        series: i64,
        from_ms: i64,
        until_ms: i64,
        columns: usize,
    ) -> Result<Vec<Mark>, DeskError> {
        let inner = &self.inner;
        let Some(slot) = inner.read_directory().of_number(series).map(Arc::clone) else { return Ok(Vec::new()) };
        // Buckets at the edges need their whole head.
        let whole_from_ms = Resolution::Day.start_ms(from_ms);
        let whole_until_ms = Resolution::Day.start_ms(until_ms).saturating_add(Resolution::Day.length_ms());
        let view = inner.view(slot, whole_from_ms, whole_until_ms).await?;
        let in_head = view.head.iter().filter(|sample| (from_ms..until_ms).contains(&sample.time_ms)).count() as u64;
        let count = in_head + estimated_samples(view.extents.iter().map(extent), from_ms, until_ms);
        let points = columns.saturating_mul(4);
        let detail = plan(from_ms, until_ms, count, points);
        let raw_ms = inner.raw_from(&view, from_ms).await?.min(until_ms);
        let mut pieces = Vec::new();
        if detail == Detail::Raw {
            // Before that as fine as the whole picture would be, had it ever so many samples.
            pieces = cover(from_ms, raw_ms, plan(from_ms, until_ms, u64::MAX, points));
            pieces.extend(cover(raw_ms, until_ms, Detail::Raw));
        } else {
            pieces.extend(cover(from_ms, until_ms, detail));
        }
        let mut digests = Vec::new();
        let mut shown: Option<Range<i64>> = None;
        for Piece { detail, from_ms, until_ms } in pieces {
            let resolution = match detail {
                Detail::Raw if from_ms >= raw_ms => {
                    digests.append(&mut inner.counted_samples(&view, from_ms, until_ms).await?);
                    continue;
                }
                Detail::Raw => Resolution::Minute,
                Detail::Rolled(resolution) => resolution,
            };
            let is_gone = from_ms < raw_ms;
            let found = inner.timed::<Digest>(&view, (resolution, is_gone), from_ms, until_ms).await?;
            for (time, digest) in found {
                // Pieces whose own buckets are gone may share a coarser one.
                if shown.as_ref() != Some(&time) {
                    digests.push(digest);
                    shown = Some(time);
                }
            }
        }
        Ok(thin(digests, from_ms, until_ms, columns))
    }
}

impl Inner {
    /// From when on, at a whole minute, all samples of a series are there; `from_ms` if all from then on are.
    pub(crate) async fn raw_from(&self, view: &View, from_ms: i64) -> Result<i64, DeskError> {
        let in_head = view.head.first().map(|sample| sample.time_ms);
        let stored = view.extents.first().map(|extent| extent.key.first_ms);
        let Some(first_ms) = in_head.into_iter().chain(stored).min() else { return Ok(i64::MAX) };
        if first_ms <= from_ms {
            return Ok(from_ms);
        }
        let minute_ms = Resolution::Minute.start_ms(first_ms);
        let next_ms = minute_ms + Resolution::Minute.length_ms();
        let minute = self.buckets::<Digest>(view, Resolution::Minute, minute_ms, next_ms).await?;
        let is_cut = minute.first().is_some_and(|(_, digest)| digest.first.time_ms < first_ms);
        Ok(if is_cut { next_ms } else { minute_ms })
    }

    /// Buckets with their time from the one that holds `from_ms` up to `until_ms`; coarser ones where the finer ones may be gone and are
    /// not there.
    pub(crate) async fn timed<R: Rolled>(
        &self,
        view: &View,
        (finest, is_gone): (Resolution, bool),
        from_ms: i64,
        until_ms: i64,
    ) -> Result<Vec<(Range<i64>, R)>, DeskError> {
        let mut all: Vec<(Range<i64>, R)> = Vec::new();
        for resolution in Resolution::ALL.into_iter().filter(|resolution| *resolution >= finest) {
            // Blocks of buckets begin where a coarser bucket begins: so the coarser one is not needed from there on.
            let end_ms = all.first().map_or(until_ms, |(time, _)| resolution.start_ms(time.start));
            let start_ms = resolution.start_ms(from_ms);
            if start_ms >= end_ms || (resolution > finest && !is_gone) {
                break;
            }
            let mut found = self.buckets::<R>(view, resolution, start_ms, end_ms).await?;
            if resolution > finest {
                // One whose samples all lie behind says nothing that is gone.
                found.retain(|(_, bucket)| bucket.first_ms() < end_ms);
            }
            let length_ms = resolution.length_ms();
            let timed =
                found.into_iter().map(|(start_ms, found)| (start_ms..start_ms.saturating_add(length_ms), found));
            all.splice(0..0, timed);
        }
        Ok(all)
    }

    async fn counted_samples(&self, view: &View, from_ms: i64, until_ms: i64) -> Result<Vec<Digest>, DeskError> {
        let last_ms = until_ms.saturating_sub(1);
        if view.head.iter().any(|sample| (from_ms..until_ms).contains(&sample.time_ms)) {
            let all = self.raw(view.slot.number, &view.head, from_ms, last_ms).await?;
            return Ok(counted(&all).map(Digest::one).collect());
        }
        // Without provenance, which is the faster way.
        let mut marks: Vec<Mark> = Vec::new();
        for block in self.store.blocks(view.slot.number, from_ms, last_ms).await? {
            marks.append(&mut Block::from_bytes(block.bytes)?.marks_between(from_ms, last_ms)?);
        }
        if !marks.is_sorted_by_key(|mark| mark.time_ms) {
            let all = self.raw(view.slot.number, &[], from_ms, last_ms).await?;
            return Ok(counted(&all).map(Digest::one).collect());
        }
        let last_of_time = marks.chunk_by(|one, next| one.time_ms == next.time_ms).filter_map(|same| same.last());
        let of_mark = |mark: &Mark| Counted { time_ms: mark.time_ms, value: mark.value, recorded_ms: mark.time_ms };
        Ok(last_of_time.map(|mark| Digest::one(of_mark(mark))).collect())
    }
}
