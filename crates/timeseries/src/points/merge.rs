//! What was added, merged into segments.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
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
fn with(mut segment: Segment, incoming: Vec<Incoming>) -> Segment {
    let mut fresh: Vec<Point> = Vec::with_capacity(incoming.len());
    // Where the first of each time and label set stands among the fresh points.
    let mut first: HashMap<(i64, LabelSet), usize> = HashMap::new();
    for one in incoming {
        match one {
            Incoming::Point(point) => {
                first.entry((point.time_ms, point.labels)).or_insert(fresh.len());
                fresh.push(point);
            }
            Incoming::Sample(point) => {
                if let Some((place, is_same)) = place_of_sample(&segment.points, &point) {
                    if !is_same {
                        segment.points.remove(place);
                        first.entry((point.time_ms, point.labels)).or_insert(fresh.len());
                        fresh.push(point);
                    }
                    continue;
                }
                match first.entry((point.time_ms, point.labels)) {
                    Entry::Vacant(place) => {
                        place.insert(fresh.len());
                        fresh.push(point);
                    }
                    Entry::Occupied(place) => {
                        let known = fresh.get_mut(*place.get());
                        if let Some(known) = known.filter(|known| known.value.to_bits() != point.value.to_bits()) {
                            *known = point;
                        }
                    }
                }
            }
            Incoming::Supersede(one) => {
                // What came just now must be in its place to be found.
                join(&mut segment.points, std::mem::take(&mut fresh));
                first.clear();
                if take_out(&mut segment.points, &one.point) {
                    add_superseded(&mut segment.superseded, one);
                }
            }
            Incoming::Superseded(one) => add_superseded(&mut segment.superseded, one),
        }
    }
    join(&mut segment.points, fresh);
    segment
}

/// Adds points to others that are in order: behind those of the same key, in the order in which they came.
fn join(points: &mut Vec<Point>, fresh: Vec<Point>) {
    if fresh.is_empty() {
        return;
    }
    points.extend(fresh);
    // The sort is stable, and takes what is in order as it is.
    if !points.is_sorted_by_key(key) {
        points.sort_by_key(key);
    }
}

/// Where a sample of the same time and labels stands, and whether it has the same value.
fn place_of_sample(points: &[Point], sample: &Point) -> Option<(usize, bool)> {
    let start = points.partition_point(|known| known.time_ms < sample.time_ms);
    let mut same_time = points.iter().skip(start).take_while(|known| known.time_ms == sample.time_ms);
    let place = start + same_time.position(|known| known.labels == sample.labels)?;
    points.get(place).map(|known| (place, known.value.to_bits() == sample.value.to_bits()))
}

fn take_out(points: &mut Vec<Point>, point: &Point) -> bool {
    let start = points.partition_point(|known| key(known) < key(point));
    let mut same = points.iter().skip(start).take_while(|known| key(known) == key(point));
    let is_it = |known: &Point| known.labels == point.labels && known.value.to_bits() == point.value.to_bits();
    let place = same.position(is_it).map(|place| start + place);
    if let Some(place) = place {
        points.remove(place);
    }
    place.is_some()
}

fn add_superseded(list: &mut Vec<Superseded>, one: Superseded) {
    let place = list.partition_point(|known| key(&known.point) <= key(&one.point));
    list.insert(place, one);
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
