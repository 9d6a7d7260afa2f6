//! Answers from points in runs, wherever these lie: whole runs by what they are in sum, the others by their points.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::{ControlFlow, Range};
use std::rc::Rc;

use super::entities::Entities;
use super::labels::{Conditions, Known};
use super::pairs::{Finished, PairsKey};
use super::{Answer, Samples, WindowQuery, WindowSource};
use crate::measure::Span;
use crate::point::{self, Pending, Point, RunSummary, SeriesRuns, SeriesSource, Superseded};

type LabelConditions = Vec<(String, Vec<String>)>;

/// A source of points that answers. What it learns of label sets, entities and pairs it keeps for the next question, so it is made
/// anew once points may have been added.
pub struct RunsSource<'a> {
    pub(super) series: &'a dyn SeriesSource,
    judged: RefCell<HashMap<LabelConditions, Known>>,
    entities: RefCell<HashMap<String, Rc<Entities<'a>>>>,
    pub(super) pairs: RefCell<HashMap<PairsKey, Rc<Finished>>>,
}

/// A part of a window.
pub(super) enum Part<'p> {
    /// A run that lies in it whole.
    Whole(&'p RunSummary),
    /// Points, of which the selection may not accept all.
    Points(&'p [Point]),
}

/// In which order runs are walked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// The earliest first.
    Forward,
    /// The latest first.
    Backward,
}

/// What of a run that lies in a window whole is enough.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Enough {
    /// What it is in sum.
    Sum,
    /// What it is in sum by label set.
    SumByLabelSet,
    /// Its points alone.
    Points,
}

/// How a window is walked.
#[derive(Clone, Copy)]
pub(super) struct Walk {
    pub(super) order: Order,
    /// What of a run is enough in place of its points.
    pub(super) enough: Enough,
    /// Whether the walk ends where what is looked for was found, so that what lies behind need not be at hand.
    pub(super) breaks_off: bool,
}

impl<'a> RunsSource<'a> {
    /// A source that answers from these series.
    pub fn new(series: &'a dyn SeriesSource) -> Self {
        Self { series, judged: RefCell::default(), entities: RefCell::default(), pairs: RefCell::default() }
    }

    /// The conditions of a selection.
    pub(super) fn conditions<'q>(&self, of: Samples<'q>) -> Conditions<'q, 'a> {
        let known = if of.labels.is_empty() {
            Known::default()
        } else {
            let mut judged = self.judged.borrow_mut();
            match judged.get(of.labels) {
                Some(known) => known.clone(),
                None => judged.entry(of.labels.to_vec()).or_default().clone(),
            }
        };
        Conditions::new(of.labels, self.series, known)
    }

    /// The entities that a label names.
    pub(super) fn entities(&self, label: &str) -> Rc<Entities<'a>> {
        let mut entities = self.entities.borrow_mut();
        if let Some(known) = entities.get(label) {
            return Rc::clone(known);
        }
        let fresh = Rc::new(Entities::new(label, self.series));
        entities.insert(label.to_owned(), Rc::clone(&fresh));
        fresh
    }

    /// Walks the parts of a window of a series until `take` breaks off. Of a walk through everything all that is not at hand is asked for
    /// before it ends.
    pub(super) fn walk(
        &self,
        of: Samples<'_>,
        (span, known_at_ms): (Span, Option<i64>),
        walk: Walk,
        take: &mut dyn FnMut(Part<'_>, &Conditions<'_, 'a>) -> ControlFlow<()>,
    ) -> Result<(), Pending> {
        let Some(series) = self.series.series(of.series)? else { return Ok(()) };
        let conditions = self.conditions(of);
        let runs = runs_in(&*series, span);
        let mut outcome = Ok(());
        let mut run_at = |run: usize| -> Result<ControlFlow<()>, Pending> {
            let summary = series.summary(run);
            if let Some(summary) = summary {
                if !conditions.take_all() && accepts_nothing(summary, &conditions) && is_settled(summary, known_at_ms) {
                    return Ok(ControlFlow::Continue(()));
                }
                let is_enough = match walk.enough {
                    Enough::Sum => conditions.take_all() || summary.by_label_set.is_some(),
                    Enough::SumByLabelSet => summary.by_label_set.is_some(),
                    Enough::Points => false,
                };
                if is_enough && lies_inside(&*series, run, span) && is_settled(summary, known_at_ms) {
                    return Ok(take(Part::Whole(summary), &conditions));
                }
            }
            let points = points_of(&*series, run, known_at_ms)?;
            let inside = point::after(point::until(&points, span.until_ms), span.from_ms);
            let inside = if span.from_ms == i64::MIN { point::until(&points, span.until_ms) } else { inside };
            Ok(take(Part::Points(inside), &conditions))
        };
        let order: &mut dyn Iterator<Item = usize> = match walk.order {
            Order::Forward => &mut runs.clone(),
            Order::Backward => &mut runs.clone().rev(),
        };
        for run in order {
            match run_at(run) {
                Ok(ControlFlow::Continue(())) => {}
                Ok(ControlFlow::Break(())) => break,
                Err(Pending) if walk.breaks_off => return Err(Pending),
                Err(Pending) => outcome = Err(Pending),
            }
        }
        outcome
    }

    /// Every accepted point of a window, in order.
    pub(super) fn each(
        &self,
        of: Samples<'_>,
        within: (Span, Option<i64>),
        take: &mut dyn FnMut(&Point),
    ) -> Result<(), Pending> {
        self.walk(
            of,
            within,
            Walk { order: Order::Forward, enough: Enough::Points, breaks_off: false },
            &mut |part, conditions| {
                if let Part::Points(points) = part {
                    points.iter().filter(|point| conditions.accept(point.labels)).for_each(&mut *take);
                }
                ControlFlow::Continue(())
            },
        )
    }
}

