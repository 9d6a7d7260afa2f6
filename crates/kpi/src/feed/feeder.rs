//! Applying feeds: one sample after the other, or everything at once.

use std::collections::HashMap;
use std::sync::Arc;

use super::counter::{self, Counter};
use super::delta::DeltaHistogram;
use super::histogram::{self, Histogram, Observed};
use super::{Feed, Feeds, Kind, Ready};
use crate::point::{Labels, Observations, Point, label};

/// How far ahead of the clock a sample may be.
const AHEAD_MS: i64 = 5 * 60_000;

/// The label by which OpenTelemetry's sums and histograms say that each sample tells what came since the one before, and its value.
pub const TEMPORALITY: &str = "temporality";
/// The value of [`TEMPORALITY`] that says so.
pub const DELTA: &str = "delta";

type ByLabels<Thing> = HashMap<Vec<(String, String)>, Thing>;

/// One point of a fed series.
#[derive(Debug, Clone, PartialEq)]
pub struct Fed {
    /// The series that it belongs to.
    pub series: Arc<str>,
    /// Its labels, ordered by name.
    pub labels: Arc<Labels>,
    /// What it was read as. Several points of a histogram have one time and the same labels, and each of them counts.
    pub kind: Kind,
    /// Time, value in the base unit, when the sample behind it was recorded and where that came from. Its own label set
    /// is that of the sample; the caller puts the one of `labels` in its place.
    pub point: Point,
}

/// What feeds remember between two samples: for each feed and set of labels the cumulative values before.
///
/// A gauge needs no memory, so its samples may come in any order; nor does one that says of itself that it tells increments
/// (`temporality` is `delta`). A counter and a histogram compare each sample with the
/// one before: one that is not after it is left out and counted in [`Feeder::late`]. Its increase is not lost, because the
/// next sample holds it too; only when it came about, and a restart that nobody else saw, are. What is remembered of a time
/// that the clock had not reached when a sample was recorded is forgotten: the clock was wrong then. [`whole`] takes everything
/// in the order of time and is the truth.
#[derive(Debug, Clone, Default)]
pub struct Feeder {
    memory: HashMap<usize, ByLabels<Option<Memory>>>,
    histograms: HashMap<usize, ByLabels<Histogram>>,
    deltas: HashMap<usize, ByLabels<DeltaHistogram>>,
    late: u64,
}

/// What is known of one set of labels that a feed takes.
#[derive(Debug, Clone)]
struct Memory {
    series: Arc<str>,
    labels: Arc<Labels>,
    /// The upper bound that the labels of a bucket name, and its histogram: the other labels.
    bucket: Option<(f64, Vec<(String, String)>)>,
    counter: Counter,
    /// Whether its samples are increments, not running totals.
    is_delta: bool,
}

impl Memory {
    /// `None` where the feed does not take these labels.
    fn new(ready: &Ready, labels: &Labels) -> Option<Self> {
        let Ready { feed, series, .. } = ready;
        if !feed.takes(labels) {
            return None;
        }
        let bucket = if feed.kind == Kind::Histogram {
            let bound = label(labels, "le")?.parse::<f64>().ok().filter(|bound| !bound.is_nan())?;
            Some((bound, labels.iter().filter(|(name, _)| name != "le").cloned().collect()))
        } else {
            None
        };
        let is_delta = label(labels, TEMPORALITY) == Some(DELTA);
        let labels = feed.labels_of(labels).into();
        Some(Self { series: series.as_str().into(), labels, bucket, counter: Counter::default(), is_delta })
    }
}

impl Feeder {
    /// The points that one sample of the series `metric` becomes: none where nothing takes it, and none for the first
    /// sample of a counter. `labels` are the sample's own, ordered by name.
    pub fn feed(&mut self, feeds: &Feeds, metric: &str, labels: &Labels, point: &Point) -> Vec<Fed> {
        let mut all = Vec::new();
        for ready in feeds.feeds(metric).iter().filter(|ready| ready.feed.is_inside(point.value)) {
            self.one(ready, labels, point, &mut all);
        }
        all
    }

