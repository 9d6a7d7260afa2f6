//! The points of a series in runs: stretches of time of which each may lie elsewhere, in memory or in a database.
//!
//! What a run holds in sum is at hand without its points, so that a long window costs no more than its two ends. A slice in memory is
//! one run.

use std::borrow::Cow;

use super::{LabelSet, Labels, Point, Superseded};
use crate::exact_sum::ExactSum;

/// What was asked for is not at hand. Who was asked has noted what is missing; once that is loaded, the question is asked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pending;

/// What a run of points is in sum; of the points that count, not of the superseded ones.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RunSummary {
    /// The time of its first point, superseded ones included.
    pub first_ms: i64,
    /// The time of its last point, superseded ones included.
    pub last_ms: i64,
    /// How many points count.
    pub points: usize,
    /// For how many observations they stand.
    pub observations: u64,
    /// The sum of their values, each as often as it was observed.
    pub sum: ExactSum,
    /// The least value; positive infinity of no points.
    pub least: f64,
    /// The greatest value; negative infinity of no points.
    pub greatest: f64,
    /// When the latest of its points was recorded, or the latest of its superseded ones superseded; `i64::MIN` of none.
    pub latest_recorded_ms: i64,
    /// How many points of it were superseded.
    pub superseded: usize,
}

/// The points of one series, in runs that follow one another: no point of a run is ordered before one of an earlier run. Points are
/// ordered by time, then by when they were recorded, then as they came.
pub trait SeriesRuns {
    /// How many runs there are.
    fn count(&self) -> usize;

    /// What a run is in sum.
    fn summary(&self, run: usize) -> Cow<'_, RunSummary>;

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
    fn series(&self, name: &str) -> Result<Option<&dyn SeriesRuns>, Pending>;

    /// The labels of a set; empty for [`LabelSet::NONE`] and for an unknown one.
    fn labels(&self, set: LabelSet) -> &Labels;
}
