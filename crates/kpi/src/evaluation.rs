//! The status of every KPI at an instant: one pure function of catalogue, observations and instant.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::aggregate::Aggregate;
use crate::baseline;
use crate::catalogue::{Catalogue, Kpi};
use crate::point::{self, Observations, Origin, Point};
use crate::shape::Shape;
use crate::status::{Compared, Status, Verdict, verdict};
use crate::target::{Meaning, Recurrence};
use crate::unit::{Dimension, Unit};

/// What is known of a KPI's value at an instant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Known {
    /// The aggregated value, in the base unit.
    pub value: f64,
    /// The number that targets are about: the value, or its improvement over the baseline; `None` where that is
    /// undefined.
    pub actual: Option<f64>,
    /// The baseline, in the base unit, where the KPI is relative to one.
    pub baseline: Option<f64>,
    /// The time of the latest observation.
    pub latest_ms: i64,
    /// Where the latest observation came from.
    pub origin: Origin,
    /// How many observations lie in the window.
    pub count: usize,
    /// Whether the latest observation is older than twice the cadence.
    pub stale: bool,
}

/// The status of one KPI at an instant.
#[derive(Debug, Clone, PartialEq)]
pub struct KpiStatus {
    /// The position of the KPI in the catalogue.
    pub kpi: usize,
    /// Its value, if it has one.
    pub known: Option<Known>,
    /// The verdict against the current phase's target, or the standing one.
    pub current: Verdict,
    /// The verdict against each phase's target, in the order of the catalogue's phases.
    pub by_phase: Vec<Verdict>,
}

/// Every status at an instant.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// The instant, in milliseconds since the Unix epoch.
    pub instant_ms: i64,
    /// One status for each KPI, in the order of the catalogue.
    pub statuses: Vec<KpiStatus>,
}

/// The status of every KPI of the catalogue, as known at `instant_ms`.
pub fn evaluate(catalogue: &Catalogue, observations: &dyn Observations, instant_ms: i64) -> Evaluation {
    let statuses =
        (0..catalogue.kpis.len()).filter_map(|kpi| evaluate_one(catalogue, kpi, observations, instant_ms)).collect();
    Evaluation { instant_ms, statuses }
}

/// The status of the KPI at `position`; `None` where the catalogue has no such position.
pub fn evaluate_one(
    catalogue: &Catalogue,
    position: usize,
    observations: &dyn Observations,
    instant_ms: i64,
) -> Option<KpiStatus> {
    let kpi = catalogue.kpis.get(position)?;
    let points = point::until(observations.points(&kpi.measure), instant_ms);
    let known = known(kpi, points, instant_ms);
    let compared = match known {
        Some(Known { actual: Some(actual), stale, .. }) => Compared::Value { actual, stale },
        _ => Compared::Nothing,
    };
    let verdict_in = |target| verdict(kpi, &catalogue.policy, target, compared);
    Some(KpiStatus {
        kpi: position,
        known,
        current: verdict_in(kpi.target_shown_in(catalogue.policy.current_phase)),
        by_phase: catalogue.phases.iter().map(|phase| verdict_in(kpi.target_shown_in(phase.number))).collect(),
    })
}

/// What is known of the KPI's value; `points` are those up to the instant.
pub fn known(kpi: &Kpi, points: &[Point], instant_ms: i64) -> Option<Known> {
    let latest = points.last()?;
    let window = point::after(points, instant_ms.saturating_sub(kpi.window_ms));
    let stale = stale_after_ms(kpi, latest.time_ms).is_some_and(|last_fresh_ms| instant_ms > last_fresh_ms);
    // A window that has run empty keeps its last known value, marked as stale, instead of losing it.
    let from = if window.is_empty() { points.get(points.len() - 1..).unwrap_or_default() } else { window };
    let value = kpi.aggregate.value(points, from)?;
    let baseline = kpi.needs_baseline().then(|| baseline::baseline(kpi, points)).flatten();
    let actual = match (kpi.shape, baseline) {
        (Shape::Recurrence, _) => Some(recurrence_kept(kpi, points, instant_ms)),
        (shape, Some(baseline)) if shape.is_relative() => baseline::improvement(kpi, value, baseline),
        (shape, None) if shape.is_relative() && kpi.needs_baseline() => None,
        _ => Some(value),
    };
    Some(Known {
        value,
        actual,
        baseline,
        latest_ms: latest.time_ms,
        origin: latest.origin,
        count: window.len(),
        stale,
    })
}

