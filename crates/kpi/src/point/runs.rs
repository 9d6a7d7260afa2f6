//! The points of a series in runs: stretches of time of which each may lie elsewhere, in memory or in a database.
//!
//! What a run holds in sum is at hand without its points, so that a long window costs no more than its two ends. A slice in memory is
//! one run.

use std::borrow::Cow;
use std::sync::Arc;

use super::{LabelSet, Labels, Observations, Point, Superseded};
use crate::aggregate::weight_usize;
use crate::exact_sum::ExactSum;

/// Of how many label sets a run tells what they hold each; where it has more it tells nothing of them.
pub const MOST_LABEL_SETS: usize = 16;

/// What was asked for is not at hand. Who was asked has noted what is missing; once that is loaded, the question is asked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pending;

/// Observations counted and added up.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RunTotal {
    /// How many there are.
    pub observations: usize,
    /// The sum of their values.
    pub sum: ExactSum,
}

impl RunTotal {
    /// Adds a point, as often as it was observed.
    pub fn add(&mut self, point: &Point) {
        self.observations = self.observations.saturating_add(weight_usize(point.weight));
        self.sum.add_times(point.value, point.weight);
    }

    /// Adds another total.
    pub fn merge(&mut self, other: &Self) {
        self.observations = self.observations.saturating_add(other.observations);
        self.sum.merge(&other.sum);
    }
}

/// Where a run lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunExtent {
    /// The time of its first point, superseded ones included.
    pub first_ms: i64,
    /// The time of its last point, superseded ones included.
    pub last_ms: i64,
    /// How many points count.
    pub points: usize,
    /// How many points of it were superseded.
    pub superseded: usize,
}

/// What a run of points is in sum; of the points that count, not of the superseded ones.
#[derive(Debug, Clone, PartialEq)]
pub struct RunSummary {
    /// For how many observations they stand, and the sum of their values, each as often as it was observed.
    pub total: RunTotal,
    /// The same by label set, ordered by set; `None` of more than [`MOST_LABEL_SETS`].
    pub by_label_set: Option<Arc<[(LabelSet, RunTotal)]>>,
    /// Of the points the one that was recorded first (of several the earliest): when, about which time, and its value.
    pub first_recorded: Option<(i64, i64, f64)>,
    /// The greatest value; negative infinity of no points.
    pub greatest: f64,
    /// When the latest of its points was recorded, or the latest of its superseded ones recorded or superseded; `i64::MIN` of none.
    pub latest_recorded_ms: i64,
}

impl RunExtent {
    /// The extent of points and superseded points, each in order.
    pub fn of(points: &[Point], superseded: &[Superseded]) -> Self {
        let first = [points.first().map(|point| point.time_ms), superseded.first().map(|one| one.point.time_ms)];
        let last = [points.last().map(|point| point.time_ms), superseded.last().map(|one| one.point.time_ms)];
        Self {
            first_ms: first.into_iter().flatten().min().unwrap_or(i64::MAX),
            last_ms: last.into_iter().flatten().max().unwrap_or(i64::MIN),
            points: points.len(),
            superseded: superseded.len(),
        }
    }
}

impl RunSummary {
    /// The summary of points and superseded points, each in order.
    pub fn of(points: &[Point], superseded: &[Superseded]) -> Self {
        let recorded = superseded.iter().map(|one| one.superseded_ms.max(one.point.recorded_ms));
        let mut summary = Self {
            total: RunTotal::default(),
            by_label_set: None,
            first_recorded: None,
            greatest: f64::NEG_INFINITY,
            latest_recorded_ms: recorded.max().unwrap_or(i64::MIN),
        };
        let mut sets: Option<Vec<(LabelSet, RunTotal)>> = Some(Vec::new());
        for point in points {
            summary.total.add(point);
            summary.greatest = summary.greatest.max(point.value);
            summary.latest_recorded_ms = summary.latest_recorded_ms.max(point.recorded_ms);
            let when = (point.recorded_ms, point.time_ms);
            if summary.first_recorded.is_none_or(|(recorded_ms, time_ms, _)| when < (recorded_ms, time_ms)) {
                summary.first_recorded = Some((point.recorded_ms, point.time_ms, point.value));
            }
            sets = sets.and_then(|sets| with_label_set(sets, point));
        }
        summary.by_label_set = sets.map(|mut sets| {
            sets.sort_unstable_by_key(|(set, _)| *set);
            sets.into()
        });
        summary
    }
}

