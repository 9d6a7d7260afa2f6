//! Points in segments are what a plain list of them is, whatever is added in whichever order, settled, written, lost and opened again.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use kpi::measure::Span;
use kpi::point::{InMemory, LabelSet, Labels, Observations, Origin, Point, Superseded};
use kpi::window::{Answer, RunsSource, Samples, WindowAggregate, WindowQuery, WindowSource};
use proptest::prelude::*;
use storage::{PointLabelSet, PointSegment, PointSeries, PointStore, PointWatermark, SettledPoints, StoreError};
use timeseries::points::{Bringer, PointIndex, Settle, SharedPoints};

#[derive(Clone, Default)]
struct Brought(Vec<String>);

impl Bringer for Brought {
    fn brought_series(&mut self, source: &str, name: &str) {
        self.0.push(format!("{source} {name}"));
    }

    fn brought_labels(&mut self, source: &str, labels: &Labels) {
        self.0.push(format!("{source} {labels:?}"));
    }
}

/// A store in memory.
#[derive(Default)]
struct Kept {
    watermark: Option<PointWatermark>,
    series: BTreeMap<i64, PointSeries>,
    label_sets: BTreeMap<i64, PointLabelSet>,
    segments: BTreeMap<i64, (PointSegment, Vec<u8>)>,
    /// What the next write does in place of answering well.
    fault: Option<Fault>,
    /// How often segments were read.
    reads: usize,
}

#[derive(Debug, Clone, Copy)]
enum Fault {
    NothingWritten,
    WrittenWithoutAnswer,
}

#[derive(Default)]
struct Memory(Mutex<Kept>);

#[async_trait]
impl PointStore for Memory {
    async fn point_watermark(&self) -> Result<Option<PointWatermark>, StoreError> {
        Ok(self.0.lock().unwrap().watermark.clone())
    }

    async fn point_series(&self, after: i64, limit: u32) -> Result<Vec<PointSeries>, StoreError> {
        let kept = self.0.lock().unwrap();
        Ok(kept.series.range(after + 1..).take(limit as usize).map(|(_, one)| one.clone()).collect())
    }

    async fn point_label_sets(&self, after: i64, limit: u32) -> Result<Vec<PointLabelSet>, StoreError> {
        let kept = self.0.lock().unwrap();
        Ok(kept.label_sets.range(after + 1..).take(limit as usize).map(|(_, one)| one.clone()).collect())
    }

    async fn point_segments(&self, after: i64, limit: u32) -> Result<Vec<PointSegment>, StoreError> {
        let kept = self.0.lock().unwrap();
        Ok(kept.segments.range(after + 1..).take(limit as usize).map(|(_, one)| one.0.clone()).collect())
    }

    async fn point_segment_bytes(&self, numbers: &[i64]) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
        let mut kept = self.0.lock().unwrap();
        kept.reads += 1;
        Ok(numbers.iter().filter_map(|number| Some((*number, kept.segments.get(number)?.1.clone()))).collect())
    }

    async fn settle_points(&self, settled: &SettledPoints) -> Result<(), StoreError> {
        let mut kept = self.0.lock().unwrap();
        let fault = kept.fault.take();
        let error = || StoreError::Failed { operation: "settle", source: "a fault".into() };
        if matches!(fault, Some(Fault::NothingWritten)) {
            return Err(error());
        }
        for series in &settled.series {
            kept.series.insert(series.number, series.clone());
        }
        for set in &settled.label_sets {
            assert!(kept.label_sets.insert(set.number, set.clone()).is_none(), "a label set is written once");
        }
        for number in &settled.replaced {
            kept.segments.remove(number);
        }
        for segment in &settled.segments {
            assert!(kept.segments.insert(segment.0.number, segment.clone()).is_none(), "a number is used once");
        }
        kept.watermark = Some(settled.watermark.clone());
        if fault.is_some() { Err(error()) } else { Ok(()) }
    }

    async fn forget_points(&self) -> Result<(), StoreError> {
        *self.0.lock().unwrap() = Kept::default();
        Ok(())
    }
}

/// What is done to one of two series: `a` has observations alone, `b` samples too.
#[derive(Debug, Clone)]
enum Deed {
    Observe {
        in_b: bool,
        time_ms: i64,
        value: f64,
        set: u8,
    },
    /// The observation of that place, of those there are, is superseded.
    Supersede(prop::sample::Index),
    Sample {
        time_ms: i64,
        value: f64,
        set: u8,
    },
    /// Several points that a sample made.
    OfSample {
        time_ms: i64,
        value: f64,
    },
    Settle(bool),
    FailToSettle(bool),
    Crash,
}

