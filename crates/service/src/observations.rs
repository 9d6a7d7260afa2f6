//! Observations of the store become points: at a start those that stand in no segment, and whatever was committed without an answer.

use std::collections::HashSet;
use std::sync::Arc;

use kpi::point::{Origin, Point, Superseded};
use storage::{Observation, ObservationQuery, Store, StoreError};
use timeseries::points::{Opened, Settle};

use crate::dashboard::LOAD_PAGE;
use crate::record::{self, RETRACTED};
use crate::series::{PointIndex, SharedPoints};
use crate::series_room::Holdings;

/// After how many observations of a long start they are settled.
const TOGETHER: usize = 50_000;

/// Adds the observations that stand in no segment; `settles` says whether they may be settled in the store on the way.
///
/// # Errors
/// [`StoreError`] where the store can't be read.
pub(crate) async fn load(
    store: &dyn Store,
    opened: Opened<Holdings>,
    settles: bool,
) -> Result<Arc<SharedPoints>, StoreError> {
    let Opened { points, observation_id, with_samples } = opened;
    for name in &with_samples {
        load_series(store, &points, name).await?;
    }
    let with_samples: HashSet<String> = with_samples.into_iter().collect();
    let settle = if settles { Settle::Everything } else { Settle::InMemory };
    let (mut last, mut count) = (observation_id.clone(), 0);
    loop {
        let added = add_page(store, &points, &mut last, &observation_id, &with_samples).await?;
        if added == 0 {
            break;
        }
        count += added;
        if points.read().unsettled() >= TOGETHER {
            tracing::info!(observations = count, "observations are put into segments");
            settled(&points, settle).await?;
        }
    }
    if count >= TOGETHER {
        settled(&points, settle).await?;
    }
    Ok(Arc::new(points))
}

/// A store that can't be written to is read all the same.
async fn settled(points: &SharedPoints, settle: Settle) -> Result<(), StoreError> {
    if let Err(error) = points.settle(settle).await {
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            "points could not be settled; they are held in memory"
        );
        points.settle(Settle::InMemory).await?;
    }
    Ok(())
}

/// Adds the next observations behind the id `last`, which becomes the last of them; says how many there were. Those up to
/// `settled_id` are there already, and those of the series `loaded` too.
///
/// # Errors
/// [`StoreError`] where the store can't be read; then nothing was added.
pub(crate) async fn add_page(
    store: &dyn Store,
    points: &SharedPoints,
    last: &mut String,
    settled_id: &str,
    loaded: &HashSet<String>,
) -> Result<usize, StoreError> {
    let after = Some(last.as_str()).filter(|id| !id.is_empty());
    let page = store.points(after, LOAD_PAGE).await?;
    let Some((id, _)) = page.last() else { return Ok(0) };
    let id = id.clone();
    // Of those that came with this page it is told when they were superseded.
    let mut superseded: Vec<(Observation, i64)> = Vec::new();
    for (_, point) in &page {
        if let Some(before) = point.supersedes.as_deref().filter(|before| *before <= settled_id) {
            superseded.extend(store.observation(before).await?.map(|before| (before, point.recorded_ms)));
        }
    }
    let mut series = points.write();
    for (before, superseded_ms) in superseded.iter().filter(|(before, _)| !loaded.contains(&before.series)) {
        record::supersede(&mut series, before, *superseded_ms);
    }
    let count = page.len();
    for (id, point) in page {
        if !loaded.contains(&point.series) {
            add_stored(&mut series, &point);
        }
        series.seen_observation(&id);
    }
    *last = id;
    Ok(count)
}

/// Adds every observation of a series that has samples too: it is held in memory whole.
async fn load_series(store: &dyn Store, points: &SharedPoints, name: &str) -> Result<(), StoreError> {
    let mut query = ObservationQuery { series: vec![name.to_owned()], limit: LOAD_PAGE, ..ObservationQuery::default() };
    let mut all: Vec<Observation> = Vec::new();
    loop {
        let page = store.observations(&query).await?;
        let Some(last) = page.last() else { break };
        query.before = Some((last.time_ms, last.id.clone()));
        all.extend(page);
    }
    all.sort_by(|one, other| one.id.cmp(&other.id));
    let mut series = points.write();
    for observation in &all {
        let point = record::point(&mut series, observation);
        match observation.superseded_ms {
            None => series.add(name, point),
            Some(superseded_ms) => series.add_superseded(name, Superseded { point, superseded_ms }),
        }
    }
    Ok(())
}

/// Takes a stored point over; a superseded one among those that count no more.
fn add_stored(series: &mut PointIndex, point: &storage::Point) {
    if point.series == RETRACTED {
        return;
    }
    let origin = Origin::from_name(&point.origin).unwrap_or(Origin::Measured);
    series.brought_by(&point.source, &point.series, &point.labels);
    let labels = series.label_set(&point.labels);
    let core =
        Point { time_ms: point.time_ms, value: point.value, recorded_ms: point.recorded_ms, origin, labels, weight: 1 };
    match point.superseded_ms {
        None => series.add(&point.series, core),
        Some(superseded_ms) => series.add_superseded(&point.series, Superseded { point: core, superseded_ms }),
    }
}
