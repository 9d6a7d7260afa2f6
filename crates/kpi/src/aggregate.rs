//! How the observations inside a KPI's window become one value.

use std::fmt;

use crate::exact_sum::ExactSum;
use crate::point::Point;

/// The way a window of observations becomes one value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Aggregate {
    /// The latest observation, however old (a KPI says separately that it is stale).
    Last,
    /// The arithmetic mean of the window.
    Mean,
    /// The sum of the window.
    Sum,
    /// The percentile of the window by linear interpolation (Hyndman and Fan 1996, type 7).
    Percentile(f64),
}

impl Aggregate {
    /// Reads `last`, `mean`, `sum` or `p75`.
    pub fn parse(written: &str) -> Option<Self> {
        match written {
            "last" => Some(Self::Last),
            "mean" => Some(Self::Mean),
            "sum" => Some(Self::Sum),
            _ => written
                .strip_prefix('p')
                .and_then(|rank| rank.parse::<f64>().ok())
                .filter(|rank| (0.0..=100.0).contains(rank))
                .map(Self::Percentile),
        }
    }

    /// The value of `window`, and of `all` (which ends with the window) for [`Aggregate::Last`].
    ///
    /// Returns `None` where there is nothing to aggregate.
    pub fn value(self, all: &[Point], window: &[Point]) -> Option<f64> {
        match self {
            Self::Last => all.last().map(|point| point.value),
            _ if window.is_empty() => None,
            Self::Sum => Some(sum(window.iter())),
            Self::Mean => Values::of(window.iter()).mean(),
            Self::Percentile(rank) => Values::of(window.iter()).percentile(rank),
        }
    }
}

impl fmt::Display for Aggregate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Last => formatter.write_str("last"),
            Self::Mean => formatter.write_str("mean"),
            Self::Sum => formatter.write_str("sum"),
            Self::Percentile(rank) => write!(formatter, "p{rank}"),
        }
    }
}

/// A count as a number.
pub(crate) fn as_f64(count: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a window never holds 2^52 points")]
    let exact = count as f64;
    exact
}

/// The arithmetic mean, the correctly rounded sum divided by the count; `None` of nothing.
pub(crate) fn mean(values: &[f64]) -> Option<f64> {
    let mut sum = ExactSum::default();
    for value in values {
        sum.add(*value);
    }
    (!values.is_empty()).then(|| sum.total() / as_f64(values.len()))
}

/// The percentile by linear interpolation (Hyndman and Fan 1996, type 7), with `rank` between 0 and 100; `None` of nothing.
///
/// The values change their order: only the two that are wanted are looked for, which takes less than sorting all of them.
pub(crate) fn percentile(values: &mut [f64], rank: f64) -> Option<f64> {
    let (below, share) = place(values.len(), rank)?;
    let (_, low, above) = values.select_nth_unstable_by(below, f64::total_cmp);
    let low = *low;
    let high = above.iter().copied().min_by(f64::total_cmp).unwrap_or(low);
    Some(between(low, high, share))
}

/// The same of values that are in order.
pub(crate) fn percentile_of_ordered(values: &[f64], rank: f64) -> Option<f64> {
    let (below, share) = place(values.len(), rank)?;
    let low = *values.get(below)?;
    Some(between(low, values.get(below + 1).copied().unwrap_or(low), share))
}

/// Between which of so many values in order a percentile lies: the place of the lower one, and the share of the way to the next.
fn place(count: usize, rank: f64) -> Option<(usize, f64)> {
    let last = count.checked_sub(1)?;
    let position = (rank / 100.0).clamp(0.0, 1.0) * as_f64(last);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between zero and the last index")]
    let below = position.floor() as usize;
    Some((below.min(last), position - position.floor()))
}

fn between(low: f64, high: f64, share: f64) -> f64 {
    low + (high - low) * share
}

/// The sum of the observations that points stand for, correctly rounded.
pub(crate) fn sum<'p>(points: impl Iterator<Item = &'p Point>) -> f64 {
    let mut sum = ExactSum::default();
    for point in points {
        sum.add_times(point.value, point.weight);
    }
    sum.total()
}

/// How many observations points stand for.
pub(crate) fn count<'p>(points: impl Iterator<Item = &'p Point>) -> usize {
    points.fold(0, |count, point| count.saturating_add(weight_usize(point.weight)))
}

/// A number of observations as a float.
pub(crate) fn weight_f64(weight: u64) -> f64 {
    as_f64(weight_usize(weight))
}

/// A number of observations as one of things.
pub(crate) fn weight_usize(weight: u64) -> usize {
    usize::try_from(weight).unwrap_or(usize::MAX)
}

/// The values of points, each as often as it was observed.
pub(crate) enum Values {
    /// Each once.
    Plain(Vec<f64>),
    /// Value and how often.
    Weighted(Vec<(f64, u64)>),
}

