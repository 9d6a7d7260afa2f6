//! Questions about windows of time, as data, and who answers them.
//!
//! An evaluation says what it needs as a [`WindowQuery`]: which samples, of which stretch of time, as known at which instant, and what of
//! them. A [`WindowSource`] answers. [`RunsSource`] is the one that answers from points, whether they lie in memory or in segments of
//! a database; its arithmetic does not depend on how the points are cut into runs. What an answer is exactly stands beside each
//! [`WindowAggregate`].

mod answers;
mod as_known_at;
mod ask;
mod entities;
mod labels;
mod pairs;
mod plan;
mod rolling;
mod runs;
mod statistic;

use crate::aggregate::Aggregate;
use crate::measure::{Selection, Span, Statistic};
use crate::point::{Pending, Point};

pub use as_known_at::AsKnownAt;
pub(crate) use ask::{Ask, until};
pub use plan::plan;
pub use runs::RunsSource;
pub(crate) use statistic::of_values;

/// Which samples: those of a series that carry certain labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Samples<'c> {
    /// The name of the series.
    pub series: &'c str,
    /// Labels that a sample must carry, each with the accepted values (a label without text is none); empty selects all.
    pub labels: &'c [(String, Vec<String>)],
}

impl<'c> Samples<'c> {
    /// Every sample of a series.
    pub fn all(series: &'c str) -> Self {
        Self { series, labels: &[] }
    }

    /// What a catalogue selects.
    pub fn of(selection: &'c Selection) -> Self {
        Self { series: &selection.series, labels: &selection.labels }
    }
}

/// One question.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WindowQuery<'c> {
    /// Which samples.
    pub of: Samples<'c>,
    /// Of which stretch of time; `i64::MIN` and `i64::MAX` are open ends.
    pub span: Span,
    /// As known at this instant; as known now without one.
    pub known_at_ms: Option<i64>,
    /// What of them.
    pub aggregate: WindowAggregate<'c>,
}

/// What is asked of a window. "First" and "latest" go by time, then by when a sample was recorded, then by the order in which they came.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum WindowAggregate<'c> {
    /// How many observations: [`Answer::Total`] whose sum is not looked at.
    Count,
    /// How many, and the sum of their values, correctly rounded: [`Answer::Total`].
    Sum,
    /// The mean (the correctly rounded sum divided by the count) or a percentile: [`Answer::Statistic`].
    Statistic(Statistic),
    /// The first sample: [`Answer::Sample`].
    First,
    /// The latest sample: [`Answer::Sample`].
    Latest,
    /// The latest sample whose value is at least this: [`Answer::Sample`].
    LatestAtLeast(f64),
    /// The sample that was recorded first, of several the earliest: [`Answer::Sample`].
    FirstRecorded,
    /// How many different values a label has: [`Answer::Count`].
    Distinct(&'c str),
    /// Entities, by the value of a label, of these samples and of others of another stretch: [`Answer::Share`].
    Share {
        /// The label.
        entity: &'c str,
        /// The others.
        among: Samples<'c>,
        /// Their stretch.
        among_span: Span,
    },
    /// The statistic of the medians of each entity: [`Answer::Statistic`] that counts entities.
    OfEach {
        /// The label that names the entity.
        entity: &'c str,
        /// How the medians become one.
        statistic: Statistic,
    },
    /// The sample with which so many different entities had been met: [`Answer::Sample`].
    NthEntity {
        /// The label that names the entity.
        entity: &'c str,
        /// How many.
        nth: usize,
    },
    /// The seconds from an earlier start to each of these samples, which end it; a start is ended by the first later end of its entity,
    /// whenever it was: [`Answer::Statistic`].
    Durations {
        /// The starts.
        from: Samples<'c>,
        /// The label that names the entity.
        entity: &'c str,
        /// How the durations become one.
        statistic: Statistic,
    },
    /// Answers from 0 to 10: [`Answer::Promoters`].
    Promoters,
    /// How many points were recorded after an instant, and how many were superseded after it that had been recorded by it; the greater of
    /// both: [`Answer::Count`].
    Corrections(i64),
    /// How many points, whatever they stand for: [`Answer::Count`].
    PointCount,
    /// Points by their place in the window: [`Answer::Points`].
    Points {
        /// The place of the first, from 0.
        first: usize,
        /// How many at most.
        most: usize,
    },
    /// Of points by their place in the window, each with what the aggregate gives of the points up to it and after `window_ms` before it:
    /// [`Answer::Numbers`].
    Rolling {
        /// The aggregate.
        aggregate: Aggregate,
        /// How far before a point its window begins, in milliseconds.
        window_ms: i64,
        /// The place of the first point, from 0.
        first: usize,
        /// How many points at most.
        most: usize,
    },
}

/// What was asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// How many observations and the sum of their values.
    Total {
        /// How many.
        count: usize,
        /// Their sum; zero of none.
        sum: f64,
    },
    /// One number of many.
    Statistic {
        /// The number; `None` of none.
        value: Option<f64>,
        /// Of how many.
        count: usize,
    },
    /// One sample.
    Sample(Option<Point>),
    /// A number of things.
    Count(usize),
    /// Entities.
    Share {
        /// How many stand in both.
        both: usize,
        /// How many stand among the others.
        among: usize,
    },
    /// Answers to how probable a recommendation is.
    Promoters {
        /// Answers of 9 and 10.
        promoters: usize,
        /// Answers of 0 to 6.
        detractors: usize,
        /// Answers of 0 to 10.
        answers: usize,
    },
    /// Points in order.
    Points(Vec<Point>),
    /// Times, each with a number.
    Numbers(Vec<(i64, Option<f64>)>),
}

/// Who answers questions about windows.
pub trait WindowSource {
    /// The answer to a question.
    ///
    /// # Errors
    /// [`Pending`] where it can't be given yet: what is missing was noted and is loaded by whoever owns the source.
    fn answer(&self, query: &WindowQuery<'_>) -> Result<Answer, Pending>;
}