    /// The points that all samples of the series `metric` become, in the order of its samples; what comes later can be fed one
    /// by one.
    pub fn feed_all(&mut self, feeds: &Feeds, metric: &str, observations: &dyn Observations) -> Vec<Fed> {
        if feeds.feeds(metric).is_empty() {
            return Vec::new();
        }
        let mut all = Vec::new();
        for of_instant in observations.points(metric).chunk_by(|one, next| one.time_ms == next.time_ms) {
            let mut of_instant: Vec<&Point> = of_instant.iter().collect();
            of_instant.sort_by_key(|point| order(point.time_ms, observations.labels(point.labels)));
            for point in of_instant {
                all.extend(self.feed(feeds, metric, observations.labels(point.labels), point));
            }
        }
        all
    }

    /// How many samples of counters and histograms came too late to be compared, or are no counts.
    pub fn late(&self) -> u64 {
        self.late
    }

    fn one(&mut self, ready: &Ready, labels: &Labels, point: &Point, all: &mut Vec<Fed>) {
        let known = self.memory.entry(ready.position).or_default();
        let memory = match known.get_mut(labels) {
            Some(memory) => memory,
            None => known.entry(labels.to_vec()).or_insert_with(|| Memory::new(ready, labels)),
        };
        let Some(memory) = memory else { return };
        // No sample is taken that lies further ahead of the clock: such a memory is of a clock that was wrong.
        let latest_ms = point.recorded_ms.max(point.time_ms).saturating_add(AHEAD_MS);
        let feed = &ready.feed;
        let mut observed = |value, weight| {
            all.extend(feed.converted(value).map(|value| Fed {
                series: Arc::clone(&memory.series),
                labels: Arc::clone(&memory.labels),
                kind: feed.kind,
                point: Point { value, weight, ..*point },
            }));
        };
        match (feed.kind, &memory.bucket) {
            (Kind::Counter, _) => {
                memory.counter.forget_after(latest_ms);
                let step = if memory.is_delta {
                    memory.counter.rise(point.time_ms, point.value, feed.per_second)
                } else {
                    memory.counter.step(point.time_ms, point.value)
                };
                match step {
                    counter::Step::First => {}
                    counter::Step::Late => self.late += 1,
                    counter::Step::Rose { by, since_ms } => observed(rose(feed, by, since_ms), 1),
                }
            }
            // What is no count says nothing of its bucket.
            (_, Some(_)) if !histogram::is_count(point.value) => self.late += 1,
            (_, Some((bound, others))) => {
                let step = if memory.is_delta {
                    let histogram = of(self.deltas.entry(ready.position).or_default(), others);
                    histogram.step(point.time_ms, *bound, point.value)
                } else {
                    let histogram = of(self.histograms.entry(ready.position).or_default(), others);
                    histogram.forget_after(latest_ms);
                    histogram.step(point.time_ms, *bound, point.value)
                };
                match step {
                    histogram::Step::Waiting => {}
                    histogram::Step::Late => self.late += 1,
                    histogram::Step::Observed(values) => {
                        for Observed { value, weight } in values {
                            observed(value, weight);
                        }
                    }
                }
            }
            (_, None) => observed(point.value, point.weight),
        }
    }
}

/// The order in which samples that come together are fed, wherever each stands among them: by time, and of one instant the last
/// bucket of a histogram last, which closes it.
pub fn order(time_ms: i64, labels: &Labels) -> (i64, bool) {
    (time_ms, label(labels, "le").is_some_and(|bound| bound.parse() == Ok(f64::INFINITY)))
}

/// What is remembered of a set of labels.
fn of<'m, Thing: Default>(known: &'m mut ByLabels<Thing>, labels: &Labels) -> &'m mut Thing {
    known.entry(labels.to_vec()).or_default()
}

fn rose(feed: &Feed, by: f64, since_ms: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a stretch of time, far below 2^53 milliseconds")]
    let seconds = since_ms as f64 / 1_000.0;
    if feed.per_second { by / seconds } else { by }
}

/// The points that all samples of the series `metric` become, in the order of its samples.
pub fn whole(feeds: &Feeds, metric: &str, observations: &dyn Observations) -> Vec<Fed> {
    Feeder::default().feed_all(feeds, metric, observations)
}
