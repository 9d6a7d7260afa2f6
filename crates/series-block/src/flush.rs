//! Puts samples of a head into blocks: new ones behind or between the stored ones, and stored ones again where samples came late.

use std::ops::Range;

use crate::block::{Block, MOST_SAMPLES};
use crate::block_error::BlockError;
use crate::head::merged;
use crate::sample::Sample;

/// How many samples a block is meant to hold.
pub const TARGET_SAMPLES: usize = 4_096;

/// What a store knows of a block without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// The time of its first sample, in milliseconds since the Unix epoch.
    pub first_ms: i64,
    /// The time of its last sample, in milliseconds since the Unix epoch.
    pub last_ms: i64,
    /// How many samples it holds.
    pub count: usize,
}

impl Extent {
    /// The extent of a block.
    pub fn of(block: &Block) -> Self {
        let digest = block.digest();
        Self { first_ms: digest.first.time_ms, last_ms: digest.last.time_ms, count: block.count() }
    }
}

/// Blocks to store in place of others, in one transaction.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Flush {
    /// The indices of the stored blocks to delete, ascending.
    pub replaced: Vec<usize>,
    /// The blocks to insert, in order of time.
    pub blocks: Vec<Block>,
}

/// The stored blocks, ordered by time, that [`flush`] reads to take in `samples`, ordered by key.
pub fn touched(samples: &[Sample], stored: &[Extent]) -> Vec<usize> {
    groups(samples, stored).into_iter().flat_map(|(blocks, _)| blocks).collect()
}

/// Puts `samples`, ordered by key, among the stored blocks, ordered by time; `load` reads one of [`touched`]. A sample that is stored
/// already is not stored twice. A sample behind a block that is not full joins it.
///
/// # Errors
/// What `load` fails with, or a block that is not sound.
pub fn flush<E: From<BlockError>>(
    samples: &[Sample],
    stored: &[Extent],
    mut load: impl FnMut(usize) -> Result<Block, E>,
) -> Result<Flush, E> {
    let mut result = Flush::default();
    for (blocks, range) in groups(samples, stored) {
        let mut known: Vec<Sample> = Vec::new();
        for index in blocks.clone() {
            known.append(&mut load(index)?.samples()?);
        }
        let all = merged(&known, &samples[range]);
        if all.len() > known.len() || known.is_empty() {
            result.replaced.extend(blocks);
            result.blocks.append(&mut cut(&all)?);
        }
    }
    Ok(result)
}

/// Which samples go together with which stored blocks.
fn groups(samples: &[Sample], stored: &[Extent]) -> Vec<(Range<usize>, Range<usize>)> {
    let mut groups: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    for (index, sample) in samples.iter().enumerate() {
        let blocks = blocks_of(sample.time_ms, stored);
        match groups.last_mut() {
            Some((known, range)) if *known == blocks => range.end = index + 1,
            _ => groups.push((blocks, index..index + 1)),
        }
    }
    groups
}

/// The blocks that a sample of this time joins; an empty range, at the place where a new block comes, if none.
fn blocks_of(time_ms: i64, stored: &[Extent]) -> Range<usize> {
    let end = stored.partition_point(|extent| extent.first_ms <= time_ms);
    let Some(last) = end.checked_sub(1) else { return 0..0 };
    if stored[last].last_ms < time_ms && stored[last].count >= TARGET_SAMPLES {
        return end..end;
    }
    // Blocks share a time only where more samples than a block holds stand at it.
    let shares = |pair: &[Extent]| pair[0].last_ms == pair[1].first_ms;
    let start = last - stored[..end].windows(2).rev().take_while(|pair| shares(pair)).count();
    start..end
}

/// Ordered samples as blocks. Samples of one time stay in one block if they fit.
fn cut(samples: &[Sample]) -> Result<Vec<Block>, BlockError> {
    let mut blocks = Vec::new();
    let mut rest = samples;
    while !rest.is_empty() {
        let mut end = rest.len().min(TARGET_SAMPLES);
        while end < rest.len().min(MOST_SAMPLES) && rest[end].time_ms == rest[end - 1].time_ms {
            end += 1;
        }
        let (block, later) = rest.split_at(end);
        blocks.push(Block::encode(block)?);
        rest = later;
    }
    Ok(blocks)
}
