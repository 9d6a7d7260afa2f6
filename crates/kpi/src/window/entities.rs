//! Entities: who or what a sample is about, by the value of one label, told apart by a number instead of its text.

use std::cell::RefCell;
use std::collections::HashMap;

use super::labels::REMEMBERED_SETS;
use crate::point::{LabelSet, SeriesSource, label};

/// The entities that a label names. Each set of labels is read once, each entity gets the next number.
pub(super) struct Entities<'a> {
    label: String,
    series: &'a dyn SeriesSource,
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

/// Some of the entities.
#[derive(Default)]
pub(super) struct Marked {
    marks: Vec<bool>,
    /// How many there are.
    pub(super) count: usize,
}

impl<'a> Entities<'a> {
    pub(super) fn new(label: &str, series: &'a dyn SeriesSource) -> Self {
        Self { label: label.to_owned(), series, met: RefCell::default() }
    }

    /// The number of the entity that a set of labels names.
    pub(super) fn number(&self, set: LabelSet) -> Option<usize> {
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
        let name = label(self.series.labels(set), &self.label);
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
}

/// Where a set is remembered, unless its number is too large for that.
fn place(set: LabelSet) -> Option<usize> {
    usize::try_from(set.0).ok().filter(|index| *index < REMEMBERED_SETS)
}

impl Marked {
    /// Marks an entity by its number; whether it was not marked before.
    pub(super) fn mark(&mut self, number: usize) -> bool {
        if number >= self.marks.len() {
            self.marks.resize(number + 1, false);
        }
        let Some(mark) = self.marks.get_mut(number) else { return false };
        let is_new = !std::mem::replace(mark, true);
        self.count += usize::from(is_new);
        is_new
    }

    /// How many of them are marked in the other too.
    pub(super) fn both(&self, other: &Self) -> usize {
        self.marks.iter().zip(&other.marks).filter(|(left, right)| **left && **right).count()
    }
}
