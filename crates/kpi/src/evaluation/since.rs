//! Since when a status has been what it is, from the data alone: the instants at which it can have changed are walked back.

use std::collections::VecDeque;

use super::past::improved;
use super::source::{fresh_until_ms, next_due_ms};
use super::{Known, KpiStatus, Source, verdict_in};
use crate::aggregate::Aggregate;
use crate::catalogue::{Catalogue, Kpi};
use crate::measure::Span;
use crate::point::{Pending, Point};
use crate::shape::Shape;
use crate::status::Status;
use crate::window::{WindowAggregate, WindowSource, until};

/// How many observations are looked at, each as often as a window holds it.
const MOST_LOOKED_AT: usize = 50_000;
/// After how many steps of a derived measurement a day is one step, and how many steps are tried in all.
const FINE_STEPS: usize = 60;
const MOST_STEPS: usize = 460;
const DAY_MS: i64 = 86_400_000;
/// How many observations are asked for at once.
const PAGE: usize = 512;

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
///
/// # Errors
/// [`Pending`] where the source has not everything at hand.
pub fn status_since(
    catalogue: &Catalogue,
    status: &KpiStatus,
    source: &dyn WindowSource,
    instant_ms: i64,
) -> Result<Option<Since>, Pending> {
    let (Some(kpi), Some(known)) = (catalogue.kpis.get(status.kpi), status.known) else { return Ok(None) };
    let source = Source::new(catalogue, kpi, source)?;
    if status.current.status == Status::Stale {
        return Ok(source.fresh_until_ms(instant_ms)?.map(Since::exactly));
    }
    let holds = |then: Option<Known>| {
        verdict_in(catalogue, source.kpi, then, catalogue.policy.current_phase).status == status.current.status
    };
    let holds_at = |time_ms: i64| source.known(time_ms).map(holds);
    if source.derivation_at(instant_ms)?.is_some() {
        return computed(&source, instant_ms, &holds_at).map(Some);
    }
    if kpi.aggregate == Aggregate::Last && kpi.shape != Shape::Recurrence {
        let baseline = if kpi.needs_baseline() { source.baseline(instant_ms)? } else { None };
        let holds_of = |point: &Point| {
            let actual = improved(kpi, point.value, baseline);
            holds(Some(Known { actual, stale: false, ..known }))
        };
        return latest_alone(&source, instant_ms, known.latest_ms, holds_of).map(Some);
    }
    over_window(&source, instant_ms, &holds_at).map(Some)
}

/// The direct observations up to an instant, the latest first, asked for as they are needed.
struct Backward<'s, 'a> {
    source: &'s Source<'a>,
    instant_ms: i64,
    left: usize,
    page: VecDeque<Point>,
}

impl<'s, 'a> Backward<'s, 'a> {
    fn new(source: &'s Source<'a>, instant_ms: i64) -> Result<Self, Pending> {
        let left = source.ask.things(source.direct, until(instant_ms), WindowAggregate::PointCount)?;
        Ok(Self { source, instant_ms, left, page: VecDeque::new() })
    }

    /// The next one, which stays the next one.
    fn peek(&mut self) -> Result<Option<&Point>, Pending> {
        if self.page.is_empty() && self.left > 0 {
            let most = self.left.min(PAGE);
            self.left -= most;
            let ask = self.source.ask;
            self.page = ask.points(self.source.direct, until(self.instant_ms), self.left, most)?.into();
        }
        Ok(self.page.back())
    }

    fn next(&mut self) -> Result<Option<Point>, Pending> {
        self.peek()?;
        Ok(self.page.pop_back())
    }
}

