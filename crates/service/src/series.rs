//! The observations in memory, by measurement, so that any instant can be evaluated without asking the database.
//!
//! One server owns its store; everything that it records passes through here.

use std::collections::HashMap;
use std::sync::Arc;

use kpi::point::{LabelSet, Labels, Observations, Origin, Point};

use crate::series_room::{Held, Holdings};

/// How many points of one series are held for KPIs; beyond that the oldest samples are left to the blocks on disk.
const MOST_POINTS: usize = 5_000_000;

#[derive(Debug, Default)]
pub(crate) struct SeriesMemory {
    points: HashMap<String, Vec<Point>>,
    label_sets: Vec<Arc<Labels>>,
    label_set_by_labels: HashMap<Arc<Labels>, LabelSet>,
    holdings: Holdings,
    latest_id: String,
    latest_recorded_ms: Option<i64>,
    changes: u64,
    changed: HashMap<String, u64>,
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
        self.latest_recorded_ms = self.latest_recorded_ms.max(Some(point.recorded_ms));
        self.changes += 1;
        match self.changed.get_mut(measure) {
            Some(number) => *number = self.changes,
            None => {
                self.changed.insert(measure.to_owned(), self.changes);
            }
        }
    }

    /// Adds a sample in its place. A series has one value at a time for a set of labels: the same one again changes nothing,
    /// another one takes its place. Whether anything changed.
    pub(crate) fn add_sample(&mut self, measure: &str, point: Point) -> bool {
        if let Some(points) = self.points.get_mut(measure) {
            let start = points.partition_point(|known| known.time_ms < point.time_ms);
            let same_time = points[start..].iter().take_while(|known| known.time_ms == point.time_ms);
            if let Some(place) = same_time.into_iter().position(|known| known.labels == point.labels) {
                if points[start + place].value.to_bits() == point.value.to_bits() {
                    return false;
                }
                points.remove(start + place);
            }
            if points.len() >= MOST_POINTS {
                // A tenth at once, so that not every sample moves all others.
                points.drain(..MOST_POINTS / 10);
                tracing::warn!(series = measure, most = MOST_POINTS, "the oldest samples left the memory of the KPIs");
            }
        }
        self.add(measure, point);
        true
    }

    /// How many points were added so far.
    pub(crate) fn changes(&self) -> u64 {
        self.changes
    }

    /// The series to which points were added after that many changes.
    pub(crate) fn changed_since(&self, changes: u64) -> impl Iterator<Item = &str> {
        self.changed.iter().filter(move |(_, number)| **number > changes).map(|(name, _)| name.as_str())
    }

    /// The set of these labels, which are ordered by name; the same labels are one set.
    pub(crate) fn label_set(&mut self, labels: &[(String, String)]) -> LabelSet {
        if labels.is_empty() {
            return LabelSet::NONE;
        }
        if let Some(known) = self.label_set_by_labels.get(labels) {
            return *known;
        }
        let shared: Arc<Labels> = Arc::from(labels);
        self.label_sets.push(Arc::clone(&shared));
        // Four thousand million label sets do not fit into memory; what could not be numbered would carry no labels.
        let set = u32::try_from(self.label_sets.len()).map_or(LabelSet::NONE, LabelSet);
        self.label_set_by_labels.insert(shared, set);
        set
    }

    /// When a point was recorded last, by the clock of then.
    pub(crate) fn latest_recorded_ms(&self) -> Option<i64> {
        self.latest_recorded_ms
    }

    /// How many points are of a time after an instant, and the latest such time; `None` without one.
    pub(crate) fn after(&self, instant_ms: i64) -> Option<(usize, i64)> {
        // No point is of a time long after it was recorded.
        self.latest_recorded_ms.filter(|recorded_ms| *recorded_ms > instant_ms)?;
        let later = self.points.values().map(|points| kpi::point::after(points, instant_ms));
        let counted = later.filter_map(|points| Some((points.len(), points.last()?.time_ms)));
        counted.reduce(|(count, latest_ms), (more, time_ms)| (count + more, latest_ms.max(time_ms)))
    }

    /// Remembers the id of the latest recorded observation or journal entry.
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

    /// The names of all series, in no order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.points.keys().map(String::as_str)
    }

    /// Whether the series has a point.
    pub(crate) fn has_series(&self, name: &str) -> bool {
        self.points.contains_key(name)
    }

    /// Whether a point carries just these labels, which are ordered by name.
    pub(crate) fn has_label_set(&self, labels: &Labels) -> bool {
        self.label_set_by_labels.contains_key(labels)
    }

    /// Notes what an observation of a source brings that was not there; to be called before it is added.
    pub(crate) fn brought_by(&mut self, source: &str, measure: &str, labels: &Labels) {
        if !self.has_series(measure) {
            self.holdings.add(source, Held::of_series(measure));
        }
        if !labels.is_empty() && !self.has_label_set(labels) {
            self.holdings.add(source, Held::of_labels(labels));
        }
    }

    /// What each source's observations have brought.
    pub(crate) fn holdings(&self) -> &Holdings {
        &self.holdings
    }

    pub(crate) fn count(&self) -> usize {
        self.points.values().map(Vec::len).sum()
    }
}

