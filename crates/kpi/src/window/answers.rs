//! The answer to each question, from points in runs.

use std::ops::ControlFlow;

use super::entities::Marked;
use super::pairs::{self, Paired};
use super::runs::{Enough, Order, Part, RunsSource, Walk, points_of, runs_in};
use super::{Answer, Samples, WindowAggregate, WindowQuery, of_values, rolling};
use crate::aggregate::{Aggregate, Values, as_f64, weight_usize};
use crate::measure::{Span, Statistic};
use crate::point::{LabelSet, Origin, Pending, Point, RunTotal};

const SUMS: Walk = Walk { order: Order::Forward, enough: Enough::Sum, breaks_off: false };
const FIRST: Walk = Walk { order: Order::Forward, enough: Enough::Points, breaks_off: true };
const LATEST: Walk = Walk { order: Order::Backward, enough: Enough::Points, breaks_off: true };

type Within = (Span, Option<i64>);

pub(super) fn answer(source: &RunsSource<'_>, query: &WindowQuery<'_>) -> Result<Answer, Pending> {
    let WindowQuery { of, span, known_at_ms, aggregate } = *query;
    let within = (span, known_at_ms);
    Ok(match aggregate {
        WindowAggregate::Count => Answer::Total { count: count(source, of, within)?, sum: 0.0 },
        WindowAggregate::Sum => {
            let total = total(source, of, within)?;
            Answer::Total { count: total.observations, sum: total.sum.total() }
        }
        WindowAggregate::Statistic(statistic) => statistic_of(source, of, within, statistic)?,
        WindowAggregate::First => Answer::Sample(found(source, of, within, FIRST, &|_| true)?),
        WindowAggregate::Latest => Answer::Sample(found(source, of, within, LATEST, &|_| true)?),
        WindowAggregate::LatestAtLeast(least) => {
            Answer::Sample(found(source, of, within, LATEST, &|point| point.value >= least)?)
        }
        WindowAggregate::FirstRecorded => Answer::Sample(first_recorded(source, of, within)?),
        WindowAggregate::Distinct(entity) => Answer::Count(marked(source, of, within, entity)?.count),
        WindowAggregate::Share { entity, among, among_span } => {
            // Both are asked for, so that what is missing of both is loaded at once.
            let among = marked(source, among, (among_span, known_at_ms), entity);
            let both = marked(source, of, within, entity);
            let (among, both) = (among?, both?);
            Answer::Share { both: both.both(&among), among: among.count }
        }
        WindowAggregate::OfEach { entity, statistic } => {
            let mut medians = medians(source, of, within, entity)?;
            Answer::Statistic { value: of_values(statistic, &mut medians), count: medians.len() }
        }
        WindowAggregate::NthEntity { entity, nth } => Answer::Sample(nth_entity(source, of, within, entity, nth)?),
        WindowAggregate::Durations { from, entity, statistic } => {
            let mut seconds = pairs::seconds_within(source, Paired { from, to: of, entity }, within)?;
            Answer::Statistic { value: of_values(statistic, &mut seconds), count: seconds.len() }
        }
        WindowAggregate::Promoters => promoters(source, of, within)?,
        WindowAggregate::Corrections(instant_ms) => Answer::Count(corrections(source, of, span, instant_ms)?),
        WindowAggregate::PointCount => Answer::Count(point_count(source, of, within)?),
        WindowAggregate::Points { first, most } => Answer::Points(points(source, of, within, first, most)?),
        WindowAggregate::Rolling { aggregate, window_ms, first, most } => {
            Answer::Numbers(rolling_at(source, of, within, (aggregate, window_ms), (first, most))?)
        }
    })
}

fn total(source: &RunsSource<'_>, of: Samples<'_>, within: Within) -> Result<RunTotal, Pending> {
    let mut total = RunTotal::default();
    source.walk(of, within, SUMS, &mut |part, conditions| {
        match part {
            Part::Whole(summary) if conditions.take_all() => total.merge(&summary.total),
            Part::Whole(summary) => {
                let sets = summary.by_label_set.iter().flat_map(|sets| sets.iter());
                sets.filter(|(set, _)| conditions.accept(*set)).for_each(|(_, of_set)| total.merge(of_set));
            }
            Part::Points(points) => {
                points.iter().filter(|point| conditions.accept(point.labels)).for_each(|point| total.add(point));
            }
        }
        ControlFlow::Continue(())
    })?;
    Ok(total)
}

