//! What flushing many series needs of the store, asked for together: one question for hundreds of series instead of several for
//! each.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use series_block::{Resolution, RolledBlock, Sample};
use storage::BlockExtent;

use crate::cache::RolledKey;
use crate::engine::Inner;
use crate::error::DeskError;
use crate::numbers::number_of;
use crate::series_index::Slot;

/// Over how many blocks of buckets the beginnings of all series may be spread; where they are further apart, as those of old samples
/// are, each series asks for its own.
const MOST_SPREAD: i64 = 3;

/// Blocks of buckets that were asked for, whether or not the store has them.
#[derive(Default)]
pub(crate) struct Ahead {
    series: HashSet<i64>,
    /// By number of the resolution: from and up to which beginning.
    looked: HashMap<i64, (i64, i64)>,
    rolled: HashMap<RolledKey, RolledBlock>,
}

impl Ahead {
    /// Whether somebody has looked for the block of buckets that begins there.
    pub(crate) fn has_looked_for(&self, (series, number, block_ms): RolledKey) -> bool {
        let times = self.looked.get(&number);
        self.series.contains(&series)
            && times.is_some_and(|(first_ms, last_ms)| (*first_ms..=*last_ms).contains(&block_ms))
    }

    /// The block of buckets that begins there, where it was found.
    pub(crate) fn rolled(&self, key: RolledKey) -> Option<&RolledBlock> {
        self.rolled.get(&key)
    }
}

impl Inner {
    /// Looks for what flushing these samples needs. Only to be called by who flushes.
    pub(crate) async fn look_ahead(&self, leaving: &[(Arc<Slot>, Vec<Sample>)]) -> Result<Ahead, DeskError> {
        let mut ahead = Ahead::default();
        if leaving.len() < 2 {
            return Ok(ahead);
        }
        let unknown: Vec<&Arc<Slot>> =
            leaving.iter().map(|(slot, _)| slot).filter(|slot| slot.live().extents.is_none()).collect();
        let numbers: Vec<i64> = unknown.iter().map(|slot| slot.number).collect();
        let mut found: HashMap<i64, Vec<BlockExtent>> = HashMap::new();
        for extent in self.store.block_extents_of(&numbers).await? {
            found.entry(extent.key.series).or_default().push(extent);
        }
        for slot in unknown {
            let extents = found.remove(&slot.number).unwrap_or_default();
            slot.live().extents.get_or_insert_with(|| Arc::new(extents));
        }
        let mut series: Vec<i64> = leaving.iter().map(|(slot, _)| slot.number).collect();
        series.sort_unstable();
        for resolution in Resolution::ALL {
            let block_of = |sample: &Sample| resolution.block_start_ms(sample.time_ms);
            let firsts = leaving.iter().filter_map(|(_, samples)| samples.first()).map(block_of).min();
            let lasts = leaving.iter().filter_map(|(_, samples)| samples.last()).map(block_of).max();
            let (Some(first_ms), Some(last_ms)) = (firsts, lasts) else { continue };
            if (last_ms - first_ms) / resolution.block_length_ms() > MOST_SPREAD {
                continue;
            }
            let number = number_of(resolution);
            for row in self.store.rolled_of(&series, number, first_ms, last_ms).await? {
                let block = RolledBlock::from_bytes(row.bytes);
                // A damaged one is met again by its own series, and told there.
                if let Ok(block) = block {
                    ahead.rolled.insert((row.series, number, row.block_ms), block);
                } else {
                    return Ok(Ahead::default());
                }
            }
            ahead.looked.insert(number, (first_ms, last_ms));
        }
        ahead.series.extend(series);
        Ok(ahead)
    }
}
