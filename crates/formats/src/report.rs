//! JSON reports and events of other tools: documents whose rows are taken apart one by one, so that one wrong row does not
//! spoil the others and no row costs more memory than its own text.

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::collect::Collector;
use crate::json::members::Elements;
use crate::json::{scan, syntax};
use crate::label::Wrong;
use crate::text::{in_few_words, place, utf8};
use crate::{Limits, Refusal, WrittenTime, time};

/// Levels of brackets; reports are nested deeper than observations.
const DEPTH: usize = 64;

/// A body that begins as JSON, not yet parsed.
pub(crate) fn text(bytes: &[u8]) -> Result<&str, Refusal> {
    let text = utf8(bytes)?;
    if let Some(offset) = scan::too_deep(text, DEPTH) {
        let (row, column) = place(text, offset);
        return Err(Refusal::TooDeep { row, column, limit: DEPTH });
    }
    Ok(text)
}

/// One document of a known shape.
pub(crate) fn document<'a, T: Deserialize<'a>>(text: &'a str, expected: &str) -> Result<T, Refusal> {
    serde_json::from_str(text).map_err(|error| refusal(text, &error, expected))
}

/// The objects of an array, of lines (NDJSON), or the only one.
pub(crate) fn rows<'a>(text: &'a str, limits: &Limits, expected: &str) -> Result<Vec<&'a RawValue>, Refusal> {
    if text.trim_start().starts_with('[') {
        let array: &RawValue = document(text, expected)?;
        return elements(text, array, limits, expected);
    }
    let mut rows = Vec::new();
    for object in serde_json::Deserializer::from_str(text).into_iter::<&RawValue>() {
        let object = object.map_err(|error| refusal(text, &error, expected))?;
        if !object.get().starts_with('{') {
            return Err(shape(text, "there is a value that is no object".to_owned(), expected));
        }
        if rows.len() == limits.rows {
            return Err(Refusal::TooManyRows { limit: limits.rows });
        }
        rows.push(object);
    }
    Ok(rows)
}

/// The elements of an array inside a document.
pub(crate) fn elements<'a>(
    text: &str,
    array: &'a RawValue,
    limits: &Limits,
    expected: &str,
) -> Result<Vec<&'a RawValue>, Refusal> {
    let elements = Elements::read(array, limits.rows).map_err(|error| {
        shape(text, format!("there is no array where one should be: {}", message(&error)), expected)
    })?;
    if elements.count > limits.rows { Err(Refusal::TooManyRows { limit: limits.rows }) } else { Ok(elements.first) }
}

/// One row of a known shape; where it has another one, that is its problem.
pub(crate) fn typed<'a, T: Deserialize<'a>>(
    collector: &mut Collector<'_>,
    row: usize,
    raw: &'a RawValue,
    expected: &str,
) -> Option<T> {
    match serde_json::from_str(raw.get()) {
        Ok(value) => Some(value),
        Err(error) => {
            collector.problem(row, wrong("row", "wrong-type", message(&error), expected));
            None
        }
    }
}

/// The time that a report says it is about. Old versions of some tools write the time of their clock without a zone: then the
/// report is about the moment it arrives.
pub(crate) fn instant(collector: &mut Collector<'_>, text: Option<&str>) -> Option<i64> {
    let read = time::parse(&WrittenTime::Text(text?.to_owned()));
    if read.is_err() {
        collector.leave_out("time that can't be read");
    }
    read.ok()
}

/// Well-formed, but not the document that was expected.
pub(crate) fn shape(text: &str, detail: String, expected: &str) -> Refusal {
    let (row, column) = place(text, text.len() - text.trim_start().len());
    Refusal::Shape { row, column, detail, expected: expected.to_owned() }
}

pub(crate) fn wrong(field: &str, code: &'static str, detail: String, expected: &str) -> Wrong {
    (field.to_owned(), code, detail, expected.to_owned())
}

/// The text of a value that a label can have: text, a number, true or false.
pub(crate) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

fn refusal(text: &str, error: &serde_json::Error, expected: &str) -> Refusal {
    match syntax(text, error) {
        Refusal::Syntax { row, column, detail, .. } if error.is_data() => {
            Refusal::Shape { row, column, detail: in_few_words(&detail), expected: expected.to_owned() }
        }
        other => other,
    }
}

/// What a parser says, in few words: it may quote a whole value.
pub(crate) fn message(error: &serde_json::Error) -> String {
    let message = error.to_string();
    in_few_words(message.split(" at line ").next().unwrap_or(&message))
}
