//! Every series at one instant.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use kpi::point::{LabelSet, Labels, Origin, Point, Superseded};

use super::label_sets::LabelSets;
use super::merge::Incoming;
use super::series::PointSeriesState;
use super::shared::Engine;

/// What an observation brought that was not there, and who brought it.
pub trait Bringer: Send + Sync {
    /// A series of this name was brought.
    fn brought_series(&mut self, source: &str, name: &str);
    /// A set of labels was brought.
    fn brought_labels(&mut self, source: &str, labels: &Labels);
}

/// Every series at one instant. A clone shares the segments, so that it takes little.
#[derive(Clone)]
pub struct PointIndex<B> {
    pub(super) engine: Arc<Engine<B>>,
    pub(super) series: HashMap<Arc<str>, Arc<PointSeriesState>>,
    pub(super) label_sets: LabelSets,
    holdings: B,
    latest_id: String,
    /// The greatest id of an observation that is in it.
    pub(super) latest_observation: String,
    latest_recorded_ms: Option<i64>,
    changes: u64,
    earliest_change_ms: Option<i64>,
    pub(super) origins: u64,
    /// How much was added and is not settled.
    pub(super) unsettled: usize,
}

impl<B: Bringer + Clone + Default> PointIndex<B> {
    pub(super) fn new(engine: Arc<Engine<B>>) -> Self {
        Self {
            engine,
            series: HashMap::new(),
            label_sets: LabelSets::default(),
            holdings: B::default(),
            latest_id: String::new(),
            latest_observation: String::new(),
            latest_recorded_ms: None,
            changes: 0,
            earliest_change_ms: None,
            origins: 0,
            unsettled: 0,
        }
    }

    /// Adds a point of an observation in its place.
    pub fn add(&mut self, series: &str, point: Point) {
        self.take(series, Incoming::Point(point));
    }

    /// Adds a sample in its place. A series has one value at a time for a set of labels: the same one again changes nothing, another one
    /// takes its place.
    pub fn add_sample(&mut self, series: &str, point: Point) {
        self.take_of_samples(series, Incoming::Sample(point));
    }

    /// Adds one of several points that samples made of one time and labels.
    pub fn add_of_sample(&mut self, series: &str, point: Point) {
        self.take_of_samples(series, Incoming::Point(point));
    }

    /// Takes a point out of those that count. One that is not among them is left alone: it is superseded already.
    pub fn supersede(&mut self, series: &str, superseded: Superseded) {
        if self.series.contains_key(series) {
            self.take(series, Incoming::Supersede(superseded));
        }
    }

    /// Notes a point that does not count any more and is not among those that do.
    pub fn add_superseded(&mut self, series: &str, superseded: Superseded) {
        self.take(series, Incoming::Superseded(superseded));
    }

    fn take_of_samples(&mut self, series: &str, incoming: Incoming) {
        self.take(series, incoming);
        if let Some(state) = self.series.get_mut(series).filter(|state| !state.has_samples) {
            Arc::make_mut(state).has_samples = true;
        }
    }

    fn take(&mut self, series: &str, incoming: Incoming) {
        let point = *incoming.point();
        let recorded_ms = match incoming {
            Incoming::Supersede(one) | Incoming::Superseded(one) => one.superseded_ms.max(point.recorded_ms),
            Incoming::Point(_) | Incoming::Sample(_) => point.recorded_ms,
        };
        self.latest_recorded_ms = self.latest_recorded_ms.max(Some(recorded_ms));
        self.origins |= origin_bit(point.origin);
        self.changes += 1;
        self.unsettled += 1;
        self.earliest_change_ms = Some(self.earliest_change_ms.map_or(point.time_ms, |ms| ms.min(point.time_ms)));
        let changes = self.changes;
        if !self.series.contains_key(series) {
            let number = self.engine.next_series();
            self.series.insert(series.into(), Arc::new(PointSeriesState::new(number, "")));
        }
        if let Some(state) = self.series.get_mut(series) {
            Arc::make_mut(state).add(incoming, changes);
        }
    }

    /// Notes what an observation of a source brings that was not there; to be called before it is added.
    pub fn brought_by(&mut self, source: &str, series: &str, labels: &Labels) {
        if !self.series.contains_key(series) {
            self.holdings.brought_series(source, series);
            let number = self.engine.next_series();
            self.series.insert(series.into(), Arc::new(PointSeriesState::new(number, source)));
        }
        if !labels.is_empty() && !self.label_sets.has(labels) {
            self.holdings.brought_labels(source, labels);
            self.label_sets.number(labels, source);
        }
    }

