//! Samples leave memory: as blocks, with the buckets they change and the watermark, in one transaction for many series.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use series_block::{Block, BlockError, Extent, Sample, TARGET_SAMPLES, flush, touched};
use storage::{BlockExtent, SampleFlush};

use crate::ahead::Ahead;
use crate::engine::{Inner, TimeSeriesEngine};
use crate::error::DeskError;
use crate::raw::{extent, stored};
use crate::rolling::{Written, rows};
use crate::series_index::{SeriesRef, Slot};

/// Bytes of blocks in one transaction, about; and series.
const MOST_BYTES: usize = 4 << 20;
const MOST_SERIES: usize = 1_000;
/// For how many series the store is asked at once.
const MOST_AHEAD: usize = 512;
/// How long the extents of a series without samples in memory are kept in memory, in milliseconds.
const IDLE_MS: i64 = 60 * 60_000;

/// What to flush.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// Full blocks; all of series whose samples have waited for long; everything where memory is full.
    Due,
    /// Everything.
    Everything,
}

/// What a flush has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Flushed {
    /// How many series were written.
    pub series: usize,
    /// How many samples left memory.
    pub samples: u64,
    /// How many series could not be written because a stored block is damaged; the reason is in the log.
    pub damaged: usize,
    /// The watermark afterwards.
    pub payload: i64,
}

/// One series on its way.
struct Leaving {
    slot: Arc<Slot>,
    samples: Vec<Sample>,
    extents: Arc<Vec<BlockExtent>>,
    rolled: Vec<Written>,
}

/// A transaction that is being put together.
#[derive(Default)]
struct Group {
    flush: SampleFlush,
    leaving: Vec<Leaving>,
    bytes: usize,
}

impl TimeSeriesEngine {
    /// Flushes what is due or everything. Payloads are taken meanwhile. To be called about every second, and when
    /// [`TimeSeriesEngine::flush_wanted`] returns.
    ///
    /// # Errors
    /// What the store fails with; what was not written stays in memory and in its payloads.
    pub async fn flush(&self, now_ms: i64, what: What) -> Result<Flushed, DeskError> {
        let inner = &self.inner;
        let _turn = inner.upkeep.lock().await;
        inner.now_ms.store(now_ms, Ordering::Release);
        let appended = inner.appended.load(Ordering::Acquire);
        let is_full = inner.held() > inner.settings.most_held_samples;
        let everything = what == What::Everything || is_full;
        let slots: Vec<Arc<Slot>> = inner.read_directory().committed().map(Arc::clone).collect();
        let mut done = Flushed::default();
        let mut group = Group::default();
        let mut slots = slots.into_iter();
        loop {
            let due =
                slots.by_ref().filter_map(|slot| inner.due(&slot, now_ms, everything).map(|samples| (slot, samples)));
            let leaving: Vec<(Arc<Slot>, Vec<Sample>)> = due.take(MOST_AHEAD).collect();
            if leaving.is_empty() {
                break;
            }
            let ahead = inner.look_ahead(&leaving).await?;
            for (slot, samples) in leaving {
                match inner.prepare(&slot, samples, &ahead, &mut group).await {
                    Ok(()) => done.series += 1,
                    Err(DeskError::Block(error)) => {
                        done.damaged += 1;
                        tracing::error!(series = slot.number, %error, "the samples of a series can't be flushed");
                    }
                    Err(error) => return Err(error),
                }
                if group.bytes > MOST_BYTES || group.leaving.len() >= MOST_SERIES {
                    group.flush.flushed_payload = inner.flushed.load(Ordering::Acquire);
                    done.samples += inner.write(std::mem::take(&mut group), now_ms).await?;
                }
                tokio::task::yield_now().await;
            }
        }
        let before = inner.flushed.load(Ordering::Acquire);
        let watermark = inner.watermark(&group.leaving, appended).max(before);
        // A watermark alone is not worth a transaction each time.
        let flushed_at_ms = inner.flushed_at_ms.load(Ordering::Acquire);
        let is_worth = everything || has_waited(now_ms, flushed_at_ms, inner.settings.flush_after_ms);
        if !group.leaving.is_empty() || (watermark > before && is_worth) {
            group.flush.flushed_payload = watermark;
            done.samples += inner.write(group, now_ms).await?;
            inner.flushed_at_ms.store(now_ms, Ordering::Release);
        }
        done.payload = inner.flushed.load(Ordering::Acquire);
        Ok(done)
    }

    /// Flushes all samples of some series; gives the first damage found.
    pub(crate) async fn flush_series(&self, series: &[SeriesRef]) -> Result<Option<DeskError>, DeskError> {
        let inner = &self.inner;
        let _turn = inner.upkeep.lock().await;
        let slots: Vec<Arc<Slot>> = {
            let series_index = inner.read_directory();
            series.iter().filter_map(|series| series_index.slot(*series)).map(Arc::clone).collect()
        };
        let mut damage = None;
        for slots in slots.chunks(MOST_SERIES) {
            let mut group = Group::default();
            for slot in slots {
                let samples = slot.live().head.samples().to_vec();
                if samples.is_empty() {
                    continue;
                }
                match inner.prepare(slot, samples, &Ahead::default(), &mut group).await {
                    Err(error @ DeskError::Block(_)) => drop(damage.get_or_insert(error)),
                    done => done?,
                }
            }
            group.flush.flushed_payload = inner.flushed.load(Ordering::Acquire);
            inner.write(group, inner.now_ms.load(Ordering::Acquire)).await?;
        }
        Ok(damage)
    }
}

