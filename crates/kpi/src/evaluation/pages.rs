//! The history of a KPI in pages, the earliest first, so that no answer grows with the data.

use super::past::improved;
use super::{Source, past};
use crate::catalogue::{Catalogue, Kpi};
use crate::measure::Span;
use crate::point::Pending;
use crate::window::{WindowAggregate, WindowSource, until};

/// Where a page of a history ends: after so many observations of a time, or after the step of that time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct After {
    /// The time, in milliseconds since the Unix epoch.
    pub time_ms: i64,
    /// How many observations of exactly this time lie before the end; 1 after a step.
    pub count: usize,
}

/// The history of a KPI up to an instant, to be asked for page by page.
///
/// It is what [`past::history`] gives, in the same order. Each observation and each step has a place in it, also where it has no
/// value.
pub struct Pages<'a> {
    source: Source<'a>,
    instant_ms: i64,
    /// Up to when observations were recorded directly, and how many they are.
    direct_until_ms: i64,
    direct_count: usize,
    /// What a recorded KPI stands at since its latest observation.
    moved_on: Option<(i64, f64)>,
    /// The first sample of a derived measurement, and its last step; of a recorded KPI that has moved on, that instant.
    steps: Option<(i64, i64)>,
}

impl<'a> Pages<'a> {
    /// The history up to `instant_ms`.
    ///
    /// # Errors
    /// [`Pending`] where the source has not everything at hand; so do all that is asked of it later.
    pub fn new(
        catalogue: &'a Catalogue,
        kpi: &'a Kpi,
        source: &'a dyn WindowSource,
        instant_ms: i64,
    ) -> Result<Self, Pending> {
        let source = Source::new(catalogue, kpi, source)?;
        let direct_until_ms = past::direct_until_ms(&source, instant_ms)?;
        let direct_count = source.ask.things(source.direct, until(direct_until_ms), WindowAggregate::PointCount)?;
        let moved_on = past::moved_on(&source, instant_ms)?;
        let steps = match source.derivation_at(instant_ms)? {
            Some(derivation) => {
                let last_ms = past::last_step_ms(&source, instant_ms)?;
                derivation.first_ms.zip(derivation.steps_back(kpi, last_ms).next())
            }
            None => moved_on.map(|(time_ms, _)| (time_ms, time_ms)),
        };
        let steps = steps.filter(|(first_ms, last_ms)| first_ms <= last_ms);
        Ok(Self { source, instant_ms, direct_until_ms, direct_count, moved_on, steps })
    }

    /// The values of the places after one and up to another, as time and number; to the end without that.
    ///
    /// # Errors
    /// [`Pending`].
    pub fn numbers(&self, after: Option<After>, until: Option<After>) -> Result<Vec<(i64, f64)>, Pending> {
        let first = self.first_direct(after)?;
        let last = if until.is_some() { self.first_direct(until)? } else { self.direct_count };
        let mut numbers = past::recorded(&self.source, self.direct_until_ms, (first, last.saturating_sub(first)))?;
        let baseline = self.step_baseline()?;
        let steps = self.steps_after(after).take_while(|step_ms| until.is_none_or(|until| *step_ms <= until.time_ms));
        // All are asked, so that what is missing of all is loaded at once.
        let steps: Vec<_> = steps.map(|step_ms| self.computed(step_ms, baseline)).collect();
        for step in steps {
            numbers.extend(step?);
        }
        Ok(numbers)
    }

    /// Where `count` places after one end; `None` where nothing follows.
    ///
    /// # Errors
    /// [`Pending`].
    pub fn end(&self, after: Option<After>, count: usize) -> Result<Option<After>, Pending> {
        let first = self.first_direct(after)?;
        let end = first.saturating_add(count);
        if end < self.direct_count || (end == self.direct_count && self.steps_after(after).next().is_some()) {
            let Some(place) = end.checked_sub(1) else { return Ok(None) };
            let Some(last) = self.source.ask.point_at(self.source.direct, until(self.direct_until_ms), place)? else {
                return Ok(None);
            };
            let before = self.direct_before(last.time_ms)?;
            return Ok(Some(After { time_ms: last.time_ms, count: end - before }));
        }
        let Some(left) = end.checked_sub(self.direct_count.max(first)) else { return Ok(None) };
        let Some(skipped) = left.checked_sub(1) else { return Ok(None) };
        let mut steps = self.steps_after(after).skip(skipped);
        let Some(time_ms) = steps.next() else { return Ok(None) };
        Ok(steps.next().map(|_| After { time_ms, count: 1 }))
    }

    /// How many direct observations lie before a time.
    fn direct_before(&self, time_ms: i64) -> Result<usize, Pending> {
        let span = until(self.direct_until_ms.min(time_ms.saturating_sub(1)));
        self.source.ask.things(self.source.direct, span, WindowAggregate::PointCount)
    }

    fn first_direct(&self, after: Option<After>) -> Result<usize, Pending> {
        let Some(After { time_ms, count }) = after else { return Ok(0) };
        let before = self.direct_before(time_ms)?;
        let of_that_time = Span { from_ms: time_ms.saturating_sub(1), until_ms: time_ms.min(self.direct_until_ms) };
        let of_that_time = self.source.ask.things(self.source.direct, of_that_time, WindowAggregate::PointCount)?;
        Ok(before + count.min(of_that_time))
    }

    /// The steps after a place, those on the way and the last.
    fn steps_after(&self, after: Option<After>) -> impl Iterator<Item = i64> + use<'_, 'a> {
        let reached_ms = after.map_or(i64::MIN, |after| after.time_ms);
        let range = self.steps.filter(|(_, last_ms)| reached_ms < *last_ms);
        range.into_iter().flat_map(move |(first_ms, last_ms)| {
            let from_ms = reached_ms.max(first_ms.saturating_sub(1));
            let on_the_way = self.source.derivation.iter().flat_map(move |derivation| {
                derivation.all_steps_after(self.source.kpi, from_ms).take_while(move |step_ms| *step_ms < last_ms)
            });
            on_the_way.chain([last_ms])
        })
    }

    fn computed(&self, step_ms: i64, baseline: Option<f64>) -> Result<Option<(i64, f64)>, Pending> {
        if self.moved_on.is_some() {
            return Ok(self.moved_on);
        }
        let Some(derivation) = self.source.derivation.as_ref() else { return Ok(None) };
        let Some(derived) = derivation.at(step_ms)? else { return Ok(None) };
        let number = improved(self.source.kpi, derived.value, baseline);
        Ok(number.map(|number| (derived.window.until_ms, number)))
    }

    fn step_baseline(&self) -> Result<Option<f64>, Pending> {
        let kpi = self.source.kpi;
        match self.source.derivation_at(self.instant_ms)?.filter(|_| kpi.needs_baseline()) {
            Some(derivation) => derivation.baseline(kpi, self.instant_ms),
            None => Ok(None),
        }
    }
}
