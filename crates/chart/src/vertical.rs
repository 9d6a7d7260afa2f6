//! The y axis of a chart, and which target lines have a place in the picture.

use crate::model::{ChartKind, ChartModel, TargetLine};
use crate::number::{is_drawable, time_fraction};
use crate::scale::Scale;

/// How many times the values' own span a further target may lie away before it is left out of the picture.
const TARGET_REACH_SPANS: f64 = 2.0;
/// The least part of the width that the current target's line takes, so that one that counts since just now is seen.
const LEAST_CURRENT_SHARE: f64 = 0.02;

/// A target line in the picture.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DrawnTarget<'a> {
    pub line: &'a TargetLine,
    /// How high it is: a range has two.
    pub value: f64,
    /// Where it starts and ends: 0 at the start edge, 1 at the end edge.
    pub span: (f64, f64),
}

/// The y axis with its targets.
#[derive(Debug, Default)]
pub(crate) struct Vertical<'a> {
    /// None when there is neither a value nor a target.
    pub scale: Option<Scale>,
    pub drawn: Vec<DrawnTarget<'a>>,
    /// The targets too far away to be drawn.
    pub far: Vec<&'a TargetLine>,
    /// The targets that counted before or after the picture only.
    pub outside: Vec<&'a TargetLine>,
}

impl<'a> Vertical<'a> {
    /// The axis that holds all `values`; `period` is the first and last time of the x axis.
    pub(crate) fn of(model: &'a ChartModel, mut values: Vec<f64>, period: Option<(i64, i64)>) -> Self {
        let has_values = !values.is_empty();
        let mut vertical = Self::default();
        let mut possible = Vec::new();
        for line in &model.targets {
            match span(model.kind, line, period) {
                None => vertical.outside.push(line),
                Some(_) if !line.goal.lines().into_iter().all(is_drawable) => vertical.far.push(line),
                Some(span) => {
                    let lines = line.goal.lines().into_iter();
                    possible.extend(lines.map(|value| DrawnTarget { line, value, span }));
                }
            }
        }
        values.extend(possible.iter().filter(|one| one.line.current || !has_values).map(|one| one.value));
        if values.is_empty() {
            vertical.far.splice(0..0, possible.iter().map(|one| one.line));
            return vertical;
        }
        if model.zero_based || model.kind == ChartKind::Bars {
            values.push(0.0);
        }
        let (low, high) = range(&values);
        let width = if high > low { high - low } else { high.abs().max(1.0) };
        let reach = (low - width * TARGET_REACH_SPANS)..=(high + width * TARGET_REACH_SPANS);
        let is_near = |one: &DrawnTarget<'_>| one.line.current || !has_values || reach.contains(&one.value);
        let (drawn, far): (Vec<_>, Vec<_>) = possible.into_iter().partition(is_near);
        vertical.far.splice(0..0, far.iter().map(|one| one.line));
        // A range of which one end is drawn is not told as left out.
        vertical.far.retain(|line| !drawn.iter().any(|one| std::ptr::eq(one.line, *line)));
        vertical.far.dedup_by(|one, other| std::ptr::eq(*one, *other));
        values.extend(drawn.iter().map(|one| one.value));
        vertical.drawn = drawn;
        let (low, high) = range(&values);
        vertical.scale = Some(Scale::covering(low, high, &model.unit));
        vertical
    }
}

/// Where a target's line starts and ends on x; none if it never counts while the picture lasts.
fn span(kind: ChartKind, line: &TargetLine, period: Option<(i64, i64)>) -> Option<(f64, f64)> {
    if kind == ChartKind::Bars || (line.from_ms.is_none() && line.until_ms.is_none()) {
        return Some((0.0, 1.0));
    }
    let Some((first, last)) = period else { return line.current.then_some((0.0, 1.0)) };
    let from = line.from_ms.unwrap_or(i64::MIN);
    if line.until_ms.is_some_and(|until_ms| until_ms <= first || until_ms <= from) {
        return None;
    }
    if from > last {
        return line.current.then_some((1.0 - LEAST_CURRENT_SHARE, 1.0));
    }
    if first == last {
        return Some((0.0, 1.0));
    }
    let end = time_fraction(line.until_ms.unwrap_or(i64::MAX).min(last), first, last);
    let start = time_fraction(from.max(first), first, last);
    Some((if line.current { start.min(end - LEAST_CURRENT_SHARE).max(0.0) } else { start }, end))
}

fn range(values: &[f64]) -> (f64, f64) {
    values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(*value), high.max(*value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_drawn_only_while_it_counts() {
        let cases = [
            ((None, None), false, Some((0.0, 1.0))),
            ((Some(25), None), false, Some((0.25, 1.0))),
            ((None, Some(25)), false, Some((0.0, 0.25))),
            ((Some(25), Some(75)), false, Some((0.25, 0.75))),
            ((Some(-9), Some(200)), false, Some((0.0, 1.0))),
            ((None, Some(0)), true, None),
            ((Some(50), Some(50)), true, None),
            ((Some(101), None), false, None),
            ((Some(101), None), true, Some((0.98, 1.0))),
            ((Some(100), None), true, Some((0.98, 1.0))),
        ];
        for ((from_ms, until_ms), current, expected) in cases {
            let line = TargetLine { current, from_ms, until_ms, ..TargetLine::default() };
            assert_eq!(span(ChartKind::History, &line, Some((0, 100))), expected, "{from_ms:?} to {until_ms:?}");
            assert_eq!(span(ChartKind::Bars, &line, None), Some((0.0, 1.0)));
        }
    }
}
