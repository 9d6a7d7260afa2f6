//! The categories of a bar chart: each gets a slot on x, in order of first appearance.

use std::collections::BTreeMap;

use crate::model::{ChartModel, Position};
use crate::plot::position_label;
use crate::time_text::Detail;

/// A category and how often it stood in the same series before: a repeated one gets a bar of its own.
pub(crate) type SlotKey<'a> = (&'a Position, usize);

/// Counts how often each category stood in a series so far.
#[derive(Default)]
pub(crate) struct Occurrences<'a>(BTreeMap<&'a Position, usize>);

impl<'a> Occurrences<'a> {
    /// The slot key of the next point of the series.
    pub(crate) fn next(&mut self, position: &'a Position) -> SlotKey<'a> {
        let seen = self.0.entry(position).or_insert(0);
        *seen += 1;
        (position, *seen - 1)
    }
}

/// The labels of the slots, and which slot each category has.
pub(crate) fn slots(model: &ChartModel, detail: Detail) -> (Vec<String>, BTreeMap<SlotKey<'_>, usize>) {
    let mut order: Vec<SlotKey<'_>> = Vec::new();
    let mut slot_of = BTreeMap::new();
    for series in &model.series {
        let mut occurrences = Occurrences::default();
        for point in &series.points {
            let key = occurrences.next(&point.x);
            slot_of.entry(key).or_insert_with(|| {
                order.push(key);
                0
            });
        }
    }
    if order.iter().all(|(position, _)| matches!(position, Position::Time(_))) {
        order.sort();
    }
    for (index, key) in order.iter().enumerate() {
        slot_of.insert(*key, index);
    }
    (order.iter().map(|(position, _)| position_label(position, detail)).collect(), slot_of)
}