/// Something that was recorded, in order.
#[derive(Debug, Clone)]
enum Entry {
    Observed { id: String, series: &'static str, point: Point, supersedes: Option<usize> },
    Sampled { point: Point, is_one_of_many: bool },
}

/// The plain list.
#[derive(Default)]
struct Plain {
    points: BTreeMap<&'static str, Vec<Point>>,
    superseded: BTreeMap<&'static str, Vec<Superseded>>,
}

impl Observations for Plain {
    fn points(&self, series: &str) -> &[Point] {
        self.points.get(series).map_or(&[], Vec::as_slice)
    }

    fn superseded(&self, series: &str) -> &[Superseded] {
        self.superseded.get(series).map_or(&[], Vec::as_slice)
    }

    fn labels(&self, _: LabelSet) -> &Labels {
        &[]
    }
}

fn key(point: &Point) -> (i64, i64) {
    (point.time_ms, point.recorded_ms)
}

fn plain(entries: &[Entry]) -> Plain {
    let mut plain = Plain::default();
    for entry in entries {
        match entry {
            Entry::Observed { series, point, supersedes, .. } => {
                if let Some(Entry::Observed { series, point: before, .. }) = supersedes.map(|place| &entries[place]) {
                    let points = plain.points.entry(series).or_default();
                    if let Some(place) = points.iter().position(|known| known == before) {
                        points.remove(place);
                        let list = plain.superseded.entry(series).or_default();
                        let at = list.partition_point(|known| key(&known.point) <= key(before));
                        list.insert(at, Superseded { point: *before, superseded_ms: point.recorded_ms });
                    }
                }
                insert(plain.points.entry(series).or_default(), *point);
            }
            Entry::Sampled { point, is_one_of_many } => {
                let points = plain.points.entry("b").or_default();
                let known = points.iter().position(|it| it.time_ms == point.time_ms && it.labels == point.labels);
                match known.filter(|_| !is_one_of_many) {
                    Some(place) if points[place].value.to_bits() == point.value.to_bits() => {}
                    Some(place) => {
                        points.remove(place);
                        insert(points, *point);
                    }
                    None => insert(points, *point),
                }
            }
        }
    }
    plain
}

fn insert(points: &mut Vec<Point>, point: Point) {
    let place = points.partition_point(|known| key(known) <= key(&point));
    points.insert(place, point);
}

/// Adds an entry; what it supersedes is known from all entries.
fn add(index: &mut PointIndex<Brought>, entries: &[Entry], entry: &Entry) {
    match entry {
        Entry::Observed { id, series, point, supersedes } => {
            if let Some(Entry::Observed { series, point: before, .. }) = supersedes.map(|place| &entries[place]) {
                index.supersede(series, Superseded { point: *before, superseded_ms: point.recorded_ms });
            }
            let labels = labels(point.labels);
            index.brought_by("ci", series, &labels);
            let set = index.label_set(&labels);
            index.add(series, Point { labels: set, ..*point });
            index.seen_observation(id);
        }
        Entry::Sampled { point, is_one_of_many: false } => index.add_sample("b", *point),
        Entry::Sampled { point, .. } => index.add_of_sample("b", *point),
    }
}

fn labels(set: LabelSet) -> Vec<(String, String)> {
    if set == LabelSet::NONE { Vec::new() } else { vec![("set".to_owned(), set.0.to_string())] }
}

async fn open(store: &Arc<Memory>, entries: &[Entry]) -> SharedPoints<Brought> {
    let opened = SharedPoints::<Brought>::open(Arc::<Memory>::clone(store), |_| {}).await.unwrap();
    let mut writer = opened.points.write();
    // Sets are numbered as they come, so the first ones are given their numbers here.
    for set in 1..4 {
        writer.label_set(&labels(LabelSet(set)));
    }
    for entry in entries {
        let (is_known, has_samples) = match entry {
            Entry::Observed { id, series, .. } => {
                (*id <= opened.observation_id, opened.with_samples.iter().any(|name| name == series))
            }
            Entry::Sampled { .. } => (false, false),
        };
        if has_samples || !is_known {
            add(&mut writer, entries, entry);
        }
    }
    drop(writer);
    opened.points
}

async fn is_the_same(points: &SharedPoints<Brought>, entries: &[Entry]) {
    let plain = plain(entries);
    let held = InMemory(&plain);
    let reference = RunsSource::new(&held);
    let index = points.read();
    for series in ["a", "b"] {
        for span in [Span { from_ms: i64::MIN, until_ms: i64::MAX }, Span { from_ms: 20, until_ms: 60 }] {
            for aggregate in [
                WindowAggregate::Points { first: 0, most: usize::MAX },
                WindowAggregate::Sum,
                WindowAggregate::Corrections(1_030),
                WindowAggregate::Latest,
                WindowAggregate::First,
            ] {
                for known_at_ms in [None, Some(1_040)] {
                    let query = WindowQuery { of: Samples::all(series), span, known_at_ms, aggregate };
                    let expected = reference.answer(&query).unwrap();
                    let found = index.ask(|source| source.answer(&query)).await.unwrap();
                    assert_eq!(text(&expected), text(&found), "{query:?}");
                }
            }
        }
    }
    let real = plain.points.values().flatten().count();
    assert!(index.count() >= real);
}

fn text(answer: &Answer) -> String {
    format!("{answer:?}")
}

fn deed() -> impl Strategy<Value = Deed> {
    let value = prop_oneof![Just(1.0), Just(0.1), -1e9..1e9_f64];
    prop_oneof![
        30 => (any::<bool>(), 0..80_i64, value.clone(), 0..4_u8)
            .prop_map(|(in_b, time_ms, value, set)| Deed::Observe { in_b, time_ms, value, set }),
        5 => any::<prop::sample::Index>().prop_map(Deed::Supersede),
        8 => (0..80_i64, value.clone(), 0..4_u8).prop_map(|(time_ms, value, set)| Deed::Sample { time_ms, value, set }),
        2 => (0..80_i64, value).prop_map(|(time_ms, value)| Deed::OfSample { time_ms, value }),
        3 => any::<bool>().prop_map(Deed::Settle),
        2 => any::<bool>().prop_map(Deed::FailToSettle),
        2 => Just(Deed::Crash),
    ]
}

async fn run(deeds: Vec<Deed>) {
    let store = Arc::new(Memory::default());
    let mut entries: Vec<Entry> = Vec::new();
    let mut points = open(&store, &entries).await;
    for (clock, deed) in (0_i64..).zip(deeds) {
        let recorded_ms = 1_000 + clock;
        let point = |time_ms, value, set: u8| Point {
            time_ms,
            value,
            recorded_ms,
            origin: Origin::Measured,
            labels: LabelSet(set.into()),
            weight: 1,
        };
        let id = format!("{clock:06}");
        let entry = match deed {
            Deed::Observe { in_b, time_ms, value, set } => {
                let series = if in_b { "b" } else { "a" };
                Entry::Observed { id, series, point: point(time_ms, value, set), supersedes: None }
            }
            Deed::Supersede(place) => {
                let observed: Vec<usize> =
                    (0..entries.len()).filter(|place| matches!(entries[*place], Entry::Observed { .. })).collect();
                if observed.is_empty() {
                    continue;
                }
                let before = observed[place.index(observed.len())];
                let Entry::Observed { series, point: superseded, .. } = &entries[before] else { continue };
                let taken =
                    |entry: &Entry| matches!(entry, Entry::Observed { supersedes, .. } if *supersedes == Some(before));
                if entries.iter().any(taken) {
                    continue;
                }
                let point = Point { recorded_ms, value: superseded.value + 1.0, ..*superseded };
                Entry::Observed { id, series, point, supersedes: Some(before) }
            }
            Deed::Sample { time_ms, value, set } => {
                Entry::Sampled { point: point(time_ms, value, set), is_one_of_many: false }
            }
            Deed::OfSample { time_ms, value } => {
                Entry::Sampled { point: point(time_ms, value, 0), is_one_of_many: true }
            }
            Deed::Settle(everything) => {
                points.settle(if everything { Settle::Everything } else { Settle::Due }).await.unwrap();
                is_the_same(&points, &entries).await;
                continue;
            }
            Deed::FailToSettle(is_written) => {
                let fault = if is_written { Fault::WrittenWithoutAnswer } else { Fault::NothingWritten };
                store.0.lock().unwrap().fault = Some(fault);
                let _ = points.settle(Settle::Everything).await;
                store.0.lock().unwrap().fault = None;
                continue;
            }
            Deed::Crash => {
                points = open(&store, &entries).await;
                is_the_same(&points, &entries).await;
                continue;
            }
        };
        entries.push(entry);
        add(&mut points.write(), &entries, entries.last().unwrap());
    }
    is_the_same(&points, &entries).await;
    points.settle(Settle::Everything).await.unwrap();
    is_the_same(&points, &entries).await;
    let points = open(&store, &entries).await;
    is_the_same(&points, &entries).await;
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn points_are_what_a_plain_list_of_them_is(deeds in prop::collection::vec(deed(), 1..120)) {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run(deeds));
    }
}

