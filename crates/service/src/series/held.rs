//! The points of one series, so held that a reader keeps what it sees without copying it, and a writer never waits for a reader.
//!
//! While nobody reads, points join the settled ones in their place. While somebody does, they gather beside them, and the next
//! reader brings both together.

use std::sync::{Arc, OnceLock};

use kpi::point::{Point, Superseded};

/// How many points gather beside settled ones that are being read, before a writer brings them together itself.
const MOST_RECENT: usize = 4_096;

/// The points of one series, by time and then by when they were recorded.
#[derive(Debug, Clone, Default)]
pub(super) struct Held {
    settled: Arc<Vec<Point>>,
    recent: Vec<Point>,
    /// Both together, once a reader asked for them.
    merged: OnceLock<Arc<Vec<Point>>>,
    /// Those whose place another one took, in the same order.
    superseded: Arc<Vec<Superseded>>,
    /// How many points all series had been given when this one was given its last.
    pub(super) changed: u64,
}

/// What a sample of the same time and labels became.
pub(super) enum Before {
    /// There was none.
    None,
    /// The same value stands there.
    Same,
    /// Another value stood there and is gone.
    Replaced,
}

impl Held {
    /// Every point, in order.
    pub(super) fn points(&self) -> &[Point] {
        if self.recent.is_empty() {
            return &self.settled;
        }
        self.merged.get_or_init(|| Arc::new(merged(&self.settled, &self.recent)))
    }

    pub(super) fn len(&self) -> usize {
        self.settled.len() + self.recent.len()
    }

    /// Adds a point in its place.
    pub(super) fn insert(&mut self, point: Point) {
        self.settle();
        let points = match Arc::get_mut(&mut self.settled) {
            Some(settled) if self.recent.is_empty() => settled,
            _ => &mut self.recent,
        };
        let place = points.partition_point(|known| key(known) <= key(&point));
        points.insert(place, point);
    }

    /// Looks for a sample of the same time and labels, and takes it out where its value is another.
    pub(super) fn take_other(&mut self, point: &Point) -> Before {
        self.settle();
        if let Some(place) = place_of(&self.recent, point) {
            if same_value(self.recent.get(place), point) {
                return Before::Same;
            }
            self.recent.remove(place);
            return Before::Replaced;
        }
        match place_of(&self.settled, point) {
            None => Before::None,
            Some(place) if same_value(self.settled.get(place), point) => Before::Same,
            Some(place) => {
                // A correction of what is being read: rare enough to copy it.
                Arc::make_mut(&mut self.settled).remove(place);
                Before::Replaced
            }
        }
    }

    /// The points whose place another one took.
    pub(super) fn superseded(&self) -> &[Superseded] {
        &self.superseded
    }

    /// Notes a point whose place another one took; it is not among the points.
    pub(super) fn add_superseded(&mut self, superseded: Superseded) {
        let list = Arc::make_mut(&mut self.superseded);
        let place = list.partition_point(|known| key(&known.point) <= key(&superseded.point));
        list.insert(place, superseded);
    }

    /// Takes a point out of those that count; whether it was there.
    pub(super) fn take_out(&mut self, point: &Point) -> bool {
        self.settle();
        let at = |points: &[Point]| {
            let start = points.partition_point(|known| key(known) < key(point));
            let mut same = points.iter().skip(start).take_while(|known| key(known) == key(point));
            let is_it = |known: &Point| known.labels == point.labels && same_value(Some(known), point);
            same.position(is_it).map(|place| start + place)
        };
        if let Some(place) = at(&self.recent) {
            self.recent.remove(place);
            return true;
        }
        let place = at(&self.settled);
        if let Some(place) = place {
            // Of what is being read: rare enough to copy it.
            Arc::make_mut(&mut self.settled).remove(place);
        }
        place.is_some()
    }

    /// Leaves out the first `count` points.
    pub(super) fn forget_first(&mut self, count: usize) {
        let mut points = self.points().to_vec();
        points.drain(..count.min(points.len()));
        let superseded = Arc::clone(&self.superseded);
        *self = Self { settled: Arc::new(points), changed: self.changed, superseded, ..Self::default() };
    }

