//! Derived measurements compute what their unit says, read samples, and never read themselves.

use std::collections::HashSet;
use std::ops::Range;

use super::super::Catalogue;
use super::super::errors::Errors;
use super::super::kinds::{kind, references, selections, units_that_fit};
use crate::measure::Measure;

pub(super) fn check(catalogue: &Catalogue, spans: &[Range<usize>], errors: &mut Errors<'_>) {
    for ((position, measure), span) in catalogue.measures.iter().enumerate().zip(spans) {
        let mut complain = |message: String| errors.add(span, format!("measurement \"{}\": {message}", measure.id));
        if let Some(units) = units_that_fit(&measure.rule, measure.unit.dimension) {
            let (kind, unit) = (kind(&measure.rule), measure.unit.named());
            complain(format!("a {kind} is not measured in {unit}; write {units}"));
        }
        for (selection, _) in selections(&measure.rule) {
            let series = &selection.series;
            if catalogue.measure(series).is_some() {
                complain(format!("\"{series}\" is a derived measurement, not a series of samples"));
            }
        }
        if let Some(cycle) = cycle(&catalogue.measures, position) {
            complain(format!("it is computed from itself: {}", cycle.join(" → ")));
        }
    }
}

/// The ids on a way from the measurement at `start` back to it, if there is one through later measurements only: so that
/// each cycle is told once, at its first measurement.
fn cycle(measures: &[Measure], start: usize) -> Option<Vec<&str>> {
    let goal = measures.get(start)?;
    let mut ways = vec![vec![goal]];
    let mut seen: HashSet<&str> = HashSet::new();
    while let Some(way) = ways.pop() {
        for id in references(&way.last()?.rule) {
            if id == goal.id {
                return Some(way.iter().map(|measure| measure.id.as_str()).chain([id]).collect());
            }
            let next = measures.iter().skip(start + 1).find(|measure| measure.id == id);
            if let Some(next) = next.filter(|_| seen.insert(id)) {
                ways.push([way.as_slice(), &[next]].concat());
            }
        }
    }
    None
}