impl WindowSource for RunsSource<'_> {
    fn answer(&self, query: &WindowQuery<'_>) -> Result<Answer, Pending> {
        super::answers::answer(self, query)
    }
}

/// Whether a run holds no point that the conditions accept.
fn accepts_nothing(summary: &RunSummary, conditions: &Conditions<'_, '_>) -> bool {
    summary.by_label_set.as_ref().is_some_and(|sets| !sets.iter().any(|(set, _)| conditions.accept(*set)))
}

/// Whether a run was as it is now at the instant of which the knowledge is asked for.
fn is_settled(summary: &RunSummary, known_at_ms: Option<i64>) -> bool {
    known_at_ms.is_none_or(|known_at_ms| summary.latest_recorded_ms <= known_at_ms)
}

fn lies_inside(series: &dyn SeriesRuns, run: usize, span: Span) -> bool {
    let extent = series.extent(run);
    (span.from_ms == i64::MIN || extent.first_ms > span.from_ms) && extent.last_ms <= span.until_ms
}

/// The runs that reach into a stretch of time.
pub(super) fn runs_in(series: &dyn SeriesRuns, span: Span) -> Range<usize> {
    let from = if span.from_ms == i64::MIN { 0 } else { first_run(series, |extent| extent.last_ms > span.from_ms) };
    let until = first_run(series, |extent| extent.first_ms > span.until_ms);
    from..until.max(from)
}

/// The first run of which something holds that holds of all later ones.
fn first_run(series: &dyn SeriesRuns, holds: impl Fn(point::RunExtent) -> bool) -> usize {
    let (mut low, mut high) = (0, series.count());
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(series.extent(middle)) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

/// The points of a run as they counted at an instant; as they count now without one.
pub(super) fn points_of(
    series: &dyn SeriesRuns,
    run: usize,
    known_at_ms: Option<i64>,
) -> Result<Cow<'_, [Point]>, Pending> {
    let points = series.points(run);
    let Some(known_at_ms) = known_at_ms else { return points };
    if series.summary(run).is_some_and(|summary| is_settled(summary, Some(known_at_ms))) {
        return points;
    }
    let superseded =
        if series.extent(run).superseded > 0 { series.superseded(run) } else { Ok(Cow::Borrowed(&[][..])) };
    let (points, superseded) = (points?, superseded?);
    let shown = |point: &Point| point.recorded_ms <= known_at_ms;
    let counted_then = |one: &&Superseded| one.superseded_ms > known_at_ms;
    let mut before: Vec<Point> = superseded.iter().filter(counted_then).map(|one| one.point).filter(shown).collect();
    if before.is_empty() && points.iter().all(shown) {
        return Ok(points);
    }
    before.extend(points.iter().filter(|point| shown(point)));
    before.sort_by_key(|point| (point.time_ms, point.recorded_ms));
    Ok(Cow::Owned(before))
}