impl Inner {
    /// The samples of a series that are to leave; None if none are.
    fn due(&self, slot: &Slot, now_ms: i64, everything: bool) -> Option<Vec<Sample>> {
        let mut live = slot.live();
        let all = live.head.samples();
        if all.is_empty() {
            if live.extents.is_some() && has_waited(now_ms, live.used_ms, IDLE_MS) {
                *live = crate::live::Live::default();
            }
            return None;
        }
        let samples = if everything || has_waited(now_ms, live.since_ms, self.settings.flush_after_ms) {
            all
        } else if all.len() >= TARGET_SAMPLES {
            live.head.full()
        } else {
            return None;
        };
        Some(samples.to_vec())
    }

    /// Adds to a transaction what puts samples of a series into blocks.
    async fn prepare(
        &self,
        slot: &Arc<Slot>,
        samples: Vec<Sample>,
        ahead: &Ahead,
        group: &mut Group,
    ) -> Result<(), DeskError> {
        let extents = self.extents(slot).await?;
        let known: Vec<Extent> = extents.iter().map(extent).collect();
        let mut loaded: HashMap<usize, Block> = HashMap::new();
        for index in touched(&samples, &known) {
            if loaded.contains_key(&index) {
                continue;
            }
            let Some(of_block) = extents.get(index) else { continue };
            for block in self.store.blocks(slot.number, of_block.key.first_ms, of_block.last_ms).await? {
                if let Ok(place) = extents.binary_search_by_key(&order(&block.extent), order) {
                    loaded.insert(place, Block::from_bytes(block.bytes)?);
                }
            }
        }
        let load = |index: usize| loaded.get(&index).cloned().ok_or(BlockError::Short);
        let done = flush::<BlockError>(&samples, &known, load)?;
        let rolled = self.rolled_with(slot.number, &samples, &extents, ahead).await?;

        let mut left: Vec<BlockExtent> = Vec::with_capacity(extents.len() + done.blocks.len());
        for (index, kept) in extents.iter().enumerate() {
            if done.replaced.binary_search(&index).is_ok() {
                group.flush.replaced.push(kept.key);
            } else {
                left.push(*kept);
            }
        }
        for block in &done.blocks {
            let number = self.latest_block.fetch_add(1, Ordering::AcqRel) + 1;
            let block = stored(slot.number, number, block);
            group.bytes += block.bytes.len();
            left.push(block.extent);
            group.flush.blocks.push(block);
        }
        left.sort_unstable_by_key(order);
        for row in rows(slot.number, &rolled) {
            group.bytes += row.bytes.len();
            group.flush.rolled.push(row);
        }
        group.leaving.push(Leaving { slot: Arc::clone(slot), samples, extents: Arc::new(left), rolled });
        Ok(())
    }

    /// Writes a transaction and lets go of what it holds; says how many samples left memory.
    async fn write(&self, group: Group, now_ms: i64) -> Result<u64, DeskError> {
        for Leaving { slot, .. } in &group.leaving {
            slot.flushes.fetch_add(1, Ordering::AcqRel);
        }
        let written = self.store.flush_samples(&group.flush).await;
        let mut gone = 0;
        for Leaving { slot, samples, extents, rolled } in group.leaving {
            if written.is_ok() {
                // First the buckets: who sees a head without these samples must see buckets with them.
                self.remember(slot.number, rolled);
                gone += slot.live().forget(&samples, extents, now_ms);
            } else {
                // It may be there in spite of the error; what is there is read again before the next try.
                slot.live().extents = None;
            }
            slot.flushes.fetch_add(1, Ordering::AcqRel);
        }
        if written.is_err() {
            self.rolled().clear();
        }
        written?;
        self.flushed.fetch_max(group.flush.flushed_payload, Ordering::AcqRel);
        self.holds_less(gone);
        self.room.notify_waiters();
        Ok(gone)
    }

    /// The newest blocks of buckets will be needed again; others only if they were.
    fn remember(&self, series: i64, rolled: Vec<Written>) {
        let mut cache = self.rolled();
        let newest = |resolution| rolled.iter().filter(|one| one.0 == resolution).map(|one| one.1).max();
        let newest = series_block::Resolution::ALL.map(|resolution| (resolution, newest(resolution)));
        for (resolution, block_ms, block) in rolled {
            let key = (series, crate::numbers::number_of(resolution), block_ms);
            if newest.contains(&(resolution, Some(block_ms))) || cache.has(key) {
                cache.put(key, block);
            }
        }
    }

    /// The greatest payload number of which no sample is only in heads, once these have left; at most `appended`.
    fn watermark(&self, leaving: &[Leaving], appended: i64) -> i64 {
        let leaving: HashMap<i64, &[Sample]> =
            leaving.iter().map(|one| (one.slot.number, one.samples.as_slice())).collect();
        let series_index = self.read_directory();
        let oldest = series_index.committed().filter_map(|slot| {
            let live = slot.live();
            match leaving.get(&slot.number) {
                Some(samples) => live.oldest_without(samples),
                None => live.oldest,
            }
        });
        // A payload above the watermark may be there again after a replay; it does not lower it, see `TimeSeriesEngine::replay`.
        oldest.min().map_or(appended, |oldest| appended.min(oldest.cast_signed() - 1))
    }
}

/// Whether so much time has passed since; also where it seems to lie ahead, because the clock was set back since.
fn has_waited(now_ms: i64, since_ms: i64, wait_ms: i64) -> bool {
    !(0..wait_ms).contains(&now_ms.saturating_sub(since_ms))
}

fn order(extent: &BlockExtent) -> (i64, i64) {
    (extent.key.first_ms, extent.key.number)
}