impl Default for Values {
    fn default() -> Self {
        Self::Plain(Vec::new())
    }
}

impl Values {
    /// Adds the value of a point, as often as it was observed.
    pub(crate) fn add(&mut self, point: &Point) {
        match self {
            Self::Plain(values) if point.weight == 1 => values.push(point.value),
            Self::Plain(values) => {
                let mut weighted: Vec<(f64, u64)> = values.iter().map(|value| (*value, 1)).collect();
                weighted.push((point.value, point.weight));
                *self = Self::Weighted(weighted);
            }
            Self::Weighted(values) => values.push((point.value, point.weight)),
        }
    }

    pub(crate) fn of<'p>(points: impl Iterator<Item = &'p Point> + Clone) -> Self {
        if points.clone().all(|point| point.weight == 1) {
            Self::Plain(points.map(|point| point.value).collect())
        } else {
            Self::Weighted(points.map(|point| (point.value, point.weight)).collect())
        }
    }

    /// How many observations there are.
    pub(crate) fn count(&self) -> usize {
        match self {
            Self::Plain(values) => values.len(),
            Self::Weighted(values) => {
                values.iter().fold(0, |count, (_, weight)| count.saturating_add(weight_usize(*weight)))
            }
        }
    }

    /// The arithmetic mean; `None` of nothing.
    pub(crate) fn mean(&self) -> Option<f64> {
        match self {
            Self::Plain(values) => mean(values),
            Self::Weighted(values) => {
                let mut sum = ExactSum::default();
                for (value, weight) in values {
                    sum.add_times(*value, *weight);
                }
                Some(self.count()).filter(|count| *count > 0).map(|count| sum.total() / as_f64(count))
            }
        }
    }

    /// The percentile, as [`percentile`] of every single observation.
    pub(crate) fn percentile(self, rank: f64) -> Option<f64> {
        let count = self.count();
        let mut values = match self {
            Self::Plain(mut values) => return percentile(&mut values, rank),
            Self::Weighted(values) => values,
        };
        values.sort_unstable_by(|(one, _), (other, _)| one.total_cmp(other));
        let (below, share) = place(count, rank)?;
        let at = |place: usize| {
            let mut passed = 0_usize;
            let found = values.iter().find(|(_, weight)| {
                passed = passed.saturating_add(weight_usize(*weight));
                place < passed
            });
            found.map(|(value, _)| *value)
        };
        let low = at(below)?;
        let high = at(below.saturating_add(1)).unwrap_or(low);
        Some(between(low, high, share))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::point::{LabelSet, Origin};

    fn points(values: &[f64]) -> Vec<Point> {
        let origin = Origin::Measured;
        values
            .iter()
            .zip(0..)
            .map(|(value, time_ms)| Point {
                time_ms,
                value: *value,
                recorded_ms: time_ms,
                origin,
                labels: LabelSet::NONE,
                weight: 1,
            })
            .collect()
    }

    #[test]
    fn each_aggregate_gives_its_value() {
        let window = points(&[4.0, 1.0, 3.0, 2.0]);
        for (written, expected) in
            [("last", 2.0), ("mean", 2.5), ("sum", 10.0), ("p0", 1.0), ("p50", 2.5), ("p75", 3.25), ("p100", 4.0)]
        {
            let aggregate = Aggregate::parse(written).expect(written);
            let value = aggregate.value(&window, &window).expect(written);
            assert!((value - expected).abs() < 1e-12, "{written} gave {value}");
            assert_eq!(aggregate.to_string(), written);
        }
    }

    #[test]
    fn an_empty_window_has_a_last_value_only() {
        let all = points(&[7.0]);
        assert_eq!(Aggregate::Last.value(&all, &[]), Some(7.0));
        for aggregate in [Aggregate::Mean, Aggregate::Sum, Aggregate::Percentile(50.0)] {
            assert_eq!(aggregate.value(&all, &[]), None);
        }
    }

    #[test]
    fn a_point_that_stands_for_many_counts_as_often() {
        let weighted = |values: &[(f64, u64)]| -> Vec<Point> {
            let plain = points(&values.iter().map(|(value, _)| *value).collect::<Vec<_>>());
            plain.into_iter().zip(values).map(|(point, (_, weight))| Point { weight: *weight, ..point }).collect()
        };
        let few = weighted(&[(4.0, 2), (1.0, 3), (3.0, 1)]);
        let all = points(&[4.0, 4.0, 1.0, 1.0, 1.0, 3.0]);
        for written in ["mean", "sum", "p0", "p50", "p60", "p75", "p99", "p100"] {
            let aggregate = Aggregate::parse(written).expect(written);
            let (one, other) =
                (aggregate.value(&few, &few).expect(written), aggregate.value(&all, &all).expect(written));
            assert!((one - other).abs() < 1e-12, "{written}: {one} {other}");
        }
        assert_eq!((count(few.iter()), count(all.iter())), (6, 6));
    }
}