/// Of a KPI that is what was observed last.
fn latest_alone(
    source: &Source<'_>,
    instant_ms: i64,
    latest_ms: i64,
    holds: impl Fn(&Point) -> bool,
) -> Result<Since, Pending> {
    let mut since_ms = latest_ms;
    let mut points = Backward::new(source, instant_ms)?;
    let mut looked_at = 0;
    while let Some(point) = points.next()? {
        if looked_at >= MOST_LOOKED_AT {
            return Ok(Since { time_ms: since_ms, or_before: true });
        }
        looked_at += 1;
        let was_stale = fresh_until_ms(source.kpi, point.time_ms).is_some_and(|fresh_ms| fresh_ms < since_ms - 1);
        if was_stale || !holds(&point) {
            break;
        }
        since_ms = point.time_ms;
    }
    Ok(Since::exactly(since_ms))
}

/// When a recorded observation leaves the window, or when what recurs is overdue after it.
fn leaves_ms(kpi: &Kpi, point: &Point) -> Option<i64> {
    match kpi.shape {
        Shape::Recurrence => next_due_ms(kpi, point.time_ms).map(|due_ms| due_ms.saturating_add(1)),
        _ => Some(point.time_ms.saturating_add(kpi.window_ms)),
    }
}

/// Of a KPI that is aggregated over a window, or that recurs.
fn over_window(
    source: &Source<'_>,
    instant_ms: i64,
    holds: &dyn Fn(i64) -> Result<bool, Pending>,
) -> Result<Since, Pending> {
    let kpi = source.kpi;
    let mut came = Backward::new(source, instant_ms)?;
    let mut left = Backward::new(source, instant_ms)?;
    // The next instant at which one leaves, not after the shown one.
    let next_left = |left: &mut Backward<'_, '_>| -> Result<Option<i64>, Pending> {
        while let Some(point) = left.peek()?.copied() {
            match leaves_ms(kpi, &point) {
                Some(time_ms) if time_ms <= instant_ms => return Ok(Some(time_ms)),
                _ => drop(left.next()?),
            }
        }
        Ok(None)
    };
    let (mut since_ms, mut looked_at) = (instant_ms, 0);
    loop {
        let (came_ms, left_ms) = (came.peek()?.map(|point| point.time_ms), next_left(&mut left)?);
        let Some(time_ms) = came_ms.max(left_ms) else { return Ok(Since::exactly(since_ms)) };
        if came_ms == Some(time_ms) {
            came.next()?;
        }
        if left_ms == Some(time_ms) {
            left.next()?;
        }
        let window = Span { from_ms: time_ms.saturating_sub(kpi.window_ms), until_ms: time_ms.min(instant_ms) };
        looked_at += source.ask.things(source.direct, window, WindowAggregate::PointCount)? + 1;
        if looked_at > MOST_LOOKED_AT {
            return Ok(Since { time_ms: since_ms, or_before: true });
        }
        // Between this instant and the next one the status could only change by becoming stale.
        let turned_stale = source.fresh_until_ms(time_ms)?.is_some_and(|fresh_ms| fresh_ms < since_ms - 1);
        if turned_stale || !holds(time_ms)? {
            return Ok(Since::exactly(since_ms));
        }
        since_ms = time_ms;
    }
}

/// Of a derived measurement.
fn computed(
    source: &Source<'_>,
    instant_ms: i64,
    holds: &dyn Fn(i64) -> Result<bool, Pending>,
) -> Result<Since, Pending> {
    let Some(derivation) = source.derivation_at(instant_ms)? else { return Ok(Since::exactly(instant_ms)) };
    let mut since_ms = instant_ms;
    let fine = derivation.steps_back(source.kpi, instant_ms).take(FINE_STEPS);
    for step_ms in fine {
        if !holds(step_ms)? {
            return Ok(Since::exactly(since_ms));
        }
        since_ms = step_ms;
    }
    for _ in FINE_STEPS..MOST_STEPS {
        let before_ms = since_ms.saturating_sub(DAY_MS.max(source.kpi.cadence_ms));
        let Some(step_ms) = derivation.steps_back(source.kpi, before_ms).next() else {
            return Ok(Since::exactly(since_ms));
        };
        if !holds(step_ms)? {
            return Ok(Since::exactly(since_ms));
        }
        since_ms = step_ms;
    }
    Ok(Since { time_ms: since_ms, or_before: true })
}
