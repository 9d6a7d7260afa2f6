//! What was added, merged into segments.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use kpi::point::{LabelSet, Point, Superseded};
use series_block::Segment;

use super::placed::{FULL, Placed, key};

/// Something that was added to a series, in the order in which it came.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Incoming {
    /// A point in its place; points of the same time stand in the order in which they were recorded.
    Point(Point),
    /// A sample in its place. A series has one value at a time for a set of labels: the same one again changes nothing, another one takes
    /// its place.
    Sample(Point),
    /// A point that counts no more; one that is not among those that do is left alone.
    Supersede(Superseded),
    /// A point that does not count and is not among those that do.
    Superseded(Superseded),
}

impl Incoming {
    pub(super) fn point(&self) -> &Point {
        match self {
            Self::Point(point) | Self::Sample(point) => point,
            Self::Supersede(one) | Self::Superseded(one) => &one.point,
        }
    }
}

/// Gives points of segments; `None` where they are not at hand.
pub(super) type Contents<'a> = &'a dyn Fn(&Placed) -> Option<Arc<Segment>>;

/// The segments of a series with what was added, or the numbers of the segments whose points that takes and that are not at hand.
pub(super) fn merge(
    segments: &[Arc<Placed>],
    incoming: &[Incoming],
    contents: Contents<'_>,
    next_number: &dyn Fn() -> i64,
) -> Result<Vec<Arc<Placed>>, Vec<i64>> {
    // Each segment takes what lies before the next one begins; the one that is not needed stays as it is.
    let mut of_segment: Vec<Vec<Incoming>> = vec![Vec::new(); segments.len().max(1)];
    for one in incoming {
        if let Some(place) = of_segment.get_mut(place_of(segments, one)) {
            place.push(*one);
        }
    }
    let needed = of_segment.iter().zip(segments).filter(|(incoming, _)| !incoming.is_empty());
    let (mut missing, mut held) = (Vec::new(), HashMap::new());
    for (_, placed) in needed {
        match contents(placed) {
            Some(segment) => drop(held.insert(placed.number, segment)),
            None => missing.push(placed.number),
        }
    }
    if !missing.is_empty() {
        return Err(missing);
    }
    let mut merged = Vec::with_capacity(segments.len() + 1 + incoming.len() / FULL);
    let last = of_segment.len() - 1;
    for (place, incoming) in of_segment.into_iter().enumerate() {
        let placed = segments.get(place);
        if incoming.is_empty() {
            merged.extend(placed.cloned());
            continue;
        }
        let before = placed.and_then(|placed| held.remove(&placed.number));
        let segment = before.map_or_else(Segment::default, |segment| (*segment).clone());
        let is_at_the_end = place == last;
        let cut = cut(with(segment, incoming), is_at_the_end);
        merged.extend(cut.into_iter().map(|segment| Arc::new(Placed::new(next_number(), segment))));
    }
    Ok(merged)
}

/// The place of the segment that something belongs to: the last one that begins at its time or before. Points of one time never stand in two
/// segments, so that what is looked for is found in one.
fn place_of(segments: &[Arc<Placed>], one: &Incoming) -> usize {
    let time_ms = one.point().time_ms;
    segments.partition_point(|placed| placed.extent.first_ms <= time_ms).saturating_sub(1)
}

/// A segment with what was added.
fn with(segment: Segment, incoming: Vec<Incoming>) -> Segment {
    let mut merging = Merging::new(segment, &incoming);
    for one in incoming {
        match one {
            Incoming::Point(point) => merging.add(point),
            Incoming::Sample(point) => merging.add_sample(point),
            Incoming::Supersede(one) => {
                if merging.take_out(&one.point) {
                    merging.superseded.push(one);
                }
            }
            Incoming::Superseded(one) => merging.superseded.push(one),
        }
    }
    merging.done()
}

/// A segment and what was added, by places: first the points that are there, then those that came. What has left is only noted, and
/// what is asked for is found without a search, so that a hundred thousand samples of one instant take as long as as many others.
struct Merging {
    segment: Segment,
    added: Vec<Point>,
    superseded: Vec<Superseded>,
    gone: HashSet<usize>,
    /// Times at which something is looked for, and by those times and by labels the places of the points, in order.
    asked_ms: HashSet<i64>,
    places: HashMap<(i64, LabelSet), VecDeque<usize>>,
}

