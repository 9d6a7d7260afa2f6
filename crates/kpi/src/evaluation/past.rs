//! Looking back: the history that a chart draws. It ends with the number that the status is about.

use super::Source;
use crate::aggregate::Aggregate;
use crate::baseline;
use crate::catalogue::{Catalogue, Kpi};
use crate::point::{self, Observations, Point};
use crate::shape::Shape;

/// The number that targets are about, as time and number: what a chart draws, at most `most` of them up to `instant_ms`.
///
/// Of a KPI that is recorded there is one for each observation, and one more for the instant itself (of a stale one: for the last
/// instant at which it was fresh) where its window or its period has moved on since. Of a derived measurement there is one for each step: the
/// cadence, or the calendar period of its window, at whose last instant it then stands; steps without a value are left out.
/// What was recorded directly before the first sample of a derived measurement comes before its steps.
pub fn history(
    catalogue: &Catalogue,
    kpi: &Kpi,
    observations: &dyn Observations,
    instant_ms: i64,
    most: usize,
) -> Vec<(i64, f64)> {
    let source = Source::new(catalogue, kpi, observations);
    let mut numbers = computed(&source, instant_ms, most);
    numbers.extend(moved_on(&source, instant_ms).filter(|_| most > 0));
    recorded(&source, direct_until_ms(&source, instant_ms), most - numbers.len(), &mut numbers);
    numbers.reverse();
    numbers
}

/// Up to when a history up to an instant has what was recorded directly.
pub(super) fn direct_until_ms(source: &Source<'_>, instant_ms: i64) -> i64 {
    match source.derivation_at(instant_ms) {
        Some(derivation) => derivation.first_ms.map_or(instant_ms, |first_ms| first_ms.saturating_sub(1)),
        None => instant_ms,
    }
}

/// Up to when a history up to an instant has steps: since its samples stopped there is nothing to draw.
pub(super) fn last_step_ms(source: &Source<'_>, instant_ms: i64) -> i64 {
    source.fresh_until_ms(instant_ms).map_or(instant_ms, |fresh_ms| fresh_ms.min(instant_ms))
}

/// The steps of a derived measurement, the latest first.
fn computed(source: &Source<'_>, instant_ms: i64, most: usize) -> Vec<(i64, f64)> {
    let Some(derivation) = source.derivation_at(instant_ms) else { return Vec::new() };
    let kpi = source.kpi;
    let last_ms = last_step_ms(source, instant_ms);
    let baseline = kpi.needs_baseline().then(|| derivation.baseline(kpi, instant_ms)).flatten();
    derivation
        .steps_back(kpi, last_ms)
        .take(most)
        .take_while(|step_ms| derivation.first_ms.is_some_and(|first_ms| *step_ms >= first_ms))
        .filter_map(|step_ms| {
            let derived = derivation.at(step_ms)?;
            Some((derived.window.until_ms, improved(kpi, derived.value, baseline)?))
        })
        .collect()
}

/// The last `most` recorded observations up to an instant, the latest first.
fn recorded(source: &Source<'_>, until_ms: i64, most: usize, numbers: &mut Vec<(i64, f64)>) {
    let kpi = source.kpi;
    let points = point::until(source.direct, until_ms);
    let baseline = kpi.needs_baseline().then(|| baseline::baseline(kpi, points)).flatten();
    let first = points.len().saturating_sub(most);
    numbers
        .extend((first..points.len()).rev().filter_map(|index| recorded_at(source, points.get(..=index)?, baseline)));
}

/// The number of a recorded KPI at its latest observation, which ends `until`.
pub(super) fn recorded_at(source: &Source<'_>, until: &[Point], baseline: Option<f64>) -> Option<(i64, f64)> {
    let (kpi, latest) = (source.kpi, until.last()?);
    if kpi.shape == Shape::Recurrence {
        return Some((latest.time_ms, source.known(latest.time_ms)?.actual?));
    }
    let window = point::after(until, latest.time_ms.saturating_sub(kpi.window_ms));
    let value = kpi.aggregate.value(until, window)?;
    Some((latest.time_ms, improved(kpi, value, baseline)?))
}

/// What a recorded KPI stands at since its latest observation, where that differs from what it stood at then: observations
/// leave a window, and what recurs becomes overdue.
pub(super) fn moved_on(source: &Source<'_>, instant_ms: i64) -> Option<(i64, f64)> {
    let kpi = source.kpi;
    if source.derivation_at(instant_ms).is_some()
        || (kpi.aggregate == Aggregate::Last && kpi.shape != Shape::Recurrence)
    {
        return None;
    }
    let latest_ms = point::until(source.direct, instant_ms).last()?.time_ms;
    let until_ms = last_step_ms(source, instant_ms);
    let (now, then) = (source.known(until_ms)?.actual?, source.known(latest_ms)?.actual?);
    (until_ms > latest_ms && now.to_bits() != then.to_bits()).then_some((until_ms, now))
}

pub(super) fn improved(kpi: &Kpi, value: f64, baseline: Option<f64>) -> Option<f64> {
    match baseline {
        Some(baseline) => baseline::improvement(kpi, value, baseline),
        None if kpi.needs_baseline() => None,
        None => Some(value),
    }
}