/// The last instant at which an observation of `latest_ms` still counts as fresh: twice the cadence later, or the end of
/// the window for a KPI that is aggregated over one. `None` for what recurs, which is overdue instead of stale.
fn stale_after_ms(kpi: &Kpi, latest_ms: i64) -> Option<i64> {
    let by_cadence = latest_ms.saturating_add(kpi.cadence_ms.saturating_mul(2));
    match (kpi.shape, kpi.aggregate) {
        (Shape::Recurrence, _) => None,
        (_, Aggregate::Last) => Some(by_cadence),
        _ => Some(by_cadence.min(latest_ms.saturating_add(kpi.window_ms) - 1)),
    }
}

/// 1 while the last time it was done lies less than one period back, else 0.
fn recurrence_kept(kpi: &Kpi, points: &[Point], instant_ms: i64) -> f64 {
    let period = kpi.targets().find_map(|target| match target.meaning {
        Meaning::Every(recurrence) => Some(recurrence),
        _ => None,
    });
    let done = points.iter().rev().find(|point| point.value >= 1.0);
    match (period, done) {
        (Some(period), Some(done)) if due_ms(period, done.time_ms).is_some_and(|due_ms| instant_ms <= due_ms) => 1.0,
        _ => 0.0,
    }
}

/// When something done at `done_ms` is due again, by the calendar in UTC.
pub fn due_ms(period: Recurrence, done_ms: i64) -> Option<i64> {
    use jiff::ToSpan;
    let span = match period {
        Recurrence::Daily => 1.day(),
        Recurrence::Weekly => 1.week(),
        Recurrence::Monthly => 1.month(),
        Recurrence::Quarterly => 3.months(),
        Recurrence::Yearly => 1.year(),
    };
    let done = Timestamp::from_millisecond(done_ms).ok()?.to_zoned_datetime(TimeZone::UTC);
    done.checked_add(span).ok().map(|due| due.timestamp().as_millisecond())
}

/// Since when the KPI has had the status that it has at `instant_ms`, looking back over at most `steps` observations.
///
/// Returns the time of the first observation of the unbroken run, or when it turned stale; `None` without data.
pub fn status_since(
    catalogue: &Catalogue,
    status: &KpiStatus,
    observations: &dyn Observations,
    instant_ms: i64,
    steps: usize,
) -> Option<i64> {
    let kpi = catalogue.kpis.get(status.kpi)?;
    let known = status.known?;
    if status.current.status == Status::Stale {
        return stale_after_ms(kpi, known.latest_ms);
    }
    let points = point::until(observations.points(&kpi.measure), instant_ms);
    let mut since = known.latest_ms;
    for earlier in points.iter().rev().take(steps) {
        let then = evaluate_one(catalogue, status.kpi, observations, earlier.time_ms)?;
        if then.current.status != status.current.status {
            break;
        }
        since = earlier.time_ms;
    }
    Some(since)
}

/// The number that targets are about, at each of the last `most` observations up to `instant_ms`: what a chart draws.
pub fn history(kpi: &Kpi, observations: &dyn Observations, instant_ms: i64, most: usize) -> Vec<(i64, f64)> {
    let points = point::until(observations.points(&kpi.measure), instant_ms);
    let baseline = kpi.needs_baseline().then(|| baseline::baseline(kpi, points)).flatten();
    let first = points.len().saturating_sub(most);
    (first..points.len())
        .filter_map(|index| {
            let until = points.get(..=index)?;
            let latest = until.last()?;
            let window = point::after(until, latest.time_ms.saturating_sub(kpi.window_ms));
            let value = kpi.aggregate.value(until, window)?;
            let actual = match baseline {
                Some(baseline) => baseline::improvement(kpi, value, baseline)?,
                None if kpi.needs_baseline() => return None,
                None => value,
            };
            Some((latest.time_ms, actual))
        })
        .collect()
}

/// The unit in which [`Known::actual`] and [`history`] are shown: the KPI's own, or that of the improvement.
pub fn actual_unit(kpi: &Kpi) -> Unit {
    let improvement = |dimension, symbol: &str| Unit { dimension, scale: 1.0, symbol: symbol.to_owned() };
    match kpi.shape {
        Shape::Multiple => improvement(Dimension::Factor, "x"),
        Shape::Reduction => improvement(Dimension::Percent, "%"),
        _ => kpi.unit.clone(),
    }
}