impl Observations for SeriesMemory {
    fn points(&self, measure: &str) -> &[Point] {
        self.points.get(measure).map_or(&[], Vec::as_slice)
    }

    fn labels(&self, set: LabelSet) -> &Labels {
        let index = usize::try_from(set.0).ok().and_then(|number| number.checked_sub(1));
        index.and_then(|index| self.label_sets.get(index)).map_or(&[], |labels| labels.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kpi::catalogue::Catalogue;

    use super::*;
    use crate::snapshot::{Cached, Snapshot};

    const DOCUMENT: &str = include_str!("../../../catalogue/inferno.toml");
    const NOW_MS: i64 = 1_780_272_000_000;

    fn point(series: &SeriesMemory, time_ms: i64, value: f64) -> Point {
        let recorded_ms = time_ms + i64::try_from(series.count()).unwrap();
        Point { time_ms, value, recorded_ms, origin: Origin::Measured, labels: LabelSet::NONE }
    }

    #[test]
    fn a_snapshot_brought_up_to_date_is_the_one_computed_anew() {
        let catalogue = Arc::new(Catalogue::parse(DOCUMENT).unwrap());
        let mut series = SeriesMemory::default();
        let mut cached = None;
        for (step, kpi) in catalogue.kpis.iter().enumerate() {
            let hours = i64::try_from(step % 40).unwrap();
            let late = point(&series, NOW_MS - 3_600_000 * (1 + hours), 40.0);
            series.add(&kpi.measure, late);
            let labels = series.label_set(&[("environment".to_owned(), "production".to_owned())]);
            let deployed = Point { labels, ..point(&series, NOW_MS - 60_000 * hours, 1.0) };
            series.add("deployment", deployed);
            let (next, snapshot) = Cached::refreshed(cached.take(), Arc::clone(&catalogue), &series, NOW_MS);
            assert_eq!(*snapshot, Snapshot::of(Arc::clone(&catalogue), &series, NOW_MS), "after {}", kpi.id);
            cached = Some(next);
        }
    }

    #[test]
    fn a_sample_sent_twice_is_one_and_a_corrected_one_takes_its_place() {
        let mut series = SeriesMemory::default();
        let labels = series.label_set(&[("host".to_owned(), "a".to_owned())]);
        let sample = |value: f64, labels| Point { labels, ..point(&SeriesMemory::default(), NOW_MS, value) };
        assert!(series.add_sample("load", sample(1.0, labels)));
        assert!(!series.add_sample("load", sample(1.0, labels)));
        assert!(series.add_sample("load", sample(2.0, LabelSet::NONE)));
        assert!(series.add_sample("load", sample(3.0, labels)));
        let values: Vec<f64> = series.points("load").iter().map(|point| point.value).collect();
        assert_eq!(values, [2.0, 3.0]);
    }

    #[test]
    fn the_same_labels_are_one_set() {
        let mut series = SeriesMemory::default();
        let labels = [("branch".to_owned(), "main".to_owned())];
        let set = series.label_set(&labels);
        assert_eq!(series.label_set(&labels), set);
        assert_ne!(series.label_set(&[("branch".to_owned(), "next".to_owned())]), set);
        assert_eq!(series.labels(set), labels);
        assert_eq!(series.label_set(&[]), LabelSet::NONE);
    }
}