fn observation(time_ms: i64, clock: i64) -> Entry {
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let value = clock as f64;
    let point =
        Point { time_ms, value, recorded_ms: clock, origin: Origin::Measured, labels: LabelSet::NONE, weight: 1 };
    Entry::Observed { id: format!("{clock:09}"), series: "a", point, supersedes: None }
}

async fn many(times_ms: impl Iterator<Item = i64>) -> (Arc<Memory>, SharedPoints<Brought>, usize) {
    let store = Arc::new(Memory::default());
    let points = open(&store, &[]).await;
    let mut count = 0;
    for (clock, time_ms) in (0_i64..).zip(times_ms) {
        let entry = observation(time_ms, clock);
        add(&mut points.write(), &[], &entry);
        count += 1;
        if clock % 10_000 == 9_999 {
            points.settle(Settle::Everything).await.unwrap();
        }
    }
    points.settle(Settle::Everything).await.unwrap();
    (store, points, count)
}

#[tokio::test]
async fn in_whichever_order_they_come_segments_are_as_many_and_a_start_reads_none_of_them() {
    let shuffled = (0..60_000_i64).map(|place| place * 48_271 % 60_007);
    let (store, points, count) = many(shuffled).await;
    assert_eq!(points.read().count_until("a", i64::MAX).await.unwrap(), count);
    let segments = store.0.lock().unwrap().segments.len();
    assert!((29..=90).contains(&segments), "{segments}");
    let opened = SharedPoints::<Brought>::open(Arc::<Memory>::clone(&store), |_| {}).await.unwrap();
    assert_eq!(opened.observation_id, "000059999");
    assert_eq!(opened.points.read().count(), count);
    assert_eq!(opened.points.read().holdings().0, ["ci a"]);
}