    /// Takes over what the store says of a series.
    pub(super) fn put_series(&mut self, name: &str, state: PointSeriesState) {
        if !state.source.is_empty() {
            self.holdings.brought_series(&state.source, name);
        }
        self.series.insert(name.into(), Arc::new(state));
    }

    /// Takes over a label set of the store.
    pub(super) fn put_label_set(&mut self, labels: &Labels, source: &str) {
        if !source.is_empty() {
            self.holdings.brought_labels(source, labels);
        }
        self.label_sets.number(labels, source);
    }

    /// The set of these labels, which are ordered by name; the same labels are one set.
    pub fn label_set(&mut self, labels: &Labels) -> LabelSet {
        self.label_sets.number(labels, "")
    }

    /// Begins to remember about which times points are added.
    pub(super) fn begin_change(&mut self) {
        self.earliest_change_ms = None;
    }

    /// The earliest time about which a point was added since then.
    pub(super) fn earliest_change_ms(&self) -> Option<i64> {
        self.earliest_change_ms
    }

    /// How many points were added so far.
    pub fn changes(&self) -> u64 {
        self.changes
    }

    /// The series to which points were added after that many changes.
    pub fn changed_since(&self, changes: u64) -> impl Iterator<Item = &str> {
        self.series.iter().filter(move |(_, state)| state.changed > changes).map(|(name, _)| &**name)
    }

    /// When a point was recorded last, by the clock of then.
    pub fn latest_recorded_ms(&self) -> Option<i64> {
        self.latest_recorded_ms
    }

    pub(super) fn recorded(&mut self, latest_recorded_ms: i64) {
        self.latest_recorded_ms = self.latest_recorded_ms.max(Some(latest_recorded_ms));
    }

    /// Remembers the id of the latest recorded observation or journal entry.
    pub fn seen(&mut self, id: &str) {
        if id > self.latest_id.as_str() {
            id.clone_into(&mut self.latest_id);
        }
    }

    /// Remembers the id of an observation that was added.
    pub fn seen_observation(&mut self, id: &str) {
        self.seen(id);
        if id > self.latest_observation.as_str() {
            id.clone_into(&mut self.latest_observation);
        }
    }

    /// The greatest id of an observation that was added; empty without one. It may be less than [`PointIndex::latest_id`], which other
    /// records and changes raise too while an observation is on its way into the store.
    pub fn latest_observation(&self) -> &str {
        &self.latest_observation
    }

    /// The greatest id that was seen; empty without one.
    pub fn latest_id(&self) -> &str {
        &self.latest_id
    }

    /// Whether a point has another origin than this one.
    pub fn has_other_than(&self, origin: Origin) -> bool {
        self.origins & !origin_bit(origin) != 0
    }

    /// The names of all series, in no order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.series.keys().map(|name| &**name)
    }

    /// Whether the series is there.
    pub fn has_series(&self, name: &str) -> bool {
        self.series.contains_key(name)
    }

    /// Whether a point carries just these labels, which are ordered by name.
    pub fn has_label_set(&self, labels: &Labels) -> bool {
        self.label_sets.has(labels)
    }

    /// The labels of a set; empty for none and for an unknown one.
    pub fn labels(&self, set: LabelSet) -> &Labels {
        self.label_sets.labels(set)
    }

    /// What each source's observations have brought.
    pub fn holdings(&self) -> &B {
        &self.holdings
    }

    /// How many points there are; those that came again since they were settled count twice.
    pub fn count(&self) -> usize {
        self.series.values().map(|state| state.count()).sum()
    }

    /// How much was added and is not settled.
    pub fn unsettled(&self) -> usize {
        self.unsettled
    }

    /// The series whose latest point is of a time after an instant, in no order.
    pub fn reaching_beyond(&self, instant_ms: i64) -> impl Iterator<Item = &str> {
        self.series.iter().filter_map(move |(name, state)| {
            let settled = state.segments.last().is_some_and(|placed| placed.extent.last_ms > instant_ms);
            let added = || state.incoming.iter().any(|one| one.point().time_ms > instant_ms);
            (settled || added()).then_some(&**name)
        })
    }
}

fn origin_bit(origin: Origin) -> u64 {
    let place = Origin::ALL.iter().position(|known| *known == origin).unwrap_or_default();
    1 << place
}

/// Numbers that ascend.
pub(super) fn next(counter: &AtomicI64) -> i64 {
    counter.fetch_add(1, Ordering::SeqCst) + 1
}
