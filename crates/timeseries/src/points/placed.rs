//! A segment in its place: what is known of it, and where its points are.

use std::sync::Arc;

use kpi::point::{Point, RunExtent, RunSummary};
use series_block::Segment;

/// How many points a segment holds at most when it is made.
pub(super) const FULL: usize = 2_048;

/// A segment of a series. It never changes; what is changed becomes another one with another number.
#[derive(Debug)]
pub(super) struct Placed {
    pub(super) number: i64,
    pub(super) extent: RunExtent,
    pub(super) summary: RunSummary,
    /// Its points, where they are in memory; otherwise the store has them.
    pub(super) held: Option<Arc<Segment>>,
}

impl Placed {
    pub(super) fn new(number: i64, segment: Segment) -> Self {
        let (extent, summary) = (segment.extent(), segment.summary());
        Self { number, extent, summary, held: Some(Arc::new(segment)) }
    }

    /// The same with its points in the store alone.
    pub(super) fn stored(&self) -> Self {
        Self { number: self.number, extent: self.extent, summary: self.summary.clone(), held: None }
    }

    /// The same with its points in memory.
    pub(super) fn with(&self, segment: Arc<Segment>) -> Self {
        Self { held: Some(segment), ..self.stored() }
    }
}

/// The order of points.
pub(super) fn key(point: &Point) -> (i64, i64) {
    (point.time_ms, point.recorded_ms)
}