impl Merging {
    fn new(segment: Segment, incoming: &[Incoming]) -> Self {
        let asks = |one: &&Incoming| matches!(one, Incoming::Sample(_) | Incoming::Supersede(_));
        let asked_ms: HashSet<i64> = incoming.iter().filter(asks).map(|one| one.point().time_ms).collect();
        let mut places: HashMap<(i64, LabelSet), VecDeque<usize>> = HashMap::new();
        if !asked_ms.is_empty() {
            let asked = segment.points.iter().enumerate().filter(|(_, point)| asked_ms.contains(&point.time_ms));
            for (place, point) in asked {
                places.entry((point.time_ms, point.labels)).or_default().push_back(place);
            }
        }
        Self { segment, added: Vec::new(), superseded: Vec::new(), gone: HashSet::new(), asked_ms, places }
    }

    fn at(&self, place: usize) -> Option<&Point> {
        let there = self.segment.points.len();
        if place < there { self.segment.points.get(place) } else { self.added.get(place - there) }
    }

    /// Adds a point behind those of its key.
    fn add(&mut self, point: Point) {
        let place = self.segment.points.len() + self.added.len();
        self.added.push(point);
        if self.asked_ms.contains(&point.time_ms) {
            let of = (point.time_ms, point.labels);
            let mut places = self.places.remove(&of).unwrap_or_default();
            let is_before = |known: &usize| self.at(*known).is_none_or(|known| known.recorded_ms <= point.recorded_ms);
            let behind = places.partition_point(is_before);
            places.insert(behind, place);
            self.places.insert(of, places);
        }
    }

    fn add_sample(&mut self, point: Point) {
        let of = (point.time_ms, point.labels);
        if let Some(first) = self.places.get(&of).and_then(|places| places.front().copied()) {
            if self.at(first).is_some_and(|known| known.value.to_bits() == point.value.to_bits()) {
                return;
            }
            self.places.entry(of).or_default().pop_front();
            self.gone.insert(first);
        }
        self.add(point);
    }

    /// Takes out the first point that can't be told apart from this one; whether there was one.
    fn take_out(&mut self, point: &Point) -> bool {
        let of = (point.time_ms, point.labels);
        let Some(places) = self.places.get(&of) else { return false };
        let is_it = |place: &usize| {
            self.at(*place).is_some_and(|known| {
                known.recorded_ms == point.recorded_ms && known.value.to_bits() == point.value.to_bits()
            })
        };
        let Some(found) = places.iter().position(is_it) else { return false };
        let place = self.places.entry(of).or_default().remove(found);
        self.gone.extend(place);
        true
    }

    fn done(self) -> Segment {
        let Self { segment, added, superseded, gone, .. } = self;
        let all = segment.points.into_iter().chain(added).enumerate();
        let points = all.filter(|(place, _)| !gone.contains(place)).map(|(_, point)| point).collect();
        let superseded = segment.superseded.into_iter().chain(superseded).collect();
        Segment { points: in_order(points, key), superseded: in_order(superseded, |one| key(&one.point)) }
    }
}

/// What is there, then what came, brought into order: the sort is stable, and takes what is in order as it is.
fn in_order<T>(mut all: Vec<T>, key: impl Fn(&T) -> (i64, i64)) -> Vec<T> {
    if !all.is_sorted_by_key(&key) {
        all.sort_by_key(&key);
    }
    all
}

/// A segment cut into such of which none is too large: full ones where it grew at the end, else halves. Points of one time stay together.
fn cut(segment: Segment, is_at_the_end: bool) -> Vec<Segment> {
    if segment.len() <= FULL {
        return if segment.is_empty() { Vec::new() } else { vec![segment] };
    }
    let most = if is_at_the_end { FULL } else { FULL / 2 };
    let mut parts = Vec::with_capacity(segment.len() / most + 1);
    let (mut points, mut superseded) =
        (segment.points.into_iter().peekable(), segment.superseded.into_iter().peekable());
    let mut part = Segment::default();
    loop {
        let next_ms = [points.peek().map(|point| point.time_ms), superseded.peek().map(|one| one.point.time_ms)];
        let Some(time_ms) = next_ms.into_iter().flatten().min() else { break };
        if part.len() >= most {
            parts.push(std::mem::take(&mut part));
        }
        while let Some(point) = points.next_if(|point| point.time_ms == time_ms) {
            part.points.push(point);
        }
        while let Some(one) = superseded.next_if(|one| one.point.time_ms == time_ms) {
            part.superseded.push(one);
        }
    }
    parts.push(part);
    parts
}
