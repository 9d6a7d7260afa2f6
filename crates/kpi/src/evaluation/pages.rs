//! The history of a KPI in pages, the earliest first, so that no answer grows with the data.

use super::past::improved;
use super::{Source, past};
use crate::baseline;
use crate::catalogue::{Catalogue, Kpi};
use crate::point::{self, Observations, Point};

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
    /// The observations that were recorded directly.
    direct: &'a [Point],
    direct_baseline: Option<f64>,
    /// What a recorded KPI stands at since its latest observation.
    moved_on: Option<(i64, f64)>,
    /// The first sample of a derived measurement, and its last step; of a recorded KPI that has moved on, that instant.
    steps: Option<(i64, i64)>,
}

impl<'a> Pages<'a> {
    /// The history up to `instant_ms`.
    pub fn new(catalogue: &'a Catalogue, kpi: &'a Kpi, observations: &'a dyn Observations, instant_ms: i64) -> Self {
        let source = Source::new(catalogue, kpi, observations);
        let direct_until_ms = past::direct_until_ms(&source, instant_ms);
        let direct = point::until(source.direct, direct_until_ms);
        let direct_baseline = kpi.needs_baseline().then(|| baseline::baseline(kpi, direct)).flatten();
        let moved_on = past::moved_on(&source, instant_ms);
        let steps = match source.derivation_at(instant_ms) {
            Some(derivation) => {
                let last_ms = past::last_step_ms(&source, instant_ms);
                derivation.first_ms.zip(derivation.steps_back(kpi, last_ms).next())
            }
            None => moved_on.map(|(time_ms, _)| (time_ms, time_ms)),
        };
        Self {
            source,
            instant_ms,
            direct,
            direct_baseline,
            moved_on,
            steps: steps.filter(|(first_ms, last_ms)| first_ms <= last_ms),
        }
    }

    /// The values of the places after one and up to another, as time and number; to the end without that.
    pub fn numbers(&self, after: Option<After>, until: Option<After>) -> Vec<(i64, f64)> {
        let last = until.map_or(self.direct.len(), |until| self.first_direct(Some(until)));
        let baseline = self.step_baseline();
        let steps = self.steps_after(after).take_while(|step_ms| until.is_none_or(|until| *step_ms <= until.time_ms));
        let recorded = (self.first_direct(after)..last).filter_map(|index| self.recorded(index));
        recorded.chain(steps.filter_map(|step_ms| self.computed(step_ms, baseline))).collect()
    }

    /// Where `count` places after one end; `None` where nothing follows.
    pub fn end(&self, after: Option<After>, count: usize) -> Option<After> {
        let first = self.first_direct(after);
        let until = first.saturating_add(count);
        if until < self.direct.len() || (until == self.direct.len() && self.steps_after(after).next().is_some()) {
            let time_ms = self.direct.get(until.checked_sub(1)?)?.time_ms;
            let before = self.direct.partition_point(|point| point.time_ms < time_ms);
            return Some(After { time_ms, count: until - before });
        }
        let left = until.checked_sub(self.direct.len().max(first))?;
        let mut steps = self.steps_after(after).skip(left.checked_sub(1)?);
        let time_ms = steps.next()?;
        steps.next().map(|_| After { time_ms, count: 1 })
    }

    fn first_direct(&self, after: Option<After>) -> usize {
        let Some(After { time_ms, count }) = after else { return 0 };
        let before = self.direct.partition_point(|point| point.time_ms < time_ms);
        let of_that_time = self.direct.partition_point(|point| point.time_ms <= time_ms) - before;
        before + count.min(of_that_time)
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

    fn recorded(&self, index: usize) -> Option<(i64, f64)> {
        past::recorded_at(&self.source, self.direct.get(..=index)?, self.direct_baseline)
    }

    fn computed(&self, step_ms: i64, baseline: Option<f64>) -> Option<(i64, f64)> {
        if self.moved_on.is_some() {
            return self.moved_on;
        }
        let derived = self.source.derivation.as_ref()?.at(step_ms)?;
        Some((derived.window.until_ms, improved(self.source.kpi, derived.value, baseline)?))
    }

    fn step_baseline(&self) -> Option<f64> {
        let kpi = self.source.kpi;
        let derivation = self.source.derivation_at(self.instant_ms).filter(|_| kpi.needs_baseline())?;
        derivation.baseline(kpi, self.instant_ms)
    }
}
