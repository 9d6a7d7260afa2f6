//! Looking back: the history that a chart draws. It ends with the number that the status is about.

use super::Source;
use crate::aggregate::Aggregate;
use crate::baseline;
use crate::catalogue::{Catalogue, Kpi};
use crate::point::Pending;
use crate::shape::Shape;
use crate::window::{WindowAggregate, WindowSource, until};

/// The number that targets are about, as time and number: what a chart draws, at most `most` of them up to `instant_ms`.
///
/// Of a KPI that is recorded there is one for each observation, and one more for the instant itself (of a stale one: for the last
/// instant at which it was fresh) where its window or its period has moved on since. Of a derived measurement there is one for each step: the
/// cadence, or the calendar period of its window, at whose last instant it then stands; steps without a value are left out.
/// What was recorded directly before the first sample of a derived measurement comes before its steps.
///
/// # Errors
/// [`Pending`] where the source has not everything at hand.
pub fn history(
    catalogue: &Catalogue,
    kpi: &Kpi,
    source: &dyn WindowSource,
    instant_ms: i64,
    most: usize,
) -> Result<Vec<(i64, f64)>, Pending> {
    let source = Source::new(catalogue, kpi, source)?;
    let mut latest = moved_on(&source, instant_ms)?.filter(|_| most > 0).map_or_else(Vec::new, |number| vec![number]);
    let steps = computed(&source, instant_ms, most)?;
    let until_ms = direct_until_ms(&source, instant_ms)?;
    let count = source.ask.things(source.direct, until(until_ms), WindowAggregate::PointCount)?;
    let left = most.saturating_sub(steps.len() + latest.len());
    let mut numbers = recorded(&source, until_ms, (count.saturating_sub(left), left.min(count)))?;
    numbers.extend(steps.into_iter().rev());
    numbers.append(&mut latest);
    Ok(numbers)
}

/// Up to when a history up to an instant has what was recorded directly.
pub(super) fn direct_until_ms(source: &Source<'_>, instant_ms: i64) -> Result<i64, Pending> {
    Ok(match source.derivation_at(instant_ms)? {
        Some(derivation) => derivation.first_ms.map_or(instant_ms, |first_ms| first_ms.saturating_sub(1)),
        None => instant_ms,
    })
}

/// Up to when a history up to an instant has steps: since its samples stopped there is nothing to draw.
pub(super) fn last_step_ms(source: &Source<'_>, instant_ms: i64) -> Result<i64, Pending> {
    Ok(source.fresh_until_ms(instant_ms)?.map_or(instant_ms, |fresh_ms| fresh_ms.min(instant_ms)))
}

/// The steps of a derived measurement, the latest first.
fn computed(source: &Source<'_>, instant_ms: i64, most: usize) -> Result<Vec<(i64, f64)>, Pending> {
    let Some(derivation) = source.derivation_at(instant_ms)? else { return Ok(Vec::new()) };
    let kpi = source.kpi;
    let last_ms = last_step_ms(source, instant_ms)?;
    let baseline = if kpi.needs_baseline() { derivation.baseline(kpi, instant_ms)? } else { None };
    // All are asked, so that what is missing of all is loaded at once.
    let steps: Vec<_> = derivation
        .steps_back(kpi, last_ms)
        .take(most)
        .take_while(|step_ms| derivation.first_ms.is_some_and(|first_ms| *step_ms >= first_ms))
        .map(|step_ms| derivation.at(step_ms))
        .collect();
    let mut numbers = Vec::with_capacity(steps.len());
    for step in steps {
        let Some(derived) = step? else { continue };
        numbers.extend(improved(kpi, derived.value, baseline).map(|number| (derived.window.until_ms, number)));
    }
    Ok(numbers)
}

/// The numbers of recorded observations by their place, of those up to an instant, the earliest first.
pub(super) fn recorded(
    source: &Source<'_>,
    until_ms: i64,
    (first, most): (usize, usize),
) -> Result<Vec<(i64, f64)>, Pending> {
    if most == 0 {
        return Ok(Vec::new());
    }
    let kpi = source.kpi;
    if kpi.shape == Shape::Recurrence {
        let points = source.ask.points(source.direct, until(until_ms), first, most)?;
        let known: Vec<_> = points.iter().map(|point| (point.time_ms, source.known(point.time_ms))).collect();
        let mut numbers = Vec::with_capacity(known.len());
        for (time_ms, known) in known {
            numbers.extend(known?.and_then(|known| known.actual).map(|actual| (time_ms, actual)));
        }
        return Ok(numbers);
    }
    let baseline = if kpi.needs_baseline() { source.baseline(until_ms)? } else { None };
    let window = (kpi.aggregate, kpi.window_ms);
    let values = source.ask.rolling(source.direct, until(until_ms), window, (first, most))?;
    let improved = |(time_ms, value): (i64, Option<f64>)| Some((time_ms, improved(kpi, value?, baseline)?));
    Ok(values.into_iter().filter_map(improved).collect())
}

/// What a recorded KPI stands at since its latest observation, where that differs from what it stood at then: observations
/// leave a window, and what recurs becomes overdue.
pub(super) fn moved_on(source: &Source<'_>, instant_ms: i64) -> Result<Option<(i64, f64)>, Pending> {
    let kpi = source.kpi;
    if source.derivation_at(instant_ms)?.is_some()
        || (kpi.aggregate == Aggregate::Last && kpi.shape != Shape::Recurrence)
    {
        return Ok(None);
    }
    let Some(latest) = source.latest_direct(instant_ms)? else { return Ok(None) };
    let until_ms = last_step_ms(source, instant_ms)?;
    let (now, then) = (source.known(until_ms), source.known(latest.time_ms));
    let actual = |known: Option<super::Known>| known.and_then(|known| known.actual);
    let (Some(now), Some(then)) = (actual(now?), actual(then?)) else { return Ok(None) };
    Ok((until_ms > latest.time_ms && now.to_bits() != then.to_bits()).then_some((until_ms, now)))
}

pub(super) fn improved(kpi: &Kpi, value: f64, baseline: Option<f64>) -> Option<f64> {
    match baseline {
        Some(baseline) => baseline::improvement(kpi, value, baseline),
        None if kpi.needs_baseline() => None,
        None => Some(value),
    }
}
