//! Where the values of one KPI come from, looked up once and asked at many instants.

use std::cell::OnceCell;

use super::{Known, due_ms};
use crate::aggregate::Aggregate;
use crate::baseline;
use crate::catalogue::{Catalogue, Current, Kpi};
use crate::measure::{Derived, Prepared, Span};
use crate::point::{Pending, Point};
use crate::shape::Shape;
use crate::target::Meaning;
use crate::window::{Ask, Samples, WindowAggregate, WindowSource, until};

/// How many steps are tried to find the first value of a derived measurement.
const FIRST_VALUE_STEPS: usize = 1_000;

/// The observations of a KPI: direct ones, and the derived measurement that replaces them once its series have samples.
pub(crate) struct Source<'a> {
    pub(crate) kpi: &'a Kpi,
    pub(super) ask: Ask<'a>,
    /// What was recorded directly.
    pub(super) direct: Samples<'a>,
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
    pub(crate) fn new(catalogue: &'a Catalogue, kpi: &'a Kpi, source: &'a dyn WindowSource) -> Result<Self, Pending> {
        let derivation = match catalogue.measure(&kpi.measure) {
            Some(measure) => {
                let prepared = Prepared::new(catalogue, measure, kpi.window_ms, source);
                Some(Derivation { first_ms: prepared.first_ms()?, prepared, first: OnceCell::new() })
            }
            None => None,
        };
        Ok(Self { kpi, ask: Ask(source), direct: Samples::all(&kpi.measure), derivation })
    }

    /// What is known of the KPI's value at an instant.
    pub(crate) fn known(&self, instant_ms: i64) -> Result<Option<Known>, Pending> {
        match self.derivation_at(instant_ms)? {
            Some(derivation) => self.computed(derivation, instant_ms),
            None => self.recorded(instant_ms),
        }
    }

    /// What is first known after `start_ms` and not after `instant_ms`.
    pub(crate) fn first_known(&self, start_ms: i64, instant_ms: i64) -> Result<Option<Known>, Pending> {
        let after = Span { from_ms: start_ms, until_ms: i64::MAX };
        let direct_ms = self.ask.sample(self.direct, after, WindowAggregate::First)?.map(|first| first.time_ms);
        if let Some(direct_ms) = direct_ms.filter(|direct_ms| *direct_ms <= instant_ms)
            && self.derivation_at(direct_ms)?.is_none()
        {
            return self.known(direct_ms);
        }
        let Some(derivation) = self.derivation_at(instant_ms)? else { return Ok(None) };
        let Some(first_ms) = derivation.first_ms else { return Ok(None) };
        let steps = derivation.steps_from(self.kpi, first_ms.max(start_ms));
        for step_ms in steps.take_while(|step_ms| *step_ms <= instant_ms).chain([instant_ms]) {
            if let Some(known) = self.known(step_ms)? {
                return Ok(Some(known));
            }
        }
        Ok(None)
    }

    /// The latest direct observation up to an instant.
    pub(super) fn latest_direct(&self, instant_ms: i64) -> Result<Option<Point>, Pending> {
        self.ask.latest(self.direct, instant_ms)
    }

    /// The derived measurement, where it is what gives the value at an instant: once one of its samples has come, or
    /// where nothing was recorded directly and counting nothing is a result.
    pub(super) fn derivation_at(&self, instant_ms: i64) -> Result<Option<&Derivation<'a>>, Pending> {
        let Some(derivation) = &self.derivation else { return Ok(None) };
        let gives = derivation.first_ms.is_some_and(|first_ms| first_ms <= instant_ms)
            || (!derivation.prepared.needs_samples() && self.latest_direct(instant_ms)?.is_none());
        Ok(gives.then_some(derivation))
    }

    /// The last instant at which what is known at `instant_ms` is fresh; `None` for what recurs, which is overdue instead.
    pub(super) fn fresh_until_ms(&self, instant_ms: i64) -> Result<Option<i64>, Pending> {
        Ok(match self.derivation_at(instant_ms)? {
            Some(derivation) => derivation
                .prepared
                .latest(instant_ms)?
                .and_then(|latest| derivation.fresh_until_ms(self.kpi, latest.time_ms)),
            None => self.latest_direct(instant_ms)?.and_then(|latest| fresh_until_ms(self.kpi, latest.time_ms)),
        })
    }

    fn computed(&self, derivation: &Derivation<'_>, instant_ms: i64) -> Result<Option<Known>, Pending> {
        let (kpi, prepared) = (self.kpi, &derivation.prepared);
        // Both are asked for, so that what is missing of both is loaded at once.
        let (latest, now) = (prepared.latest(instant_ms), prepared.at(instant_ms));
        let (Some(latest), now) = (latest?, now?) else { return Ok(None) };
        let fresh_ms = derivation.fresh_until_ms(kpi, latest.time_ms).filter(|fresh_ms| instant_ms > *fresh_ms);
        let stale = fresh_ms.is_some();
        // What is stale keeps the value that it had when it was last fresh: its window runs empty, and the history ends there.
        let derived = match fresh_ms {
            Some(fresh_ms) => match prepared.at(fresh_ms)? {
                Some(derived) => Some(derived),
                None => prepared.at(latest.time_ms)?,
            },
            None => now,
        };
        let Some(derived) = derived else { return Ok(None) };
        let baseline = if kpi.needs_baseline() { derivation.baseline(kpi, instant_ms)? } else { None };
        let done_ms = if kpi.shape == Shape::Recurrence { prepared.latest_selected(instant_ms)? } else { None };
        Ok(Some(Known {
            value: derived.value,
            actual: actual(kpi, derived.value, baseline, done_ms.map(|done| done.time_ms), instant_ms),
            baseline,
            latest_ms: latest.time_ms,
            origin: latest.origin,
            count: now.map_or(0, |now| now.count),
            stale,
            parts: derived.parts,
            computed: true,
        }))
    }

    fn recorded(&self, instant_ms: i64) -> Result<Option<Known>, Pending> {
        let kpi = self.kpi;
        let since = |time_ms: i64| Span { from_ms: time_ms.saturating_sub(kpi.window_ms), until_ms: instant_ms };
        let (latest, count) = (self.latest_direct(instant_ms), self.ask.count(self.direct, since(instant_ms)));
        let (Some(latest), count) = (latest?, count?) else { return Ok(None) };
        let fresh_ms = fresh_until_ms(kpi, latest.time_ms).filter(|fresh_ms| instant_ms > *fresh_ms);
        let stale = fresh_ms.is_some();
        // What is stale keeps the value that it had when it was last fresh, where its history ends.
        let span = since(fresh_ms.unwrap_or(instant_ms));
        let value = if latest.time_ms > span.from_ms {
            self.ask.aggregate(kpi.aggregate, self.direct, span, Some(&latest))?
        } else {
            // Of an empty window the latest observation is what is known.
            kpi.aggregate.value(&[latest], &[latest])
        };
        let Some(value) = value else { return Ok(None) };
        let baseline = if kpi.needs_baseline() { self.baseline(instant_ms)? } else { None };
        let done = match kpi.shape {
            Shape::Recurrence => {
                self.ask.sample(self.direct, until(instant_ms), WindowAggregate::LatestAtLeast(1.0))?
            }
            _ => None,
        };
        Ok(Some(Known {
            value,
            actual: actual(kpi, value, baseline, done.map(|done| done.time_ms), instant_ms),
            baseline,
            latest_ms: latest.time_ms,
            origin: latest.origin,
            count,
            stale,
            parts: None,
            computed: false,
        }))
    }

    /// The baseline as known at an instant of what was recorded directly.
    pub(super) fn baseline(&self, instant_ms: i64) -> Result<Option<f64>, Pending> {
        if let Current::Value(value) = self.kpi.current {
            return Ok(Some(value));
        }
        let first = self.ask.sample(self.direct, until(instant_ms), WindowAggregate::FirstRecorded)?;
        Ok(first.map(|first| first.value))
    }
}

