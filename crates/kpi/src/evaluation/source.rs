//! Where the values of one KPI come from, looked up once and asked at many instants.

use std::cell::OnceCell;

use super::{Known, due_ms};
use crate::aggregate::{self, Aggregate};
use crate::baseline;
use crate::catalogue::{Catalogue, Current, Kpi};
use crate::measure::{Derived, Prepared};
use crate::point::{self, Observations, Point};
use crate::shape::Shape;
use crate::target::Meaning;

/// How many steps are tried to find the first value of a derived measurement.
const FIRST_VALUE_STEPS: usize = 1_000;

/// The observations of a KPI: direct ones, and the derived measurement that replaces them once its series have samples.
pub(crate) struct Source<'a> {
    pub(crate) kpi: &'a Kpi,
    pub(super) direct: &'a [Point],
    pub(super) derivation: Option<Derivation<'a>>,
}

/// A derived measurement and what does not change with the instant.
pub(super) struct Derivation<'a> {
    prepared: Prepared<'a>,
    /// The first sample that it selects.
    pub(super) first_ms: Option<i64>,
    /// Its first value at a whole step.
    first: OnceCell<Option<(i64, f64)>>,
}

impl<'a> Source<'a> {
    pub(crate) fn new(catalogue: &'a Catalogue, kpi: &'a Kpi, observations: &'a dyn Observations) -> Self {
        let derivation = catalogue.measure(&kpi.measure).map(|measure| {
            let prepared = Prepared::new(catalogue, measure, kpi.window_ms, observations);
            Derivation { first_ms: prepared.first_ms(), prepared, first: OnceCell::new() }
        });
        Self { kpi, direct: observations.points(&kpi.measure), derivation }
    }

    /// What is known of the KPI's value at an instant.
    pub(crate) fn known(&self, instant_ms: i64) -> Option<Known> {
        match self.derivation_at(instant_ms) {
            Some(derivation) => self.computed(derivation, instant_ms),
            None => self.recorded(instant_ms),
        }
    }

    /// What is first known after `start_ms` and not after `instant_ms`.
    pub(crate) fn first_known(&self, start_ms: i64, instant_ms: i64) -> Option<Known> {
        let direct_ms = point::after(self.direct, start_ms).first().map(|first| first.time_ms);
        if let Some(direct_ms) = direct_ms.filter(|direct_ms| *direct_ms <= instant_ms)
            && self.derivation_at(direct_ms).is_none()
        {
            return self.known(direct_ms);
        }
        let derivation = self.derivation_at(instant_ms)?;
        derivation
            .steps_from(self.kpi, derivation.first_ms?.max(start_ms))
            .take_while(|step_ms| *step_ms <= instant_ms)
            .chain([instant_ms])
            .find_map(|step_ms| self.known(step_ms))
    }

    /// The derived measurement, where it is what gives the value at an instant: once one of its samples has come, or
    /// where nothing was recorded directly and counting nothing is a result.
    pub(super) fn derivation_at(&self, instant_ms: i64) -> Option<&Derivation<'a>> {
        self.derivation.as_ref().filter(|derivation| {
            derivation.first_ms.is_some_and(|first_ms| first_ms <= instant_ms)
                || (point::until(self.direct, instant_ms).is_empty() && !derivation.prepared.needs_samples())
        })
    }

    /// The last instant at which what is known at `instant_ms` is fresh; `None` for what recurs, which is overdue instead.
    pub(super) fn fresh_until_ms(&self, instant_ms: i64) -> Option<i64> {
        match self.derivation_at(instant_ms) {
            Some(derivation) => derivation.fresh_until_ms(self.kpi, derivation.prepared.latest(instant_ms)?.time_ms),
            None => fresh_until_ms(self.kpi, point::until(self.direct, instant_ms).last()?.time_ms),
        }
    }

    fn computed(&self, derivation: &Derivation<'_>, instant_ms: i64) -> Option<Known> {
        let (kpi, prepared) = (self.kpi, &derivation.prepared);
        let latest = prepared.latest(instant_ms)?;
        let fresh_ms = derivation.fresh_until_ms(kpi, latest.time_ms).filter(|fresh_ms| instant_ms > *fresh_ms);
        let stale = fresh_ms.is_some();
        let now = prepared.at(instant_ms);
        // What is stale keeps the value that it had when it was last fresh: its window runs empty, and the history ends there.
        let derived = match fresh_ms {
            Some(fresh_ms) => prepared.at(fresh_ms).or_else(|| prepared.at(latest.time_ms)),
            None => now,
        }?;
        let baseline = kpi.needs_baseline().then(|| derivation.baseline(kpi, instant_ms)).flatten();
        let done_ms = || prepared.latest_selected(instant_ms).map(|done| done.time_ms);
        Some(Known {
            value: derived.value,
            actual: actual(kpi, derived.value, baseline, done_ms, instant_ms),
            baseline,
            latest_ms: latest.time_ms,
            origin: latest.origin,
            count: now.map_or(0, |now| now.count),
            stale,
            parts: derived.parts,
            computed: true,
        })
    }

    fn recorded(&self, instant_ms: i64) -> Option<Known> {
        let kpi = self.kpi;
        let points = point::until(self.direct, instant_ms);
        let latest = points.last()?;
        let window_at = |time_ms: i64| point::after(points, time_ms.saturating_sub(kpi.window_ms));
        let window = window_at(instant_ms);
        let fresh_ms = fresh_until_ms(kpi, latest.time_ms).filter(|fresh_ms| instant_ms > *fresh_ms);
        let stale = fresh_ms.is_some();
        // What is stale keeps the value that it had when it was last fresh, where its history ends.
        let from = fresh_ms.map_or(window, window_at);
        let from = if from.is_empty() { std::slice::from_ref(latest) } else { from };
        let value = kpi.aggregate.value(points, from)?;
        let baseline = kpi.needs_baseline().then(|| baseline::baseline(kpi, points)).flatten();
        let done_ms = || points.iter().rfind(|point| point.value >= 1.0).map(|done| done.time_ms);
        Some(Known {
            value,
            actual: actual(kpi, value, baseline, done_ms, instant_ms),
            baseline,
            latest_ms: latest.time_ms,
            origin: latest.origin,
            count: aggregate::count(window.iter()),
            stale,
            parts: None,
            computed: false,
        })
    }
}

