//! The observations in memory, by measurement, so that any instant can be evaluated without asking the database.
//!
//! One server owns its store; everything that it records passes through here.

use std::collections::HashMap;

use kpi::point::{Observations, Origin, Point};

#[derive(Debug, Default)]
pub(crate) struct SeriesMemory {
    points: HashMap<String, Vec<Point>>,
    latest_id: String,
}

impl SeriesMemory {
    /// Adds a point in its place; points of the same time stand in the order in which they were recorded.
    pub(crate) fn add(&mut self, measure: &str, point: Point) {
        let points = match self.points.get_mut(measure) {
            Some(points) => points,
            None => self.points.entry(measure.to_owned()).or_default(),
        };
        let key = (point.time_ms, point.recorded_ms);
        let place = points.partition_point(|known| (known.time_ms, known.recorded_ms) <= key);
        points.insert(place, point);
    }

    /// Remembers the id of the latest recorded observation.
    pub(crate) fn seen(&mut self, id: &str) {
        if id > self.latest_id.as_str() {
            id.clone_into(&mut self.latest_id);
        }
    }

    pub(crate) fn latest_id(&self) -> &str {
        &self.latest_id
    }

    pub(crate) fn has_other_than(&self, origin: Origin) -> bool {
        self.points.values().flatten().any(|point| point.origin != origin)
    }

    pub(crate) fn count(&self) -> usize {
        self.points.values().map(Vec::len).sum()
    }
}

impl Observations for SeriesMemory {
    fn points(&self, measure: &str) -> &[Point] {
        self.points.get(measure).map_or(&[], Vec::as_slice)
    }
}
