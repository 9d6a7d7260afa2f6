//! Since when a status has been what it is, from the data alone: the instants at which it can have changed are walked back.

use super::past::improved;
use super::source::{fresh_until_ms, next_due_ms};
use super::{Known, KpiStatus, Source, verdict_in};
use crate::aggregate::Aggregate;
use crate::baseline;
use crate::catalogue::{Catalogue, Kpi};
use crate::point::{self, Observations, Point};
use crate::shape::Shape;
use crate::status::Status;

/// How many observations are looked at, each as often as a window holds it.
const MOST_LOOKED_AT: usize = 50_000;
/// After how many steps of a derived measurement a day is one step, and how many steps are tried in all.
const FINE_STEPS: usize = 60;
const MOST_STEPS: usize = 460;
const DAY_MS: i64 = 86_400_000;

/// Since when a status holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Since {
    /// The first instant at which it is known to hold, in milliseconds since the Unix epoch.
    pub time_ms: i64,
    /// Whether it may have held before too, because no further was looked back.
    pub or_before: bool,
}

impl Since {
    fn exactly(time_ms: i64) -> Self {
        Self { time_ms, or_before: false }
    }
}

/// Since when the KPI has had the status that it has at `instant_ms`: the first instant of the unbroken run, or the last at which
/// it was fresh; `None` without data.
///
/// Of a recorded KPI each instant is looked at at which its status can change: an observation, one that leaves the window, a
/// due date, the end of freshness. Of a derived measurement the steps of its history are looked at, after sixty of them one for
/// each day.
pub fn status_since(
    catalogue: &Catalogue,
    status: &KpiStatus,
    observations: &dyn Observations,
    instant_ms: i64,
) -> Option<Since> {
    let source = Source::new(catalogue, catalogue.kpis.get(status.kpi)?, observations);
    let known = status.known?;
    if status.current.status == Status::Stale {
        return source.fresh_until_ms(instant_ms).map(Since::exactly);
    }
    let holds = |then: Option<Known>| {
        verdict_in(catalogue, source.kpi, then, catalogue.policy.current_phase).status == status.current.status
    };
    if source.derivation_at(instant_ms).is_some() {
        return Some(computed(&source, instant_ms, &|time_ms| holds(source.known(time_ms))));
    }
    let points = point::until(source.direct, instant_ms);
    let kpi = source.kpi;
    if kpi.aggregate == Aggregate::Last && kpi.shape != Shape::Recurrence {
        let baseline = kpi.needs_baseline().then(|| baseline::baseline(kpi, points)).flatten();
        let holds_at = |point: &Point| {
            let actual = improved(kpi, point.value, baseline);
            holds(Some(Known { actual, stale: false, ..known }))
        };
        return Some(latest_alone(kpi, points, known.latest_ms, holds_at));
    }
    Some(over_window(&source, points, instant_ms, &|time_ms| holds(source.known(time_ms))))
}

/// Of a KPI that is what was observed last.
fn latest_alone(kpi: &Kpi, points: &[Point], latest_ms: i64, holds: impl Fn(&Point) -> bool) -> Since {
    let mut since_ms = latest_ms;
    for (looked_at, point) in points.iter().rev().enumerate() {
        if looked_at >= MOST_LOOKED_AT {
            return Since { time_ms: since_ms, or_before: true };
        }
        let was_stale = fresh_until_ms(kpi, point.time_ms).is_some_and(|fresh_ms| fresh_ms < since_ms - 1);
        if was_stale || !holds(point) {
            break;
        }
        since_ms = point.time_ms;
    }
    Since::exactly(since_ms)
}

/// Of a KPI that is aggregated over a window, or that recurs.
fn over_window(source: &Source<'_>, points: &[Point], instant_ms: i64, holds: &dyn Fn(i64) -> bool) -> Since {
    let kpi = source.kpi;
    let leaves = |point: &Point| match kpi.shape {
        Shape::Recurrence => next_due_ms(kpi, point.time_ms).map(|due_ms| due_ms.saturating_add(1)),
        _ => Some(point.time_ms.saturating_add(kpi.window_ms)),
    };
    let mut came = points.iter().rev().map(|point| point.time_ms).peekable();
    let mut left = points.iter().rev().filter_map(leaves).skip_while(|time_ms| *time_ms > instant_ms).peekable();
    let (mut since_ms, mut looked_at) = (instant_ms, 0);
    loop {
        let Some(time_ms) = came.peek().copied().max(left.peek().copied()) else {
            return Since::exactly(since_ms);
        };
        came.next_if_eq(&time_ms);
        left.next_if_eq(&time_ms);
        let window = point::after(point::until(points, time_ms), time_ms.saturating_sub(kpi.window_ms));
        looked_at += window.len() + 1;
        if looked_at > MOST_LOOKED_AT {
            return Since { time_ms: since_ms, or_before: true };
        }
        // Between this instant and the next one the status could only change by becoming stale.
        let turned_stale = source.fresh_until_ms(time_ms).is_some_and(|fresh_ms| fresh_ms < since_ms - 1);
        if turned_stale || !holds(time_ms) {
            return Since::exactly(since_ms);
        }
        since_ms = time_ms;
    }
}

/// Of a derived measurement.
fn computed(source: &Source<'_>, instant_ms: i64, holds: &dyn Fn(i64) -> bool) -> Since {
    let Some(derivation) = source.derivation_at(instant_ms) else { return Since::exactly(instant_ms) };
    let mut since_ms = instant_ms;
    let fine = derivation.steps_back(source.kpi, instant_ms).take(FINE_STEPS);
    for step_ms in fine {
        if !holds(step_ms) {
            return Since::exactly(since_ms);
        }
        since_ms = step_ms;
    }
    for _ in FINE_STEPS..MOST_STEPS {
        let before_ms = since_ms.saturating_sub(DAY_MS.max(source.kpi.cadence_ms));
        let Some(step_ms) = derivation.steps_back(source.kpi, before_ms).next() else {
            return Since::exactly(since_ms);
        };
        if !holds(step_ms) {
            return Since::exactly(since_ms);
        }
        since_ms = step_ms;
    }
    Since { time_ms: since_ms, or_before: true }
}
