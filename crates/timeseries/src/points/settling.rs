//! Settling: what was added becomes segments, and segments are written.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use storage::{PointLabelSet, PointSegment, PointSeries, PointWatermark, SettledPoints, StoreError};

use super::index::{Bringer, PointIndex};
use super::opening::POINTS_VERSION;
use super::placed::Placed;
use super::series::PointSeriesState;
use super::shared::{SharedPoints, Written};
use super::view::{Pinned, Seen};

/// How many points may be unsettled before whoever adds more settles them first.
const MOST_UNSETTLED: usize = 200_000;
/// How many points are merged before segments are written: an eighth of all, but at least and at most so many.
const LEAST_UNWRITTEN: usize = 20_000;
const MOST_UNWRITTEN: usize = 250_000;
/// How many points are held in memory until they are written, at most: late ones hold the whole segments that they came into.
const MOST_HELD: usize = 1_000_000;
/// How many rows are read at once.
const PAGE: u32 = 5_000;

/// How far points are settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settle {
    /// Merged into segments in memory; written too where much was merged since.
    Due,
    /// Merged and written.
    Everything,
    /// Merged, and written by nobody: the store belongs to somebody else.
    InMemory,
}

/// What settling did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Settled {
    /// How many additions were merged into segments.
    pub merged: usize,
    /// How many segments were written.
    pub written: usize,
}

/// One series on its way.
struct Leaving {
    name: Arc<str>,
    /// How much of what was added stands in the segments.
    count: usize,
    segments: Vec<Arc<Placed>>,
}

impl<B: Bringer + Clone + Default> SharedPoints<B> {
    /// Settles points. To be called about every second, and before a stop.
    ///
    /// # Errors
    /// [`StoreError`] where segments can't be read or written; then nothing is lost, and it may be called again.
    pub async fn settle(&self, what: Settle) -> Result<Settled, StoreError> {
        let mut written = self.written.lock().await;
        if written.is_in_doubt && what != Settle::InMemory {
            self.look_what_is_written(&mut written).await?;
        }
        let index = self.read();
        let is_written = match what {
            Settle::Everything => true,
            Settle::InMemory => false,
            Settle::Due => {
                let due = (index.count() / 8).clamp(LEAST_UNWRITTEN, MOST_UNWRITTEN);
                written.unwritten + index.unsettled >= due || held_points(&index) > MOST_HELD
            }
        };
        let mut leaving = Vec::new();
        for (name, state) in &index.series {
            if state.incoming.is_empty() && !(is_written && is_unwritten(state)) {
                continue;
            }
            let segments = self.merged(&index, state).await?;
            leaving.push(Leaving { name: Arc::clone(name), count: state.incoming.len(), segments });
            tokio::task::yield_now().await;
        }
        let mut done = Settled { merged: leaving.iter().map(|one| one.count).sum(), written: 0 };
        let mut fresh: HashSet<i64> = HashSet::new();
        if is_written && (!leaving.is_empty() || !written.has_watermark) {
            let settled = settled(&index, &leaving, &written);
            fresh = settled.segments.iter().map(|(segment, _)| segment.number).collect();
            written.is_in_doubt = true;
            self.engine.store.settle_points(&settled).await?;
            written.is_in_doubt = false;
            done.written = fresh.len();
            let mut cache = self.engine.cache();
            for (segment, bytes) in settled.segments {
                cache.put_bytes(segment.number, bytes.into());
            }
            drop(cache);
            written.label_sets += settled.label_sets.len();
            written.series.extend(settled.series.iter().map(|series| (series.number, series.has_samples)));
            written.has_watermark = true;
            written.unwritten = 0;
        } else {
            written.unwritten += done.merged;
        }
        // Before it is changed, so that changing it copies nothing where nobody else reads it.
        drop(index);
        self.take_over(leaving, &fresh, is_written);
        Ok(done)
    }

    /// A connection may break between a commit and its answer: what the store has is read again.
    async fn look_what_is_written(&self, written: &mut Written) -> Result<(), StoreError> {
        let store = self.engine.store.as_ref();
        let mut numbers: HashMap<i64, HashSet<i64>> = HashMap::new();
        let mut last = 0;
        loop {
            let page = store.point_segments(last, PAGE).await?;
            let Some(segment) = page.last() else { break };
            last = segment.number;
            for segment in page {
                numbers.entry(segment.series).or_default().insert(segment.number);
            }
        }
        last = 0;
        loop {
            let page = store.point_series(last, PAGE).await?;
            let Some(series) = page.last() else { break };
            last = series.number;
            written.series.extend(page.into_iter().map(|series| (series.number, series.has_samples)));
        }
        loop {
            let after = i64::try_from(written.label_sets).unwrap_or(i64::MAX);
            let page = store.point_label_sets(after, PAGE).await?;
            if page.is_empty() {
                break;
            }
            written.label_sets += page.len();
        }
        let mut latest = self.hold();
        for state in Arc::make_mut(&mut latest).series.values_mut() {
            let stored = numbers.remove(&state.number).unwrap_or_default();
            if *state.stored != stored {
                Arc::make_mut(state).stored = Arc::new(stored);
            }
        }
        written.is_in_doubt = false;
        Ok(())
    }