fn count(source: &RunsSource<'_>, of: Samples<'_>, within: Within) -> Result<usize, Pending> {
    let mut count = 0_usize;
    source.walk(of, within, SUMS, &mut |part, conditions| {
        let more = match part {
            Part::Whole(summary) if conditions.take_all() => summary.total.observations,
            Part::Whole(summary) => {
                let sets = summary.by_label_set.iter().flat_map(|sets| sets.iter());
                sets.filter(|(set, _)| conditions.accept(*set)).map(|(_, of_set)| of_set.observations).sum()
            }
            Part::Points(points) => {
                let accepted = points.iter().filter(|point| conditions.accept(point.labels));
                crate::aggregate::count(accepted)
            }
        };
        count = count.saturating_add(more);
        ControlFlow::Continue(())
    })?;
    Ok(count)
}

fn statistic_of(
    source: &RunsSource<'_>,
    of: Samples<'_>,
    within: Within,
    statistic: Statistic,
) -> Result<Answer, Pending> {
    Ok(match statistic {
        Statistic::Mean => {
            let total = total(source, of, within)?;
            let count = total.observations;
            Answer::Statistic { value: (count > 0).then(|| total.sum.total() / as_f64(count)), count }
        }
        Statistic::Percentile(rank) => {
            let mut values = Values::default();
            source.each(of, within, &mut |point| values.add(point))?;
            let count = values.count();
            Answer::Statistic { value: values.percentile(rank), count }
        }
    })
}

