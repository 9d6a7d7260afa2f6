//! Derived measurements: how a KPI's value is computed from samples and events, declared as data.
//!
//! A *series* is what senders emit: samples with a time, a value and labels (an event is a sample whose value may be 1). A
//! derived measurement selects samples of one or two series and computes one number of a window of them.
//!
//! Samples are numbers in the base unit of their kind (seconds, bytes, percent), and so is every computed number;
//! [`Measure::unit`] says of which kind it is and how people read it.

mod prepared;
mod series;
mod window;

use jiff::tz::TimeZone;

use crate::catalogue::Catalogue;
use crate::point::{Origin, Pending};

use crate::unit::Unit;
use crate::window::WindowSource;

pub(crate) use prepared::Prepared;
pub(crate) use series::DEPTH;
pub use series::{readers, series_of};
pub use window::Span;

/// A derived measurement of the catalogue.
#[derive(Debug, Clone, PartialEq)]
pub struct Measure {
    /// Slug; a KPI names it in `measure`.
    pub id: String,
    /// What the number is measured in.
    pub unit: Unit,
    /// How it is computed.
    pub rule: Rule,
    /// The window; the KPI's own length, rolling, where none is written.
    pub window: Option<Window>,
    /// The fewest samples (of the whole, for ratios and shares; entities, where each counts once) below which there is no
    /// value: low traffic says nothing.
    pub minimum: u32,
}

/// The samples of one series that carry certain labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// The name of the series.
    pub series: String,
    /// Labels that a sample must carry, each with the accepted values; empty selects all.
    pub labels: Vec<(String, Vec<String>)>,
}

/// One side of a ratio.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operand {
    /// How many samples.
    Count(Selection),
    /// The sum of their values.
    Sum(Selection),
    /// The value of another derived measurement over the same window.
    Measure(String),
}

/// The number that many numbers become.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Statistic {
    /// The arithmetic mean.
    Mean,
    /// The percentile by linear interpolation (Hyndman and Fan 1996, type 7).
    Percentile(f64),
}

/// How a derived measurement is computed from a window.
#[derive(Debug, Clone, PartialEq)]
pub enum Rule {
    /// How many samples.
    Count(Selection),
    /// The sum of values.
    Sum(Selection),
    /// The mean or a percentile of values.
    Statistic(Selection, Statistic),
    /// The mean or a percentile of entities, each counted once by the median of its values: whoever sends much moves the number
    /// no more than whoever sends little.
    OfEach {
        /// Their samples.
        of: Selection,
        /// The label that names the entity.
        entity: String,
        /// How the medians become one.
        statistic: Statistic,
    },
    /// The latest value.
    Last(Selection),
    /// Part divided by whole, times 100 where the unit is a percentage.
    Ratio {
        /// The numerator.
        part: Operand,
        /// The denominator.
        whole: Operand,
    },
    /// How many samples for each day of the window.
    Rate(Selection),
    /// The percentage of the entities in `among` that also stand in `of`; an entity is a value of the label.
    Share {
        /// Entities that did it.
        of: Selection,
        /// Entities that could have.
        among: Selection,
        /// The label that names the entity.
        entity: String,
        /// Whether `among` is taken from the window before, as retention does.
        among_before: bool,
    },
    /// How many different entities.
    Distinct {
        /// Their samples.
        of: Selection,
        /// The label that names the entity.
        entity: String,
    },
    /// The seconds from an event to the next one of the same entity; it counts in the window in which it ends.
    Duration {
        /// Where it starts.
        from: Selection,
        /// Where it ends.
        to: Selection,
        /// The label that both carry.
        entity: String,
        /// How the durations become one.
        statistic: Statistic,
    },
    /// Net promoter score of answers from 0 to 10: the percentage of 9 and 10 less that of 0 to 6 (Reichheld 2003).
    NetPromoter(Selection),
}

/// The stretch of time that a value is computed of.
#[derive(Debug, Clone, PartialEq)]
pub enum Window {
    /// The last so many milliseconds.
    Rolling(i64),
    /// A calendar period.
    Calendar {
        /// Which.
        period: Period,
        /// Whether the last complete period is taken, instead of the running one.
        complete: bool,
        /// Where its days begin.
        time_zone: TimeZone,
    },
}

/// A period of the calendar; weeks begin on Monday (ISO 8601).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// A day.
    Day,
    /// A week.
    Week,
    /// A month.
    Month,
    /// Three months, from January on.
    Quarter,
}

/// A computed number and what it was computed of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Derived {
    /// The number, in the base unit of the measurement's kind; finite.
    pub value: f64,
    /// The time of the latest sample that speaks for it: of its selections where it is a number of their values (mean,
    /// percentile, last, duration, promoters), else of their series, because a count of nothing is a result as long as
    /// the series is alive.
    pub latest_ms: i64,
    /// Where that sample came from.
    pub origin: Origin,
    /// How many samples it is of: of the whole for a ratio, entities for a share, finished pairs for a duration.
    pub count: usize,
    /// The stretch of time that it is of.
    pub window: Span,
    /// Part and whole of a ratio or share, in base units.
    pub parts: Option<(f64, f64)>,
}

/// The value of a derived measurement at an instant.
///
/// `kpi_window_ms` is the length of the rolling window of a measurement that writes none. `None` where its series have no
/// sample, where there are fewer than its `minimum`, where its whole is zero, and where the result would not be finite.
///
/// # Errors
/// [`Pending`] where the source has not everything at hand.
pub fn value(
    catalogue: &Catalogue,
    measure: &Measure,
    kpi_window_ms: i64,
    source: &dyn WindowSource,
    instant_ms: i64,
) -> Result<Option<Derived>, Pending> {
    Prepared::new(catalogue, measure, kpi_window_ms, source).at(instant_ms)
}

/// The value of a derived measurement over a stretch of time of the caller's choice, whatever its own window.
///
/// `None` as for [`value`].
///
/// # Errors
/// [`Pending`] where the source has not everything at hand.
pub fn value_over(
    catalogue: &Catalogue,
    measure: &Measure,
    source: &dyn WindowSource,
    span: Span,
) -> Result<Option<Derived>, Pending> {
    let length_ms = span.until_ms.saturating_sub(span.from_ms);
    Prepared::new(catalogue, measure, length_ms, source).over(span, span.before(), span.until_ms)
}
