//! Pace: how a KPI stands against the straight path from where its phase began to that phase's target.
//!
//! A growth KPI that stands at 0 of 1,000 on the first day is off target, and on pace.

use crate::catalogue::{Catalogue, Current, Kpi, PhaseDates};
use crate::evaluation::{KpiStatus, Source};
use crate::point::Pending;
use crate::shape::{self, Goal, Shape};
use crate::status::goal;
use crate::window::WindowSource;

/// How a KPI stands against its path. Every number is finite and in the unit of the target.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// What the path asks for at the instant.
    pub expected: f64,
    /// How far along the value is towards that, between 0 and [`shape::CAP`]; at least 1 when on pace.
    pub attainment: f64,
    /// Whether the value reaches what the path asks for. Reaching a strict target exactly is on pace.
    pub on_pace: bool,
    /// Where the path begins, at the start of the phase; what was better than the target already counts as the target.
    pub start: f64,
    /// Where the path ends, at the end of the phase; of a range the end that is nearer to the start.
    pub target: f64,
    /// The share of the phase that has passed, from 0 to 1.
    pub elapsed_share: f64,
}

/// The pace of the KPI at `position` towards the target of the current phase.
///
/// `None` where the phase has no dates or has not begun, where the target is not a number to approach (a judgement, a
/// recurrence, a severity), and where the value or the start of the path is not known.
///
/// # Errors
/// [`Pending`] where the source has not everything at hand.
pub fn pace(
    catalogue: &Catalogue,
    position: usize,
    source: &dyn WindowSource,
    status: &KpiStatus,
    instant_ms: i64,
) -> Result<Option<Pace>, Pending> {
    let (Some(kpi), Some(actual)) = (catalogue.kpis.get(position), status.known.and_then(|known| known.actual)) else {
        return Ok(None);
    };
    of(catalogue, &Source::new(catalogue, kpi, source)?, actual, instant_ms)
}

pub(crate) fn of(
    catalogue: &Catalogue,
    source: &Source<'_>,
    actual: f64,
    instant_ms: i64,
) -> Result<Option<Pace>, Pending> {
    let Some((dates, goal)) = path(catalogue, source.kpi, instant_ms) else { return Ok(None) };
    let Some(start) = start(source, dates.starts_ms, instant_ms)? else { return Ok(None) };
    Ok(along(source.kpi.shape, goal, start, elapsed_share(dates, instant_ms), actual))
}

/// When the current phase is planned and the number to approach in it; `None` where there is none.
fn path(catalogue: &Catalogue, kpi: &Kpi, instant_ms: i64) -> Option<(PhaseDates, Goal)> {
    let dates = catalogue.phase(catalogue.policy.current_phase)?.dates?;
    let goal = goal(kpi, kpi.target_shown_in(catalogue.policy.current_phase)?)?;
    let is_path = instant_ms >= dates.starts_ms && !matches!(goal, Goal::NoFinding(_) | Goal::Reached);
    is_path.then_some((dates, goal))
}

/// The pace of `actual` on the path from `start` to a goal; `None` for a goal that is no number and for infinite ones.
pub fn along(shape: Shape, goal: Goal, start: f64, elapsed_share: f64, actual: f64) -> Option<Pace> {
    // Before anything is compared with it: the smaller of a number and NaN is the number.
    if !start.is_finite() || !actual.is_finite() {
        return None;
    }
    let (start, target) = match goal {
        Goal::AtLeast(target) | Goal::Above(target) => (start.min(target), target),
        Goal::Below(target) => (start.max(target), target),
        Goal::Within(low, high) if low <= high => (start, start.clamp(low, high)),
        Goal::Within(..) | Goal::NoFinding(_) | Goal::Reached => return None,
    };
    let elapsed_share = elapsed_share.clamp(0.0, 1.0);
    // Two products instead of a difference, which could be infinite.
    let expected = start * (1.0 - elapsed_share) + target * elapsed_share;
    if !target.is_finite() || !expected.is_finite() {
        return None;
    }
    let goal_now = match goal {
        Goal::Below(_) => Goal::Below(expected),
        Goal::Within(low, high) => Goal::Within(low.min(expected), high.max(expected)),
        _ => Goal::AtLeast(expected),
    };
    let on_pace = match goal_now {
        Goal::Below(expected) => actual <= expected,
        goal => shape::met(goal, actual),
    };
    let attained = shape::attainment(shape, goal_now, actual);
    // Exactly on the path is 1, also where dividing by zero would say "ten times".
    let attainment = match on_pace {
        _ if actual - expected == 0.0 => 1.0,
        true => attained.max(1.0),
        false => attained.min(1.0),
    };
    Some(Pace { expected, attainment, on_pace, start, target, elapsed_share })
}

fn elapsed_share(dates: PhaseDates, instant_ms: i64) -> f64 {
    let (passed_ms, length_ms) =
        (instant_ms.saturating_sub(dates.starts_ms), dates.ends_ms.saturating_sub(dates.starts_ms));
    if passed_ms >= length_ms {
        return 1.0;
    }
    #[expect(clippy::cast_precision_loss, reason = "exact up to 285,000 years")]
    let share = passed_ms as f64 / length_ms as f64;
    share
}

/// Where the path begins: what was known at the start of the phase, else the catalogue's `current` number (of a relative
/// KPI that is its baseline: no improvement yet), else what was first known in the phase.
fn start(source: &Source<'_>, starts_ms: i64, instant_ms: i64) -> Result<Option<f64>, Pending> {
    let known = source.known(starts_ms)?.and_then(|known| known.actual).or_else(|| written(source.kpi));
    match known {
        Some(start) => Ok(Some(start)),
        None => Ok(source.first_known(starts_ms, instant_ms)?.and_then(|known| known.actual)),
    }
}

fn written(kpi: &Kpi) -> Option<f64> {
    match (kpi.shape, kpi.current) {
        (Shape::Multiple, _) => Some(1.0),
        (Shape::Reduction, _) => Some(0.0),
        (_, Current::Value(value)) => Some(value),
        (_, Current::Unknown) => None,
    }
}