impl Derivation<'_> {
    pub(super) fn at(&self, instant_ms: i64) -> Result<Option<Derived>, Pending> {
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
    pub(super) fn baseline(&self, kpi: &Kpi, instant_ms: i64) -> Result<Option<f64>, Pending> {
        if let Current::Value(value) = kpi.current {
            return Ok(Some(value));
        }
        let known = self.first_value(kpi)?.filter(|(step_ms, _)| *step_ms <= instant_ms);
        Ok(match known {
            Some((_, value)) => Some(value),
            None => self.prepared.at(instant_ms)?.map(|derived| derived.value),
        })
    }

    fn first_value(&self, kpi: &Kpi) -> Result<Option<(i64, f64)>, Pending> {
        if let Some(first) = self.first.get() {
            return Ok(*first);
        }
        let mut first = None;
        if let Some(first_ms) = self.first_ms {
            for step_ms in self.steps_from(kpi, first_ms) {
                if let Some(derived) = self.prepared.at(step_ms)? {
                    first = Some((step_ms, derived.value));
                    break;
                }
            }
        }
        Ok(*self.first.get_or_init(|| first))
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
fn actual(kpi: &Kpi, value: f64, baseline: Option<f64>, done_ms: Option<i64>, instant_ms: i64) -> Option<f64> {
    match (kpi.shape, baseline) {
        (Shape::Recurrence, _) => Some(recurrence_kept(kpi, done_ms, instant_ms)),
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