fn with_label_set(mut sets: Vec<(LabelSet, RunTotal)>, point: &Point) -> Option<Vec<(LabelSet, RunTotal)>> {
    if let Some(place) = sets.iter().position(|(set, _)| *set == point.labels) {
        if let Some((_, total)) = sets.get_mut(place) {
            total.add(point);
        }
    } else if sets.len() < MOST_LABEL_SETS {
        let mut total = RunTotal::default();
        total.add(point);
        sets.push((point.labels, total));
    } else {
        return None;
    }
    Some(sets)
}

/// The points of one series, in runs that follow one another: no point of a run is ordered before one of an earlier run. Points are
/// ordered by time, then by when they were recorded, then as they came.
pub trait SeriesRuns {
    /// How many runs there are.
    fn count(&self) -> usize;

    /// Where a run lies.
    fn extent(&self, run: usize) -> RunExtent;

    /// What a run is in sum, where that is known without its points.
    fn summary(&self, run: usize) -> Option<&RunSummary>;

    /// The points of a run, in order.
    ///
    /// # Errors
    /// [`Pending`] where they are not at hand.
    fn points(&self, run: usize) -> Result<Cow<'_, [Point]>, Pending>;

    /// Its superseded points, in the same order.
    ///
    /// # Errors
    /// [`Pending`] where they are not at hand.
    fn superseded(&self, run: usize) -> Result<Cow<'_, [Superseded]>, Pending>;
}

/// Points by series.
pub trait SeriesSource {
    /// The points of a series; `None` where it has none.
    ///
    /// # Errors
    /// [`Pending`] where not even its runs are at hand.
    fn series(&self, name: &str) -> Result<Option<Box<dyn SeriesRuns + '_>>, Pending>;

    /// The labels of a set; empty for [`LabelSet::NONE`] and for an unknown one.
    fn labels(&self, set: LabelSet) -> &Labels;
}

/// A series that lies in memory as slices: one run, of which nothing is known in sum.
struct Slices<'a> {
    points: &'a [Point],
    superseded: &'a [Superseded],
}

impl SeriesRuns for Slices<'_> {
    fn count(&self) -> usize {
        1
    }

    fn extent(&self, _: usize) -> RunExtent {
        RunExtent::of(self.points, self.superseded)
    }

    fn summary(&self, _: usize) -> Option<&RunSummary> {
        None
    }

    fn points(&self, _: usize) -> Result<Cow<'_, [Point]>, Pending> {
        Ok(Cow::Borrowed(self.points))
    }

    fn superseded(&self, _: usize) -> Result<Cow<'_, [Superseded]>, Pending> {
        Ok(Cow::Borrowed(self.superseded))
    }
}

/// Observations in memory as runs: the reference that every other source is held against.
pub struct InMemory<'a>(pub &'a dyn Observations);

impl SeriesSource for InMemory<'_> {
    fn series(&self, name: &str) -> Result<Option<Box<dyn SeriesRuns + '_>>, Pending> {
        let (points, superseded) = (self.0.points(name), self.0.superseded(name));
        let is_empty = points.is_empty() && superseded.is_empty();
        Ok((!is_empty).then(|| Box::new(Slices { points, superseded }) as Box<dyn SeriesRuns + '_>))
    }

    fn labels(&self, set: LabelSet) -> &Labels {
        self.0.labels(set)
    }
}