    /// Settles at once where too much is unsettled, so that whoever adds more has room.
    ///
    /// # Errors
    /// As [`SharedPoints::settle`].
    pub async fn make_room(&self) -> Result<(), StoreError> {
        if self.read().unsettled > MOST_UNSETTLED {
            self.settle(Settle::Due).await?;
        }
        Ok(())
    }

    /// The segments of a series with what was added; in memory where it has samples.
    async fn merged(&self, index: &PointIndex<B>, state: &PointSeriesState) -> Result<Vec<Arc<Placed>>, StoreError> {
        let mut pinned = Pinned::new();
        loop {
            let missing = {
                let seen = Seen { index, pinned: &pinned, missing: std::cell::RefCell::default() };
                let contents = |placed: &Placed| match &placed.held {
                    Some(held) => Some(Arc::clone(held)),
                    None => seen.index.engine.at_hand(placed.number, seen.pinned),
                };
                match state.merged(&contents, &|| self.engine.next_segment()) {
                    Err(missing) => missing,
                    Ok(segments) if !state.has_samples => return Ok(segments.to_vec()),
                    Ok(segments) => {
                        let mut held = Vec::with_capacity(segments.len());
                        let mut missing = Vec::new();
                        for placed in segments.iter() {
                            match (&placed.held, contents(placed)) {
                                (Some(_), _) => held.push(Arc::clone(placed)),
                                (None, Some(segment)) => held.push(Arc::new(placed.with(segment))),
                                (None, None) => missing.push(placed.number),
                            }
                        }
                        if missing.is_empty() {
                            return Ok(held);
                        }
                        missing
                    }
                }
            };
            if !self.engine.load(missing, &mut pinned).await? {
                let source = "segments of points are not there".into();
                return Err(StoreError::Failed { operation: "settle points", source });
            }
        }
    }

    fn take_over(&self, leaving: Vec<Leaving>, fresh: &HashSet<i64>, is_written: bool) {
        let mut latest = self.hold();
        let index = Arc::make_mut(&mut latest);
        for Leaving { name, count, segments } in leaving {
            let Some(state) = index.series.get_mut(&name) else { continue };
            let state = Arc::make_mut(state);
            if is_written {
                let numbers = segments.iter().map(|placed| placed.number);
                state.stored = Arc::new(if state.has_samples { HashSet::new() } else { numbers.collect() });
            }
            if let Some(last) = segments.last()
                && let Some(held) = last.held.as_ref().filter(|_| fresh.contains(&last.number))
            {
                // The next points will be added to it.
                self.engine.cache().put_segment(last.number, Arc::clone(held));
            }
            let in_store = |placed: Arc<Placed>| {
                if fresh.contains(&placed.number) { Arc::new(placed.stored()) } else { placed }
            };
            state.settle(segments.into_iter().map(in_store).collect(), count);
            index.unsettled = index.unsettled.saturating_sub(count);
        }
    }
}

/// How many points are in memory until they are written.
fn held_points<B>(index: &PointIndex<B>) -> usize {
    let written_ones = index.series.values().filter(|state| !state.has_samples);
    let held = written_ones.flat_map(|state| state.segments.iter()).filter(|placed| placed.held.is_some());
    held.map(|placed| placed.extent.points).sum()
}

/// Whether the store does not have its segments as they are.
fn is_unwritten(state: &PointSeriesState) -> bool {
    if state.has_samples {
        return !state.stored.is_empty();
    }
    state.segments.len() != state.stored.len()
        || state.segments.iter().any(|placed| !state.stored.contains(&placed.number))
}

/// What has to be written.
fn settled<B: Bringer + Clone + Default>(
    index: &PointIndex<B>,
    leaving: &[Leaving],
    written: &Written,
) -> SettledPoints {
    let mut settled = SettledPoints {
        watermark: PointWatermark {
            version: POINTS_VERSION,
            observation_id: index.latest_observation.clone(),
            origins: index.origins.cast_signed(),
        },
        ..SettledPoints::default()
    };
    for (name, state) in &index.series {
        if written.series.get(&state.number) != Some(&state.has_samples) {
            settled.series.push(PointSeries {
                number: state.number,
                name: name.to_string(),
                source: state.source.to_string(),
                has_samples: state.has_samples,
            });
        }
    }
    for place in written.label_sets..index.label_sets.count() {
        if let (Some((labels, source)), Ok(number)) = (index.label_sets.brought(place), i64::try_from(place + 1)) {
            settled.label_sets.push(PointLabelSet { number, labels: labels.to_vec(), source: source.to_string() });
        }
    }
    for Leaving { name, segments, .. } in leaving {
        let Some(state) = index.series.get(name) else { continue };
        let current: HashSet<i64> = segments.iter().map(|placed| placed.number).collect();
        settled.replaced.extend(state.stored.iter().filter(|number| state.has_samples || !current.contains(number)));
        if state.has_samples {
            continue;
        }
        for placed in segments.iter().filter(|placed| !state.stored.contains(&placed.number)) {
            let Some(held) = &placed.held else { continue };
            let summary = series_block::summary_to_bytes(&placed.extent, &placed.summary);
            let segment = PointSegment { number: placed.number, series: state.number, summary };
            settled.segments.push((segment, held.to_bytes()));
        }
    }
    settled
}
