//! Looking back: the history that a chart draws, and since when a status has been what it is.

use super::{KpiStatus, Source, verdict_in};
use crate::baseline;
use crate::catalogue::{Catalogue, Kpi};
use crate::point::{self, Observations};
use crate::status::Status;

/// Since when the KPI has had the status that it has at `instant_ms`, looking back over at most `steps` observations, or
/// over as many steps of the history of a derived measurement.
///
/// Returns the time of the first of the unbroken run, or when it turned stale; `None` without data.
pub fn status_since(
    catalogue: &Catalogue,
    status: &KpiStatus,
    observations: &dyn Observations,
    instant_ms: i64,
    steps: usize,
) -> Option<i64> {
    let source = Source::new(catalogue, catalogue.kpis.get(status.kpi)?, observations);
    let known = status.known?;
    if status.current.status == Status::Stale {
        return source.fresh_until_ms(instant_ms);
    }
    let same = |time_ms: &i64| {
        let then = verdict_in(catalogue, source.kpi, source.known(*time_ms), catalogue.policy.current_phase);
        then.status == status.current.status
    };
    if let Some(derivation) = source.derivation_at(instant_ms) {
        return derivation.steps_back(source.kpi, instant_ms).take(steps).take_while(same).last().or(Some(instant_ms));
    }
    let points = point::until(source.direct, instant_ms);
    let earlier = points.iter().rev().take(steps).map(|point| point.time_ms);
    Some(earlier.take_while(same).last().unwrap_or(known.latest_ms))
}

/// The number that targets are about, as time and number: what a chart draws, at most `most` of them up to `instant_ms`.
///
/// Of a KPI that is recorded there is one for each observation. Of a derived measurement there is one for each step: the
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
    numbers.extend((first..points.len()).rev().filter_map(|index| {
        let until = points.get(..=index)?;
        let latest = until.last()?;
        let window = point::after(until, latest.time_ms.saturating_sub(kpi.window_ms));
        let value = kpi.aggregate.value(until, window)?;
        Some((latest.time_ms, improved(kpi, value, baseline)?))
    }));
}

pub(super) fn improved(kpi: &Kpi, value: f64, baseline: Option<f64>) -> Option<f64> {
    match baseline {
        Some(baseline) => baseline::improvement(kpi, value, baseline),
        None if kpi.needs_baseline() => None,
        None => Some(value),
    }
}
