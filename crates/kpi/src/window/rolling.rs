//! What an aggregate gives at each of many points that follow one another: the window moves along, and nothing is computed anew.

use std::collections::VecDeque;

use crate::aggregate::{Aggregate, Values, as_f64, weight_usize};
use crate::exact_sum::ExactSum;
use crate::point::Point;

/// The numbers of the points from the place `first` on: each of those up to it that lie after `window_ms` before it.
pub(super) fn rolling(points: &[Point], first: usize, aggregate: Aggregate, window_ms: i64) -> Vec<(i64, Option<f64>)> {
    let mut window = Moving::new(aggregate);
    let mut numbers = Vec::with_capacity(points.len().saturating_sub(first));
    for (place, point) in points.iter().enumerate() {
        window.come(point);
        window.leave_until(point.time_ms.saturating_sub(window_ms));
        if place >= first {
            numbers.push((point.time_ms, window.value(point)));
        }
    }
    numbers
}

/// The points of a moving window.
struct Moving {
    aggregate: Aggregate,
    points: VecDeque<Point>,
    sum: ExactSum,
    count: usize,
    /// The values in order, for a percentile of points that stand for one observation each.
    ordered: Vec<f64>,
    weighted: usize,
}

impl Moving {
    fn new(aggregate: Aggregate) -> Self {
        Self {
            aggregate,
            points: VecDeque::new(),
            sum: ExactSum::default(),
            count: 0,
            ordered: Vec::new(),
            weighted: 0,
        }
    }

    fn come(&mut self, point: &Point) {
        match self.aggregate {
            Aggregate::Last => return,
            Aggregate::Sum | Aggregate::Mean => self.sum.add_times(point.value, point.weight),
            Aggregate::Percentile(_) => {
                let place = self.ordered.partition_point(|known| known.total_cmp(&point.value).is_lt());
                self.ordered.insert(place, point.value);
            }
        }
        self.count = self.count.saturating_add(weight_usize(point.weight));
        self.weighted += usize::from(point.weight != 1);
        self.points.push_back(*point);
    }

    fn leave_until(&mut self, before_ms: i64) {
        while let Some(point) = self.points.pop_front_if(|point| point.time_ms <= before_ms) {
            match self.aggregate {
                Aggregate::Last => {}
                // The sum is exact, so taking a number away leaves what it was without it.
                Aggregate::Sum | Aggregate::Mean => self.sum.add_times(-point.value, point.weight),
                Aggregate::Percentile(_) => {
                    let place = self.ordered.partition_point(|known| known.total_cmp(&point.value).is_lt());
                    if place < self.ordered.len() {
                        self.ordered.remove(place);
                    }
                }
            }
            self.count = self.count.saturating_sub(weight_usize(point.weight));
            self.weighted -= usize::from(point.weight != 1);
        }
    }

    fn value(&self, latest: &Point) -> Option<f64> {
        match self.aggregate {
            Aggregate::Last => Some(latest.value),
            _ if self.points.is_empty() => None,
            Aggregate::Sum => Some(self.sum.total()),
            Aggregate::Mean => (self.count > 0).then(|| self.sum.total() / as_f64(self.count)),
            Aggregate::Percentile(rank) if self.weighted > 0 => Values::of(self.points.iter()).percentile(rank),
            Aggregate::Percentile(rank) => crate::aggregate::percentile_of_ordered(&self.ordered, rank),
        }
    }
}
