//! Entities: who or what a sample is about, by the value of one label, told apart by a number instead of its text.

use std::cell::RefCell;
use std::collections::HashMap;

use super::Span;
use super::select::{REMEMBERED_SETS, Selected};
use crate::aggregate::Values;
use crate::point::{LabelSet, Observations, Point, label};

/// The entities of a measurement. Each set of labels is read once, each entity gets the next number.
pub(crate) struct Entities<'a> {
    label: &'a str,
    observations: &'a dyn Observations,
    met: RefCell<Met<'a>>,
}

#[derive(Default)]
struct Met<'a> {
    by_set: Vec<Read>,
    numbers: HashMap<&'a str, u32>,
}

/// What a set of labels names.
#[derive(Clone, Copy, Default)]
enum Read {
    #[default]
    NotYet,
    Nobody,
    Entity(u32),
}

/// Which entities stand in a stretch of time.
pub(crate) struct Marked {
    marks: Vec<bool>,
    /// How many there are.
    pub(crate) count: usize,
}

impl<'a> Entities<'a> {
    pub(crate) fn new(label: &'a str, observations: &'a dyn Observations) -> Self {
        Self { label, observations, met: RefCell::default() }
    }

    /// The number of the entity that a set of labels names.
    pub(crate) fn number(&self, set: LabelSet) -> Option<usize> {
        let mut met = self.met.borrow_mut();
        let read = match place(set).and_then(|index| met.by_set.get(index)).copied().unwrap_or_default() {
            Read::NotYet => self.read(set, &mut met),
            known => known,
        };
        match read {
            Read::Entity(number) => usize::try_from(number).ok(),
            Read::Nobody | Read::NotYet => None,
        }
    }

    fn read(&self, set: LabelSet, met: &mut Met<'a>) -> Read {
        let next = u32::try_from(met.numbers.len()).unwrap_or(u32::MAX);
        let name = label(self.observations.labels(set), self.label);
        let read = name.map_or(Read::Nobody, |name| Read::Entity(*met.numbers.entry(name).or_insert(next)));
        if let Some(index) = place(set) {
            if index >= met.by_set.len() {
                met.by_set.resize(index + 1, Read::NotYet);
            }
            if let Some(place) = met.by_set.get_mut(index) {
                *place = read;
            }
        }
        read
    }

    /// The median of each entity's selected samples of a stretch of time; samples that name no entity are left out.
    pub(crate) fn medians(&self, of: &Selected<'a>, span: Span) -> Vec<f64> {
        let mut values: Vec<Vec<&Point>> = Vec::new();
        for point in of.within(span) {
            let Some(number) = self.number(point.labels) else { continue };
            if number >= values.len() {
                values.resize_with(number + 1, Vec::new);
            }
            if let Some(of_entity) = values.get_mut(number) {
                of_entity.push(point);
            }
        }
        values.iter().filter_map(|of_entity| Values::of(of_entity.iter().copied()).percentile(50.0)).collect()
    }

    /// The time of the sample with which `wanted` different entities had been met for the first time.
    pub(crate) fn nth_met_ms(&self, of: &Selected<'a>, wanted: usize) -> Option<i64> {
        let mut met: Vec<bool> = Vec::new();
        let mut count = 0;
        for point in of.all() {
            let Some(number) = self.number(point.labels) else { continue };
            if number >= met.len() {
                met.resize(number + 1, false);
            }
            if let Some(known) = met.get_mut(number)
                && !std::mem::replace(known, true)
            {
                count += 1;
                if count == wanted {
                    return Some(point.time_ms);
                }
            }
        }
        None
    }

    /// The entities of the selected samples of a stretch of time.
    pub(crate) fn marked(&self, of: &Selected<'a>, span: Span) -> Marked {
        let mut marked = Marked { marks: Vec::new(), count: 0 };
        for number in of.within(span).filter_map(|point| self.number(point.labels)) {
            if number >= marked.marks.len() {
                marked.marks.resize(number + 1, false);
            }
            if let Some(mark) = marked.marks.get_mut(number) {
                marked.count += usize::from(!*mark);
                *mark = true;
            }
        }
        marked
    }
}

/// Where a set is remembered, unless its number is too large for that.
fn place(set: LabelSet) -> Option<usize> {
    usize::try_from(set.0).ok().filter(|index| *index < REMEMBERED_SETS)
}

impl Marked {
    /// How many of them stand in the other too.
    pub(crate) fn both(&self, other: &Self) -> usize {
        self.marks.iter().zip(&other.marks).filter(|(left, right)| **left && **right).count()
    }
}