impl Derivation<'_> {
    pub(super) fn at(&self, instant_ms: i64) -> Option<Derived> {
        self.prepared.at(instant_ms)
    }

    /// The instants at which a history up to `instant_ms` has values, the latest first.
    pub(super) fn steps_back(&self, kpi: &Kpi, instant_ms: i64) -> impl Iterator<Item = i64> {
        let (window, cadence_ms) = (self.prepared.window(), kpi.cadence_ms);
        std::iter::successors(window.latest_step(cadence_ms, instant_ms), move |step_ms| {
            window.step_before(cadence_ms, *step_ms)
        })
    }

    /// The instants after `after_ms` at which a history has values on its way, the earliest first.
    pub(super) fn all_steps_after(&self, kpi: &Kpi, after_ms: i64) -> impl Iterator<Item = i64> {
        let (window, cadence_ms) = (self.prepared.window(), kpi.cadence_ms);
        std::iter::successors(window.step_after(cadence_ms, after_ms), move |step_ms| {
            window.step_after(cadence_ms, *step_ms)
        })
    }

    /// The same forward from `start_ms` on, limited to as many as are worth trying.
    fn steps_from(&self, kpi: &Kpi, start_ms: i64) -> impl Iterator<Item = i64> {
        let (window, cadence_ms) = (self.prepared.window(), kpi.cadence_ms);
        let first = start_ms.checked_sub(1).and_then(|before_ms| window.step_after(cadence_ms, before_ms));
        std::iter::successors(first, move |step_ms| window.step_after(cadence_ms, *step_ms)).take(FIRST_VALUE_STEPS)
    }

    /// The baseline as known at an instant: the catalogue's number, or the measurement's first value at a whole step; until
    /// there is one, the value itself.
    pub(super) fn baseline(&self, kpi: &Kpi, instant_ms: i64) -> Option<f64> {
        if let Current::Value(value) = kpi.current {
            return Some(value);
        }
        let first = self.first.get_or_init(|| {
            let mut steps = self.steps_from(kpi, self.first_ms?);
            steps.find_map(|step_ms| self.prepared.at(step_ms).map(|derived| (step_ms, derived.value)))
        });
        let known = first.filter(|(step_ms, _)| *step_ms <= instant_ms).map(|(_, value)| value);
        known.or_else(|| self.prepared.at(instant_ms).map(|derived| derived.value))
    }

    fn fresh_until_ms(&self, kpi: &Kpi, latest_ms: i64) -> Option<i64> {
        by_cadence_ms(kpi, latest_ms).map(|by_cadence_ms| self.prepared.fresh_until_ms(latest_ms, by_cadence_ms))
    }
}

/// The last instant at which a recorded value of `latest_ms` still counts as fresh: twice the cadence later, or the end of
/// the window for a KPI that is aggregated over one.
pub(super) fn fresh_until_ms(kpi: &Kpi, latest_ms: i64) -> Option<i64> {
    let by_cadence_ms = by_cadence_ms(kpi, latest_ms)?;
    match kpi.aggregate {
        Aggregate::Last => Some(by_cadence_ms),
        _ => Some(by_cadence_ms.min(latest_ms.saturating_add(kpi.window_ms) - 1)),
    }
}

fn by_cadence_ms(kpi: &Kpi, latest_ms: i64) -> Option<i64> {
    (kpi.shape != Shape::Recurrence).then(|| latest_ms.saturating_add(kpi.cadence_ms.saturating_mul(2)))
}

/// The number that targets are about. `done_ms` tells when something that recurs was last done.
fn actual(
    kpi: &Kpi,
    value: f64,
    baseline: Option<f64>,
    done_ms: impl Fn() -> Option<i64>,
    instant_ms: i64,
) -> Option<f64> {
    match (kpi.shape, baseline) {
        (Shape::Recurrence, _) => Some(recurrence_kept(kpi, done_ms(), instant_ms)),
        (_, Some(baseline)) => baseline::improvement(kpi, value, baseline),
        (_, None) if kpi.needs_baseline() => None,
        _ => Some(value),
    }
}

/// 1 while the last time it was done lies at most one period back, else 0.
fn recurrence_kept(kpi: &Kpi, done_ms: Option<i64>, instant_ms: i64) -> f64 {
    let due_ms = done_ms.and_then(|done_ms| next_due_ms(kpi, done_ms));
    if due_ms.is_some_and(|due_ms| instant_ms <= due_ms) { 1.0 } else { 0.0 }
}

/// When something that recurs is due again after it was done; `None` for a KPI that does not recur.
pub(super) fn next_due_ms(kpi: &Kpi, done_ms: i64) -> Option<i64> {
    let period = kpi.targets().find_map(|target| match target.meaning {
        Meaning::Every(recurrence) => Some(recurrence),
        _ => None,
    });
    period.and_then(|period| due_ms(period, done_ms))
}
