//! The observations in memory, by measurement, so that any instant can be evaluated without asking the database.
//!
//! One server owns its store; everything that it records passes through here.

mod held;
mod label_sets;
mod shared;

use std::collections::HashMap;
use std::sync::Arc;

use kpi::measure::Span;
use kpi::point::{InMemory, LabelSet, Labels, Observations, Origin, Pending, Point, Superseded};
use kpi::window::{Answer, RunsSource, Samples, WindowAggregate, WindowQuery, WindowSource};
use storage::StoreError;

use self::held::{Before, Held};
use self::label_sets::LabelSets;
pub(crate) use self::shared::SharedSeries;
use crate::series_room::{Held as Room, Holdings};

/// How many points of one series are held for KPIs; beyond that the oldest samples are left to the blocks on disk.
const MOST_POINTS: usize = 5_000_000;

/// Every series at one instant. A clone shares the points, so that it takes little.
#[derive(Debug, Clone, Default)]
pub(crate) struct SeriesMemory {
    series: HashMap<Arc<str>, Arc<Held>>,
    label_sets: LabelSets,
    holdings: Holdings,
    latest_id: String,
    latest_recorded_ms: Option<i64>,
    changes: u64,
    earliest_change_ms: Option<i64>,
}

impl SeriesMemory {
    /// Adds a point in its place; points of the same time stand in the order in which they were recorded.
    pub(crate) fn add(&mut self, measure: &str, point: Point) {
        self.latest_recorded_ms = self.latest_recorded_ms.max(Some(point.recorded_ms));
        self.changes += 1;
        self.earliest_change_ms = Some(self.earliest_change_ms.map_or(point.time_ms, |ms| ms.min(point.time_ms)));
        let changes = self.changes;
        let held = match self.series.get_mut(measure) {
            Some(held) => held,
            None => self.series.entry(measure.into()).or_default(),
        };
        let held = Arc::make_mut(held);
        held.insert(point);
        held.changed = changes;
    }

    /// Takes a point out of those that count. One that is not among them is left alone: it is superseded already.
    pub(crate) fn supersede(&mut self, measure: &str, superseded: Superseded) {
        let Some(held) = self.series.get_mut(measure) else { return };
        if Arc::make_mut(held).take_out(&superseded.point) {
            self.add_superseded(measure, superseded);
        }
    }

    /// Notes a point that does not count any more and is not among those that do.
    pub(crate) fn add_superseded(&mut self, measure: &str, superseded: Superseded) {
        self.latest_recorded_ms = self.latest_recorded_ms.max(Some(superseded.superseded_ms));
        let time_ms = superseded.point.time_ms;
        self.changes += 1;
        self.earliest_change_ms = Some(self.earliest_change_ms.map_or(time_ms, |ms| ms.min(time_ms)));
        let changes = self.changes;
        let held = match self.series.get_mut(measure) {
            Some(held) => held,
            None => self.series.entry(measure.into()).or_default(),
        };
        let held = Arc::make_mut(held);
        held.add_superseded(superseded);
        held.changed = changes;
    }

    /// Adds a sample in its place. A series has one value at a time for a set of labels: the same one again changes nothing,
    /// another one takes its place. Whether anything changed.
    pub(crate) fn add_sample(&mut self, measure: &str, point: Point) -> bool {
        if let Some(held) = self.series.get_mut(measure) {
            let held = Arc::make_mut(held);
            if matches!(held.take_other(&point), Before::Same) {
                return false;
            }
            if held.len() >= MOST_POINTS {
                // A tenth at once, so that not every sample moves all others.
                held.forget_first(MOST_POINTS / 10);
                self.earliest_change_ms = Some(i64::MIN);
                tracing::warn!(series = measure, most = MOST_POINTS, "the oldest samples left the memory of the KPIs");
            }
        }
        self.add(measure, point);
        true
    }

    /// Begins to remember about which times points are added.
    fn begin_change(&mut self) {
        self.earliest_change_ms = None;
    }

    /// The earliest time about which a point was added since then.
    fn earliest_change_ms(&self) -> Option<i64> {
        self.earliest_change_ms
    }

    /// How many points were added so far.
    pub(crate) fn changes(&self) -> u64 {
        self.changes
    }

    /// The series to which points were added after that many changes.
    pub(crate) fn changed_since(&self, changes: u64) -> impl Iterator<Item = &str> {
        self.series.iter().filter(move |(_, held)| held.changed > changes).map(|(name, _)| &**name)
    }

    /// The set of these labels, which are ordered by name; the same labels are one set.
    pub(crate) fn label_set(&mut self, labels: &Labels) -> LabelSet {
        self.label_sets.number(labels)
    }

    /// When a point was recorded last, by the clock of then.
    pub(crate) fn latest_recorded_ms(&self) -> Option<i64> {
        self.latest_recorded_ms
    }

    /// How many points are of a time after an instant, and the latest such time; `None` without one.
    pub(crate) fn after(&self, instant_ms: i64) -> Option<(usize, i64)> {
        // No point is of a time long after it was recorded.
        self.latest_recorded_ms.filter(|recorded_ms| *recorded_ms > instant_ms)?;
        let later = self.series.values().map(|held| kpi::point::after(held.points(), instant_ms));
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
        self.series.values().flat_map(|held| held.points()).any(|point| point.origin != origin)
    }