    /// Brings the points together, where that copies nothing or has to be.
    fn settle(&mut self) {
        if let Some(merged) = self.merged.take() {
            self.settled = merged;
            self.recent.clear();
        }
        if self.recent.is_empty() {
            return;
        }
        if let Some(settled) = Arc::get_mut(&mut self.settled) {
            settled.append(&mut self.recent);
            order(settled);
        } else if self.recent.len() >= MOST_RECENT {
            self.settled = Arc::new(merged(&self.settled, &self.recent));
            self.recent.clear();
        }
    }
}

fn key(point: &Point) -> (i64, i64) {
    (point.time_ms, point.recorded_ms)
}

fn same_value(known: Option<&Point>, point: &Point) -> bool {
    known.is_some_and(|known| known.value.to_bits() == point.value.to_bits())
}

/// Where a sample of the same time and labels stands.
fn place_of(points: &[Point], point: &Point) -> Option<usize> {
    let start = points.partition_point(|known| known.time_ms < point.time_ms);
    let mut same_time = points.iter().skip(start).take_while(|known| known.time_ms == point.time_ms);
    same_time.position(|known| known.labels == point.labels).map(|place| start + place)
}

fn merged(settled: &[Point], recent: &[Point]) -> Vec<Point> {
    let mut points = Vec::with_capacity(settled.len() + recent.len());
    points.extend_from_slice(settled);
    points.extend_from_slice(recent);
    order(&mut points);
    points
}

/// The sort is stable and takes what is in order as it is: points of the same time stay in the order in which they came.
fn order(points: &mut [Point]) {
    if !points.is_sorted_by_key(key) {
        points.sort_by_key(key);
    }
}

#[cfg(test)]
mod tests {
    use kpi::point::{LabelSet, Origin};

    use super::*;

    fn point(time_ms: i64, value: f64) -> Point {
        Point { time_ms, value, recorded_ms: 0, origin: Origin::Measured, labels: LabelSet::NONE, weight: 1 }
    }

    fn values(points: &[Point]) -> Vec<f64> {
        points.iter().map(|point| point.value).collect()
    }

    #[test]
    fn what_is_being_read_stays_as_it_is_and_the_next_reader_sees_everything_in_order() {
        let mut held = Held::default();
        for time_ms in [10, 30] {
            held.insert(point(time_ms, 1.0));
        }
        let read = held.clone();
        held.insert(point(20, 2.0));
        held.insert(point(30, 3.0));
        assert_eq!(values(read.points()), [1.0, 1.0]);
        assert_eq!(values(held.points()), [1.0, 2.0, 1.0, 3.0], "of one time the one that came first is first");
        drop(read);
        held.insert(point(5, 4.0));
        assert_eq!(values(held.points()), [4.0, 1.0, 2.0, 1.0, 3.0]);
        assert!(held.recent.is_empty(), "nobody reads, so nothing gathers");
    }

    #[test]
    fn a_writer_copies_nothing_of_a_long_series_that_is_being_read() {
        let mut held = Held::default();
        for time_ms in 0..10_000 {
            held.insert(point(time_ms, 0.0));
        }
        let read = held.clone();
        for time_ms in 10_000..10_100 {
            held.insert(point(time_ms, 1.0));
        }
        assert!(Arc::ptr_eq(&read.settled, &held.settled), "both hold the same memory");
        assert_eq!((read.points().len(), held.points().len()), (10_000, 10_100));
    }

    #[test]
    fn what_gathers_is_bounded() {
        let mut held = Held::default();
        held.insert(point(0, 0.0));
        let read = held.clone();
        for time_ms in 1..10_000 {
            held.insert(point(time_ms, 0.0));
            assert!(held.recent.len() <= MOST_RECENT);
        }
        assert_eq!((read.points().len(), held.points().len()), (1, 10_000));
    }

    #[test]
    fn a_corrected_sample_takes_its_place_wherever_it_stands() {
        let mut held = Held::default();
        held.insert(point(10, 1.0));
        let read = held.clone();
        held.insert(point(20, 2.0));
        assert!(matches!(held.take_other(&point(10, 1.0)), Before::Same));
        assert!(matches!(held.take_other(&point(20, 2.0)), Before::Same));
        assert!(matches!(held.take_other(&point(30, 2.0)), Before::None));
        assert!(matches!(held.take_other(&point(20, 5.0)), Before::Replaced));
        assert!(matches!(held.take_other(&point(10, 5.0)), Before::Replaced));
        assert_eq!((held.len(), values(read.points())), (0, vec![1.0]));
    }
}
