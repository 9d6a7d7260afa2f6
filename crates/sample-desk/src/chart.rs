//! Charts: samples where they are few and kept, buckets elsewhere, thinned to a few points for each column.

use std::sync::Arc;

use samples::{Block, Counted, Detail, Digest, Mark, Piece, Resolution, cover, estimated_samples, merged, plan, thin};

use crate::desk::{Inner, SampleDesk};
use crate::error::DeskError;
use crate::raw::extent;
use crate::view::{Rolled, View};

impl SampleDesk {
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
        let mut digests = Vec::new();
        if from_ms < raw_ms {
            // As fine as the whole picture needs, had it ever so many samples.
            let Detail::Rolled(resolution) = plan(from_ms, until_ms, u64::MAX, points) else { return Ok(Vec::new()) };
            let gone = inner.coarser::<Digest>(&view, resolution, from_ms, raw_ms).await?;
            digests.extend(gone.into_iter().map(|(_, digest)| digest));
        }
        for Piece { detail, from_ms, until_ms } in cover(raw_ms.max(from_ms), until_ms, detail) {
            match detail {
                Detail::Raw => digests.append(&mut inner.counted_samples(&view, from_ms, until_ms).await?),
                Detail::Rolled(resolution) => {
                    let found = inner.buckets::<Digest>(&view, resolution, from_ms, until_ms).await?;
                    digests.extend(found.into_iter().map(|(_, digest)| digest));
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

    /// Buckets from the one that holds `from_ms` up to `until_ms`, where the finer ones are gone coarser ones.
    pub(crate) async fn coarser<R: Rolled>(
        &self,
        view: &View,
        finest: Resolution,
        from_ms: i64,
        until_ms: i64,
    ) -> Result<Vec<(i64, R)>, DeskError> {
        let mut all = Vec::new();
        let mut end_ms = until_ms;
        for resolution in Resolution::ALL.into_iter().filter(|resolution| *resolution >= finest) {
            // Blocks of buckets begin where a coarser bucket begins: so the coarser one is not needed from there on.
            end_ms = all.first().map_or(end_ms, |(start_ms, _)| resolution.start_ms(*start_ms));
            let start_ms = resolution.start_ms(from_ms);
            if start_ms >= end_ms {
                break;
            }
            let found = self.buckets::<R>(view, resolution, start_ms, end_ms).await?;
            all.splice(0..0, found);
        }
        Ok(all)
    }

    async fn counted_samples(&self, view: &View, from_ms: i64, until_ms: i64) -> Result<Vec<Digest>, DeskError> {
        let last_ms = until_ms.saturating_sub(1);
        let head = view.head.iter().any(|sample| (from_ms..until_ms).contains(&sample.time_ms));
        if head {
            let all = self.raw(view.slot.number, &view.head, from_ms, last_ms).await?;
            return Ok(samples::counted(&all).map(Digest::one).collect());
        }
        // Without provenance, which is the faster way.
        let mut marks: Vec<Mark> = Vec::new();
        for block in self.store.blocks(view.slot.number, from_ms, last_ms).await? {
            marks.append(&mut Block::from_bytes(block.bytes)?.marks_between(from_ms, last_ms)?);
        }
        if !marks.is_sorted_by_key(|mark| mark.time_ms) {
            let all = self.raw(view.slot.number, &[], from_ms, last_ms).await?;
            return Ok(samples::counted(&merged(&all, &[])).map(Digest::one).collect());
        }
        let last_of_time = marks.chunk_by(|one, next| one.time_ms == next.time_ms).filter_map(|same| same.last());
        let counted = |mark: &Mark| Counted { time_ms: mark.time_ms, value: mark.value, recorded_ms: mark.time_ms };
        Ok(last_of_time.map(|mark| Digest::one(counted(mark))).collect())
    }
}
