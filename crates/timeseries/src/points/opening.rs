//! Opening: what the store says of series, label sets and segments, without their points.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use async_trait::async_trait;
use storage::{PointLabelSet, PointSegment, PointSeries, PointStore, PointWatermark, SettledPoints, StoreError};

use super::index::{Bringer, PointIndex};
use super::placed::Placed;
use super::series::PointSeriesState;
use super::shared::{Engine, SharedPoints, Written};

/// How the segments of this program are to be understood.
pub const POINTS_VERSION: i64 = 1;

/// How many rows are read at once.
const PAGE: u32 = 5_000;

/// What was opened.
pub struct Opened<B> {
    /// The points, as far as they stand in segments.
    pub points: SharedPoints<B>,
    /// Every observation up to this id is in them, but for those of series that have samples; empty where none is.
    pub observation_id: String,
    /// The series that have samples: every observation of theirs is missing, and every sample.
    pub with_samples: Vec<String>,
}

impl<B: Bringer + Clone + Default> SharedPoints<B> {
    /// Opens the points of a store. `changed` is told the earliest time about which something is added, each time.
    ///
    /// # Errors
    /// [`StoreError`] where the store can't be read; [`StoreError::Schema`] where a later program wrote the segments.
    pub async fn open(
        store: Arc<dyn PointStore>,
        changed: impl Fn(i64) + Send + Sync + 'static,
    ) -> Result<Opened<B>, StoreError> {
        let mut index = PointIndex::new(Arc::new(Engine::new(Arc::clone(&store))));
        let mut written = Written::default();
        let Some(PointWatermark { version, observation_id, origins }) = store.point_watermark().await? else {
            let points = Self::new(index, written, changed);
            return Ok(Opened { points, observation_id: String::new(), with_samples: Vec::new() });
        };
        if version != POINTS_VERSION {
            let reason = format!(
                "the segments of points are of version {version}, which this program does not read; start the one that wrote them, \
                 or let `inferno-kpi reindex` make them anew"
            );
            return Err(StoreError::Schema { reason });
        }
        let names = read_series(store.as_ref(), &mut index, &mut written).await?;
        read_label_sets(store.as_ref(), &mut index, &mut written).await?;
        read_segments(store.as_ref(), &mut index, &names).await?;
        index.origins = origins.cast_unsigned();
        index.seen_observation(&observation_id);
        written.has_watermark = true;
        let with_samples = index.series.iter().filter(|(_, state)| state.has_samples);
        let with_samples = with_samples.map(|(name, _)| name.to_string()).collect();
        Ok(Opened { points: Self::new(index, written, changed), observation_id, with_samples })
    }

    /// Points that are kept nowhere.
    pub fn in_memory() -> Self {
        Self::new(PointIndex::new(Arc::new(Engine::new(Arc::new(Nowhere)))), Written::default(), |_| {})
    }
}

async fn read_series<B: Bringer + Clone + Default>(
    store: &dyn PointStore,
    index: &mut PointIndex<B>,
    written: &mut Written,
) -> Result<HashMap<i64, Arc<str>>, StoreError> {
    let (mut last, mut names) = (0, HashMap::new());
    loop {
        let page = store.point_series(last, PAGE).await?;
        let Some(series) = page.last() else { break };
        last = series.number;
        for PointSeries { number, name, source, has_samples } in page {
            written.series.insert(number, has_samples);
            let mut state = PointSeriesState::new(number, &source);
            state.has_samples = has_samples;
            index.put_series(&name, state);
            names.insert(number, Arc::from(name));
        }
    }
    index.engine.series.store(last, Ordering::SeqCst);
    Ok(names)
}

async fn read_label_sets<B: Bringer + Clone + Default>(
    store: &dyn PointStore,
    index: &mut PointIndex<B>,
    written: &mut Written,
) -> Result<(), StoreError> {
    let mut last = 0;
    loop {
        let page = store.point_label_sets(last, PAGE).await?;
        let Some(set) = page.last() else { break };
        last = set.number;
        for PointLabelSet { labels, source, .. } in page {
            index.put_label_set(&labels, &source);
        }
    }
    written.label_sets = index.label_sets.count();
    Ok(())
}

async fn read_segments<B: Bringer + Clone + Default>(
    store: &dyn PointStore,
    index: &mut PointIndex<B>,
    names: &HashMap<i64, Arc<str>>,
) -> Result<(), StoreError> {
    let (mut last, mut found): (i64, HashMap<i64, Vec<Arc<Placed>>>) = (0, HashMap::new());
    let mut latest_recorded_ms = None;
    loop {
        let page = store.point_segments(last, PAGE).await?;
        let Some(segment) = page.last() else { break };
        last = segment.number;
        for PointSegment { number, series, summary } in page {
            let (extent, summary) = series_block::summary_from_bytes(&summary).map_err(|error| StoreError::Failed {
                operation: "read what a segment of points is in sum; `inferno-kpi reindex` makes all segments anew",
                source: Box::new(error),
            })?;
            latest_recorded_ms = latest_recorded_ms.max(Some(summary.latest_recorded_ms));
            let placed = Placed { number, extent, summary, held: None };
            found.entry(series).or_default().push(Arc::new(placed));
        }
    }
    index.engine.segments.store(last, Ordering::SeqCst);
    if let Some(latest_recorded_ms) = latest_recorded_ms {
        index.recorded(latest_recorded_ms);
    }
    for (series, mut segments) in found {
        let Some(state) = names.get(&series).and_then(|name| index.series.get_mut(name)) else { continue };
        segments.sort_by_key(|placed| (placed.extent.first_ms, placed.number));
        let state = Arc::make_mut(state);
        let numbers: HashSet<i64> = segments.iter().map(|placed| placed.number).collect();
        state.stored = Arc::new(numbers);
        if !state.has_samples {
            state.segments = Arc::new(segments);
        }
    }
    Ok(())
}

/// A store that has nothing and is never written to.
struct Nowhere;

#[async_trait]
impl PointStore for Nowhere {
    async fn point_watermark(&self) -> Result<Option<PointWatermark>, StoreError> {
        Ok(None)
    }

    async fn point_series(&self, _: i64, _: u32) -> Result<Vec<PointSeries>, StoreError> {
        Ok(Vec::new())
    }

    async fn point_label_sets(&self, _: i64, _: u32) -> Result<Vec<PointLabelSet>, StoreError> {
        Ok(Vec::new())
    }

    async fn point_segments(&self, _: i64, _: u32) -> Result<Vec<PointSegment>, StoreError> {
        Ok(Vec::new())
    }

    async fn point_segment_bytes(&self, _: &[i64]) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
        Ok(Vec::new())
    }

    async fn settle_points(&self, _: &SettledPoints) -> Result<(), StoreError> {
        Ok(())
    }

    async fn forget_points(&self) -> Result<(), StoreError> {
        Ok(())
    }
}
