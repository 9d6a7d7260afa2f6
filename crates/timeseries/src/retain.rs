//! What is old goes: samples first, then minutes, hours and days.

use series_block::Resolution;

use crate::engine::{Inner, TimeSeriesEngine};
use crate::error::DeskError;
use crate::numbers::number_of;
use crate::settings::Retention;

/// Rows that are deleted at once.
const AT_ONCE: u32 = 1_000;

/// What was deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Dropped {
    /// Blocks of samples.
    pub blocks: u64,
    /// Blocks of minutes, hours and days.
    pub rolled: [u64; 3],
}

impl TimeSeriesEngine {
    /// Deletes what is older than it is kept, and from now on refuses samples of that time. Samples of a day stay until no sample that
    /// is still taken, or in memory, can be late for that day.
    ///
    /// # Errors
    /// What the store fails with.
    pub async fn retain(&self, now_ms: i64, retention: &Retention) -> Result<Dropped, DeskError> {
        let inner = &self.inner;
        let _turn = inner.upkeep.lock().await;
        inner.set_retention(*retention);
        let mut dropped = Dropped::default();
        let floor_ms = retention.raw_floor_ms(now_ms);
        if let Some(before_ms) = floor_ms.map(|floor_ms| floor_ms.min(inner.oldest_day_ms())) {
            loop {
                let count = inner.store.drop_blocks(before_ms, AT_ONCE).await?;
                dropped.blocks += count;
                if count < u64::from(AT_ONCE) {
                    break;
                }
            }
            if dropped.blocks > 0 {
                inner.forget_extents();
            }
        }
        let [_, ages_ms @ ..] = retention.ages_ms();
        for ((resolution, kept_ms), deleted) in Resolution::ALL.into_iter().zip(ages_ms).zip(&mut dropped.rolled) {
            let Some(kept_ms) = kept_ms else { continue };
            // A block goes when the last of its buckets is too old; and never before the samples of that time.
            let oldest_ms = now_ms.saturating_sub(kept_ms).min(floor_ms.unwrap_or(i64::MIN)).min(inner.oldest_day_ms());
            let before_ms = oldest_ms.saturating_sub(resolution.block_length_ms());
            loop {
                let count = inner.store.drop_rolled(number_of(resolution), before_ms, AT_ONCE).await?;
                *deleted += count;
                if count < u64::from(AT_ONCE) {
                    break;
                }
            }
        }
        if dropped.rolled.iter().any(|count| *count > 0) {
            inner.rolled().clear();
        }
        Ok(dropped)
    }
}

impl Inner {
    /// The beginning of the day of the earliest sample in memory.
    fn oldest_day_ms(&self) -> i64 {
        let series_index = self.read_directory();
        let first = |slot: &std::sync::Arc<crate::series_index::Slot>| {
            slot.live().head.samples().first().map(|one| one.time_ms)
        };
        series_index.committed().filter_map(first).min().map_or(i64::MAX, |time_ms| Resolution::Day.start_ms(time_ms))
    }

    fn forget_extents(&self) {
        for slot in self.read_directory().committed() {
            slot.live().extents = None;
        }
    }
}