    /// What is asked of the points. A question is asked again once what it lacked is there, so it must do nothing but ask.
    ///
    /// # Errors
    /// [`StoreError`] where points can't be read.
    pub(crate) async fn ask<T>(
        &self,
        question: impl Fn(&dyn WindowSource) -> Result<T, Pending>,
    ) -> Result<T, StoreError> {
        question(&RunsSource::new(&InMemory(self))).map_err(|Pending| StoreError::Unavailable {
            operation: "read points",
            source: "they are not there".into(),
        })
    }

    /// The points of a series up to an instant from the place `first` on, at most `most`, in order.
    pub(crate) async fn points_until(
        &self,
        series: &str,
        until_ms: i64,
        (first, most): (usize, usize),
    ) -> Result<Vec<Point>, StoreError> {
        let aggregate = WindowAggregate::Points { first, most };
        let answer = self.answer(series, until_ms, aggregate).await?;
        Ok(if let Answer::Points(points) = answer { points } else { Vec::new() })
    }

    /// The latest `most` points of a series up to an instant, in order.
    pub(crate) async fn latest_points(
        &self,
        series: &str,
        until_ms: i64,
        most: usize,
    ) -> Result<Vec<Point>, StoreError> {
        let count = self.count_until(series, until_ms).await?;
        self.points_until(series, until_ms, (count.saturating_sub(most), most)).await
    }

    /// How many points a series has up to an instant.
    pub(crate) async fn count_until(&self, series: &str, until_ms: i64) -> Result<usize, StoreError> {
        let answer = self.answer(series, until_ms, WindowAggregate::PointCount).await?;
        Ok(if let Answer::Count(count) = answer { count } else { 0 })
    }

    async fn answer(&self, series: &str, until_ms: i64, aggregate: WindowAggregate<'_>) -> Result<Answer, StoreError> {
        let span = Span { from_ms: i64::MIN, until_ms };
        let query = WindowQuery { of: Samples::all(series), span, known_at_ms: None, aggregate };
        self.ask(|source| source.answer(&query)).await
    }

    /// The names of all series, in no order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.series.keys().map(|name| &**name)
    }

    /// Whether the series has a point.
    pub(crate) fn has_series(&self, name: &str) -> bool {
        self.series.contains_key(name)
    }

    /// Whether a point carries just these labels, which are ordered by name.
    pub(crate) fn has_label_set(&self, labels: &Labels) -> bool {
        self.label_sets.has(labels)
    }

    /// Notes what an observation of a source brings that was not there; to be called before it is added.
    pub(crate) fn brought_by(&mut self, source: &str, measure: &str, labels: &Labels) {
        if !self.has_series(measure) {
            self.holdings.add(source, Room::of_series(measure));
        }
        if !labels.is_empty() && !self.has_label_set(labels) {
            self.holdings.add(source, Room::of_labels(labels));
        }
    }

    /// What each source's observations have brought.
    pub(crate) fn holdings(&self) -> &Holdings {
        &self.holdings
    }

    pub(crate) fn count(&self) -> usize {
        self.series.values().map(|held| held.len()).sum()
    }
}

impl Observations for SeriesMemory {
    fn points(&self, measure: &str) -> &[Point] {
        self.series.get(measure).map_or(&[], |held| held.points())
    }

    fn superseded(&self, measure: &str) -> &[Superseded] {
        self.series.get(measure).map_or(&[], |held| held.superseded())
    }

    fn labels(&self, set: LabelSet) -> &Labels {
        self.label_sets.labels(set)
    }
}

#[cfg(test)]
mod tests {
    use kpi::catalogue::Catalogue;

    use super::*;
    use crate::snapshot::{Cached, Snapshot};

    const DOCUMENT: &str = include_str!("../../../catalogue/inferno.toml");
    const NOW_MS: i64 = 1_780_272_000_000;

    fn point(series: &SeriesMemory, time_ms: i64, value: f64) -> Point {
        let recorded_ms = time_ms + i64::try_from(series.count()).unwrap();
        Point { time_ms, value, recorded_ms, origin: Origin::Measured, labels: LabelSet::NONE, weight: 1 }
    }

    #[tokio::test]
    async fn a_snapshot_brought_up_to_date_is_the_one_computed_anew() {
        let catalogue = Arc::new(Catalogue::parse(DOCUMENT).unwrap());
        let mut series = SeriesMemory::default();
        let mut cached: Option<Cached> = None;
        for (step, kpi) in catalogue.kpis.iter().enumerate() {
            let hours = i64::try_from(step % 40).unwrap();
            let late = point(&series, NOW_MS - 3_600_000 * (1 + hours), 40.0);
            series.add(&kpi.measure, late);
            let labels = series.label_set(&[("environment".to_owned(), "production".to_owned())]);
            let deployed = Point { labels, ..point(&series, NOW_MS - 60_000 * hours, 1.0) };
            series.add("deployment", deployed);
            let next = Cached::refreshed(cached.as_ref(), Arc::clone(&catalogue), &series, NOW_MS).await.unwrap();
            let anew = Snapshot::of(Arc::clone(&catalogue), &series, NOW_MS).await.unwrap();
            assert_eq!(*next.snapshot(), anew, "after {}", kpi.id);
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