/// The first point on a walk that is wanted.
fn found(
    source: &RunsSource<'_>,
    of: Samples<'_>,
    within: Within,
    walk: Walk,
    wanted: &dyn Fn(&Point) -> bool,
) -> Result<Option<Point>, Pending> {
    let mut found = None;
    let walked = source.walk(of, within, walk, &mut |part, conditions| {
        let Part::Points(points) = part else { return ControlFlow::Continue(()) };
        let is_it = |point: &&Point| conditions.accept(point.labels) && wanted(point);
        found = match walk.order {
            Order::Forward => points.iter().find(is_it).copied(),
            Order::Backward => points.iter().rfind(is_it).copied(),
        };
        if found.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    walked.map(|()| found)
}

fn first_recorded(source: &RunsSource<'_>, of: Samples<'_>, within: Within) -> Result<Option<Point>, Pending> {
    let mut first: Option<Point> = None;
    let mut take = |point: &Point| {
        // Of equals the one that comes first in order stays.
        if first.is_none_or(|known| when(point) < when(&known)) {
            first = Some(*point);
        }
    };
    let enough = if of.labels.is_empty() { Enough::Sum } else { Enough::Points };
    let walk = Walk { order: Order::Forward, enough, breaks_off: false };
    source.walk(of, within, walk, &mut |part, conditions| {
        match part {
            // Only when, about which time, and the value are known of a whole run.
            Part::Whole(summary) => {
                if let Some((recorded_ms, time_ms, value)) = summary.first_recorded {
                    let (origin, labels) = (Origin::Measured, LabelSet::NONE);
                    take(&Point { time_ms, value, recorded_ms, origin, labels, weight: 1 });
                }
            }
            Part::Points(points) => points.iter().filter(|point| conditions.accept(point.labels)).for_each(&mut take),
        }
        ControlFlow::Continue(())
    })?;
    Ok(first)
}

fn when(point: &Point) -> (i64, i64) {
    (point.recorded_ms, point.time_ms)
}

fn marked(source: &RunsSource<'_>, of: Samples<'_>, within: Within, entity: &str) -> Result<Marked, Pending> {
    let entities = source.entities(entity);
    let mut marked = Marked::default();
    let walk = Walk { enough: Enough::SumByLabelSet, ..SUMS };
    source.walk(of, within, walk, &mut |part, conditions| {
        match part {
            Part::Whole(summary) => {
                let sets = summary.by_label_set.iter().flat_map(|sets| sets.iter()).map(|(set, _)| *set);
                for number in sets.filter(|set| conditions.accept(*set)).filter_map(|set| entities.number(set)) {
                    marked.mark(number);
                }
            }
            Part::Points(points) => {
                let accepted = points.iter().filter(|point| conditions.accept(point.labels));
                for number in accepted.filter_map(|point| entities.number(point.labels)) {
                    marked.mark(number);
                }
            }
        }
        ControlFlow::Continue(())
    })?;
    Ok(marked)
}

fn medians(source: &RunsSource<'_>, of: Samples<'_>, within: Within, entity: &str) -> Result<Vec<f64>, Pending> {
    let entities = source.entities(entity);
    let mut values: Vec<Values> = Vec::new();
    source.each(of, within, &mut |point| {
        let Some(number) = entities.number(point.labels) else { return };
        if number >= values.len() {
            values.resize_with(number + 1, Values::default);
        }
        if let Some(of_entity) = values.get_mut(number) {
            of_entity.add(point);
        }
    })?;
    Ok(values.into_iter().filter_map(|of_entity| of_entity.percentile(50.0)).collect())
}

fn nth_entity(
    source: &RunsSource<'_>,
    of: Samples<'_>,
    within: Within,
    entity: &str,
    nth: usize,
) -> Result<Option<Point>, Pending> {
    let entities = source.entities(entity);
    let (mut marked, mut found) = (Marked::default(), None);
    source.walk(of, within, FIRST, &mut |part, conditions| {
        let Part::Points(points) = part else { return ControlFlow::Continue(()) };
        for point in points.iter().filter(|point| conditions.accept(point.labels)) {
            let Some(number) = entities.number(point.labels) else { continue };
            if marked.mark(number) && marked.count == nth {
                found = Some(*point);
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    })?;
    Ok(found)
}

fn promoters(source: &RunsSource<'_>, of: Samples<'_>, within: Within) -> Result<Answer, Pending> {
    let (mut promoters, mut detractors, mut answers) = (0_usize, 0_usize, 0_usize);
    source.each(of, within, &mut |point| {
        // What is not between 0 and 10 is no answer to this question.
        if !(0.0..=10.0).contains(&point.value) {
            return;
        }
        let weight = weight_usize(point.weight);
        answers = answers.saturating_add(weight);
        promoters = promoters.saturating_add(if point.value >= 9.0 { weight } else { 0 });
        detractors = detractors.saturating_add(if point.value <= 6.0 { weight } else { 0 });
    })?;
    Ok(Answer::Promoters { promoters, detractors, answers })
}

fn corrections(source: &RunsSource<'_>, of: Samples<'_>, span: Span, instant_ms: i64) -> Result<usize, Pending> {
    let Some(series) = source.series.series(of.series)? else { return Ok(0) };
    let conditions = source.conditions(of);
    let inside = |time_ms: i64| (span.from_ms == i64::MIN || time_ms > span.from_ms) && time_ms <= span.until_ms;
    let (mut late, mut counted_then, mut outcome) = (0, 0, Ok(()));
    for run in runs_in(&*series, span) {
        if series.summary(run).is_some_and(|summary| summary.latest_recorded_ms <= instant_ms) {
            continue;
        }
        let (Ok(points), Ok(superseded)) = (series.points(run), series.superseded(run)) else {
            outcome = Err(Pending);
            continue;
        };
        let is_late =
            |point: &&Point| inside(point.time_ms) && point.recorded_ms > instant_ms && conditions.accept(point.labels);
        late += points.iter().filter(is_late).count();
        let counted = superseded.iter().filter(|one| {
            let point = &one.point;
            let known_then = point.recorded_ms <= instant_ms && one.superseded_ms > instant_ms;
            inside(point.time_ms) && known_then && conditions.accept(point.labels)
        });
        counted_then += counted.count();
    }
    // What was superseded by nothing is a correction too; what another one superseded is counted by that one.
    outcome.map(|()| late.max(counted_then))
}

fn point_count(source: &RunsSource<'_>, of: Samples<'_>, within: Within) -> Result<usize, Pending> {
    let (span, known_at_ms) = within;
    if !of.labels.is_empty() || known_at_ms.is_some() {
        let mut count = 0;
        source.each(of, within, &mut |_| count += 1)?;
        return Ok(count);
    }
    let Some(series) = source.series.series(of.series)? else { return Ok(0) };
    let (mut count, mut outcome) = (0, Ok(()));
    for run in runs_in(&*series, span) {
        let extent = series.extent(run);
        if (span.from_ms == i64::MIN || extent.first_ms > span.from_ms) && extent.last_ms <= span.until_ms {
            count += extent.points;
            continue;
        }
        match series.points(run) {
            Ok(points) => {
                let inside = |point: &&Point| {
                    (span.from_ms == i64::MIN || point.time_ms > span.from_ms) && point.time_ms <= span.until_ms
                };
                count += points.iter().filter(inside).count();
            }
            Err(Pending) => outcome = Err(Pending),
        }
    }
    outcome.map(|()| count)
}

/// The points of a window from a place on.
fn points(
    source: &RunsSource<'_>,
    of: Samples<'_>,
    (span, known_at_ms): Within,
    first: usize,
    most: usize,
) -> Result<Vec<Point>, Pending> {
    let Some(series) = source.series.series(of.series)? else { return Ok(Vec::new()) };
    let conditions = source.conditions(of);
    let (mut passed, mut found, mut outcome) = (0, Vec::new(), Ok(()));
    for run in runs_in(&*series, span) {
        let extent = series.extent(run);
        let starts_inside = span.from_ms == i64::MIN || extent.first_ms > span.from_ms;
        let is_skipped =
            conditions.take_all() && known_at_ms.is_none() && starts_inside && passed + extent.points <= first;
        if is_skipped && extent.last_ms <= span.until_ms {
            passed += extent.points;
            continue;
        }
        let Ok(points) = points_of(&*series, run, known_at_ms) else {
            // How many it holds is known, so that what comes behind it is asked for in the same round.
            outcome = Err(Pending);
            passed += extent.points;
            if passed >= first.saturating_add(most) {
                break;
            }
            continue;
        };
        for point in points.iter() {
            let is_inside =
                (span.from_ms == i64::MIN || point.time_ms > span.from_ms) && point.time_ms <= span.until_ms;
            if !is_inside || !conditions.accept(point.labels) {
                continue;
            }
            if passed >= first && found.len() < most {
                found.push(*point);
            }
            passed += 1;
        }
        if found.len() >= most {
            break;
        }
    }
    outcome.map(|()| found)
}

fn rolling_at(
    source: &RunsSource<'_>,
    of: Samples<'_>,
    within: Within,
    (aggregate, window_ms): (Aggregate, i64),
    (first, most): (usize, usize),
) -> Result<Vec<(i64, Option<f64>)>, Pending> {
    let asked = points(source, of, within, first, most)?;
    let Some(begin) = asked.first().map(|point| point.time_ms) else { return Ok(Vec::new()) };
    if aggregate == Aggregate::Last {
        return Ok(rolling::rolling(&asked, 0, aggregate, window_ms));
    }
    let (span, known_at_ms) = within;
    // The window of the first point begins before it.
    let before = Span { from_ms: begin.saturating_sub(window_ms).max(span.from_ms), until_ms: begin };
    let upto = point_count(source, of, (Span { from_ms: span.from_ms, until_ms: begin }, known_at_ms))?;
    let inside = point_count(source, of, (before, known_at_ms))?;
    // Of the points in that window those that are not asked for themselves.
    let place = upto.saturating_sub(inside).min(first);
    let mut all = points(source, of, within, place, first - place)?;
    let lead = all.len();
    all.extend(asked);
    Ok(rolling::rolling(&all, lead, aggregate, window_ms))
}