#[tokio::test]
async fn many_points_of_one_instant_stay_together() {
    let (store, points, count) = many(std::iter::repeat_n(7, 30_000)).await;
    assert_eq!(store.0.lock().unwrap().segments.len(), 1);
    assert_eq!(points.read().count_until("a", 7).await.unwrap(), count);
    assert_eq!(points.read().count_until("a", 6).await.unwrap(), 0);
}

#[tokio::test]
async fn something_rare_is_found_at_the_other_end_of_a_series_in_a_few_reads() {
    let store = Arc::new(Memory::default());
    let points = open(&store, &[]).await;
    for clock in 0..80_000_i64 {
        let mut entry = observation(clock, clock);
        if let Entry::Observed { point, .. } = &mut entry {
            // So many sets in each segment that what it is in sum does not tell which.
            point.labels = LabelSet(if clock == 0 { 1 } else { 2 + u32::try_from(clock % 20).unwrap() });
        }
        add(&mut points.write(), &[], &entry);
    }
    points.settle(Settle::Everything).await.unwrap();
    let opened = SharedPoints::<Brought>::open(Arc::<Memory>::clone(&store), |_| {}).await.unwrap();
    let rare = [("set".to_owned(), vec!["1".to_owned()])];
    let query = WindowQuery {
        of: Samples { series: "a", labels: &rare },
        span: Span { from_ms: i64::MIN, until_ms: i64::MAX },
        known_at_ms: None,
        aggregate: WindowAggregate::Latest,
    };
    let answer = opened.points.read().ask(|source| source.answer(&query)).await.unwrap();
    assert!(matches!(answer, Answer::Sample(Some(point)) if point.time_ms == 0), "{answer:?}");
    let reads = store.0.lock().unwrap().reads;
    assert!(reads <= 12, "{reads} reads of {} segments", store.0.lock().unwrap().segments.len());
}

#[tokio::test]
async fn many_label_sets_of_one_instant_have_one_value_each() {
    let store = Arc::new(Memory::default());
    let points = open(&store, &[]).await;
    for value in [1.0, 1.0, 2.0] {
        let mut writer = points.write();
        for number in 0..50_000_i64 {
            let labels = writer.label_set(&[("entity".to_owned(), number.to_string())]);
            let point = Point { time_ms: 7, value, recorded_ms: 9, origin: Origin::Measured, labels, weight: 1 };
            writer.add_sample("b", point);
        }
        drop(writer);
        points.settle(Settle::InMemory).await.unwrap();
    }
    let read = points.read().points_until("b", 7, (0, 100_000)).await.unwrap();
    assert_eq!(read.len(), 50_000);
    assert!(read.iter().all(|point| point.value.to_bits() == 2.0_f64.to_bits()));
}
