//! `[[kpi]]`.

use std::ops::Range;

use super::super::errors::Errors;
use super::super::places::{self, Places};
use super::super::toml_reader::TableReader;
use super::super::{Current, Kpi, Reading};
use super::{Item, named, time, unit};
use crate::aggregate::Aggregate;
use crate::number::WrittenNumber;
use crate::shape::{Better, Shape};
use crate::target::Target;
use crate::unit::Unit;

/// The phases that a `targets` table can name.
const PHASE_KEYS: [(&str, u8); 9] =
    [("1", 1), ("2", 2), ("3", 3), ("4", 4), ("5", 5), ("6", 6), ("7", 7), ("8", 8), ("9", 9)];

/// A KPI, or the id of one that can't be read.
pub(super) fn kpi(item: Item<'_, '_>, places: &mut Places, errors: &mut Errors<'_>) -> Result<Kpi, String> {
    let mut reader = TableReader::new(item.0, item.1, "a KPI");
    let id = reader.text("id", errors);
    reader.call(format!("KPI \"{id}\""));
    let unit = unit(&mut reader, errors);
    let shape = named(
        &mut reader,
        "shape",
        errors,
        Shape::from_name,
        "higher, lower, reduction, multiple, near-100, level, band, zero-tolerance or recurrence",
    );
    let better = better(&mut reader, shape, errors);
    let reading = reading(&mut reader, errors);
    let current_written = reader.optional_text("current", errors);
    let phase_targets = phase_targets(&mut reader, errors);
    let single_target =
        reader.optional_text("target", errors).and_then(|cell| target(&cell, &reader.span_of("target"), errors));
    let from_phase = reader.small_number("from_phase", errors);
    let aggregate =
        reader.optional_text("aggregate", errors).map_or(Some(Aggregate::Last), |written| Aggregate::parse(&written));
    if aggregate.is_none() {
        errors.add(&reader.span_of("aggregate"), "`aggregate` must be last, mean, sum or a percentile such as p75");
    }
    let name = reader.text("name", errors);
    let track = reader.text("track", errors);
    if !track.trim().is_empty() {
        places.refer(&format!("KPI \"{id}\""), places::Target::Track, vec![(track.clone(), reader.span_of("track"))]);
    }
    let section = reader.text("section", errors);
    let group = reader.text("group", errors);
    let description = reader.text("description", errors);
    let method = reader.text("method", errors);
    let measure = reader.optional_text("measure", errors).unwrap_or_else(|| id.clone());
    let window_ms = time::needed_length(&mut reader, "window", errors);
    let cadence_ms = time::needed_length(&mut reader, "cadence", errors);
    let owner = reader.text("owner", errors);
    let customer_facing = reader.truth("customer_facing", errors).unwrap_or(false);
    let connect = reader.text("connect", errors);
    let alert_for_ms = time::wait(&mut reader, "alert_for", errors);
    reader.finish(errors);
    let (Some(unit), Some(shape), Some(aggregate)) = (unit, shape, aggregate) else { return Err(id) };
    let current = current_written.as_deref().map_or(Current::Unknown, |cell| current(cell, &unit));
    Ok(Kpi {
        id,
        name,
        track,
        section,
        group,
        description,
        method,
        unit,
        shape,
        better,
        reading,
        current_written,
        current,
        phase_targets,
        single_target,
        from_phase,
        measure,
        aggregate,
        window_ms,
        cadence_ms,
        owner,
        customer_facing,
        connect,
        alert_for_ms,
    })
}

/// Which way is better for a KPI of that shape that does not say so.
pub(in super::super) fn default_better(shape: Shape) -> Better {
    if matches!(shape, Shape::Lower | Shape::ZeroTolerance) { Better::Lower } else { Better::Higher }
}

fn better(reader: &mut TableReader<'_, '_>, shape: Option<Shape>, errors: &mut Errors<'_>) -> Better {
    match reader.optional_text("better", errors).as_deref() {
        Some("higher") => return Better::Higher,
        Some("lower") => return Better::Lower,
        Some(other) => {
            errors.add(&reader.span_of("better"), format!("\"{other}\" is no better; write higher or lower"));
        }
        None => {}
    }
    shape.map_or(Better::Higher, default_better)
}

fn reading(reader: &mut TableReader<'_, '_>, errors: &mut Errors<'_>) -> Reading {
    match reader.optional_text("reading", errors).as_deref() {
        Some("improvement") => return Reading::Improvement,
        None | Some("quantity") => {}
        Some(other) => {
            errors.add(&reader.span_of("reading"), format!("\"{other}\" is no reading; write quantity or improvement"));
        }
    }
    Reading::Quantity
}

fn phase_targets(reader: &mut TableReader<'_, '_>, errors: &mut Errors<'_>) -> Vec<(u8, Target)> {
    let Some(mut cells) = reader.table("targets", "{ 1 = \"90%\", 2 = \"95%\" }", errors) else { return Vec::new() };
    let mut targets = Vec::new();
    for (key, number) in PHASE_KEYS {
        if let Some(cell) = cells.optional_text(key, errors)
            && let Some(target) = target(&cell, &cells.span_of(key), errors)
        {
            targets.push((number, target));
        }
    }
    cells.finish(errors);
    targets
}

fn target(cell: &str, span: &Range<usize>, errors: &mut Errors<'_>) -> Option<Target> {
    Target::parse(cell).map_err(|error| errors.add(span, error.to_string())).ok()
}

/// The framework's `Current` cell: a number in the KPI's unit, or a word that says that none is known.
fn current(cell: &str, unit: &Unit) -> Current {
    let digits = cell.strip_prefix(['$', '€', '£']).unwrap_or(cell);
    match WrittenNumber::take(digits) {
        Some((number, rest)) => {
            let written = if rest.is_empty() { Ok(unit.clone()) } else { Unit::parse(rest) };
            written.and_then(|written| written.to_base_of(number.value, unit)).map_or(Current::Unknown, Current::Value)
        }
        None => Current::Unknown,
    }
}
