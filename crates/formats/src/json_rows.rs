//! Rows of any JSON document or of a database, by a mapping: a JSON Pointer (RFC 6901) each to the rows, and inside of a row to
//! value, time, labels and id.
//!
//! Without a pointer to the rows they are the lines of an NDJSON body, the elements of an array, or one object.

mod mapping;
mod pointer;

pub use mapping::{RowMapping, TimeUnit};
pub use pointer::problem as pointer_problem;

use kpi::unit::Unit;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::collect::Collector;
use crate::entry::Entry;
use crate::label::Wrong;
use crate::number::{self, Reading};
use crate::report::{document, elements, rows, scalar, shape, text, value as value_of, wrong};
use crate::text::quote;
use crate::{Limits, Received, Refusal};

const EXPECTED: &str = "JSON with an array of objects where the mapping says that the rows are";

/// The samples of a body. Rows count from 1.
///
/// # Errors
/// Refuses what is not JSON, has no rows where the mapping looks for them, and more rows or text than the limits. An empty body
/// is no error: it has no rows.
pub fn read(bytes: &[u8], mapping: &RowMapping, limits: &Limits) -> Result<Received, Refusal> {
    let mut all = Collector::new(limits);
    if bytes.trim_ascii().is_empty() {
        return Ok(all.received);
    }
    let text = text(bytes)?;
    for raw in found(text, mapping, limits)? {
        let row = all.row()?;
        let Some(object) = value_of(&mut all, row, raw, EXPECTED) else { continue };
        match entry(&object, mapping, &mut all) {
            Ok(Some(entry)) => {
                all.entry(row, entry)?;
            }
            Ok(None) => {}
            Err(problem) => all.problem(row, problem),
        }
    }
    Ok(all.received)
}

fn found<'a>(text: &'a str, mapping: &RowMapping, limits: &Limits) -> Result<Vec<&'a RawValue>, Refusal> {
    let Some(pointer) = &mapping.rows else { return rows(text, limits, EXPECTED) };
    let root: &RawValue = document(text, EXPECTED)?;
    let found = pointer::find(root, pointer)
        .ok_or_else(|| shape(text, format!("there is nothing at {}", quote(pointer)), EXPECTED))?;
    match found.get().as_bytes().first() {
        Some(b'[') => elements(text, found, limits, EXPECTED),
        Some(b'{') => Ok(vec![found]),
        _ => Err(shape(text, format!("there is no array and no object at {}", quote(pointer)), EXPECTED)),
    }
}

fn entry(row: &Value, mapping: &RowMapping, all: &mut Collector<'_>) -> Result<Option<Entry>, Wrong> {
    let value = match mapping.value.as_deref() {
        None => 1.0,
        Some(pointer) => match row.pointer(pointer) {
            Some(Value::Null) => {
                all.leave_out("row without a value");
                return Ok(None);
            }
            found => value(found, pointer)?,
        },
    };
    let time_ms = mapping.instant(row)?;
    let name = mapping.series_at.as_deref().and_then(|pointer| row.pointer(pointer)).and_then(scalar);
    let series = match (name, &mapping.naming.series) {
        (Some(name), _) => name,
        (None, Some(series)) => series.clone(),
        (None, None) => return Err(wrong("series", "missing", "the row names no series".to_owned(), "a name")),
    };
    let unit = mapping.unit_at.as_deref().and_then(|pointer| row.pointer(pointer)).and_then(scalar).map(as_meant);
    let mut entry = Entry::sample(series, value, unit.as_deref().or(mapping.naming.unit.as_deref())).time(time_ms);
    if let Some(pointer) = &mapping.id {
        entry = entry.id(row.pointer(pointer).and_then(scalar));
    }
    match &mapping.labels {
        Some(labels) => {
            for (label, pointer) in labels {
                entry = entry.known(label, row.pointer(pointer).and_then(scalar).as_deref());
            }
        }
        None => {
            for (name, value) in row.as_object().into_iter().flatten() {
                if mapping.is_label(name)
                    && let Some(text) = scalar(value)
                {
                    entry = entry.label(name, text);
                }
            }
        }
    }
    for (label, text) in &mapping.naming.constants {
        entry = entry.label(label, text);
    }
    Ok(Some(entry))
}

/// A unit; the code of a currency in capitals, which many systems write small.
fn as_meant(unit: String) -> String {
    let capitals = unit.to_ascii_uppercase();
    let is_currency = unit.len() == 3 && Unit::sent(&unit).is_err() && Unit::parse(&capitals).is_ok();
    if is_currency { capitals } else { unit }
}

fn value(found: Option<&Value>, pointer: &str) -> Result<f64, Wrong> {
    let told = |code, detail| wrong("value", code, detail, "a number, true or false");
    match found {
        Some(Value::Number(number)) => Ok(number.as_f64().unwrap_or(f64::NAN)),
        Some(Value::Bool(truth)) => Ok(f64::from(u8::from(*truth))),
        Some(Value::String(text)) => match number::read(text.trim()) {
            Reading::Finite(number) => Ok(number),
            Reading::NotFinite => Err(told("not-finite", format!("{} is not a finite number", quote(text)))),
            Reading::NotANumber => Err(told("wrong-type", format!("{} is no number", quote(text)))),
        },
        Some(_) => Err(told("wrong-type", format!("there is a list or an object at {}", quote(pointer)))),
        None => Err(told("missing", format!("there is nothing at {}", quote(pointer)))),
    }
}
