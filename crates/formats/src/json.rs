//! Observations as JSON: one object, an array of objects, or `{"observations": […]}`.
//!
//! Strict: a field that isn't known, stands twice or has the wrong type is a problem of its row. Numbers are read from the
//! text as written, so that nothing is lost before the caller sees it.

pub(crate) mod members;
pub(crate) mod object;
pub(crate) mod scan;

use serde_json::value::RawValue;

use crate::text::{self, place};
use crate::{Drafts, Limits, Refusal};
use members::{Elements, Members};

const EXPECTED: &str = "one object such as {\"kpi\": \"…\", \"value\": 12.5} or {\"series\": \"…\"}, an array of them, or {\"observations\": [...]}";

/// The observations of one JSON document; rows count from 1 in the order of the array.
///
/// # Errors
/// Refuses what is not UTF-8, not JSON, too deeply nested, longer than the limit, or no observation at all.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Drafts, Refusal> {
    let text = text::utf8(bytes)?;
    if let Some(offset) = scan::too_deep(text, limits.depth) {
        let (row, column) = place(text, offset);
        return Err(Refusal::TooDeep { row, column, limit: limits.depth });
    }
    let document: &RawValue = serde_json::from_str(text).map_err(|error| syntax(text, &error))?;
    let mut all = Drafts::default();
    for (index, row) in rows(text, document, limits)?.into_iter().enumerate() {
        object::read(index + 1, row, limits, &mut all);
    }
    Ok(all)
}

/// The objects of a document, not yet looked into.
fn rows<'a>(text: &'a str, document: &'a RawValue, limits: &Limits) -> Result<Vec<&'a RawValue>, Refusal> {
    if document.get().starts_with('[') {
        return elements(text, document, limits);
    }
    if !document.get().starts_with('{') {
        return Err(shape(text, format!("the body is {}", object::kind(document))));
    }
    let envelope = Members::read(document, &["observations"]).map_err(|error| syntax(text, &error))?;
    let Some(observations) = envelope.known.first().copied().flatten() else {
        return Ok(vec![document]);
    };
    if !envelope.repeated.is_empty() {
        return Err(shape(text, "`observations` stands twice".to_owned()));
    }
    if let Some(name) = envelope.unknown.first() {
        return Err(shape(text, format!("`{}` stands beside `observations`", text::shorten(name))));
    }
    if !observations.get().starts_with('[') {
        return Err(shape(text, format!("`observations` is {}", object::kind(observations))));
    }
    elements(text, observations, limits)
}

fn elements<'a>(text: &str, array: &'a RawValue, limits: &Limits) -> Result<Vec<&'a RawValue>, Refusal> {
    let elements = Elements::read(array, limits.rows).map_err(|error| syntax(text, &error))?;
    if elements.has_more { Err(Refusal::TooManyRows { limit: limits.rows }) } else { Ok(elements.first) }
}

fn shape(text: &str, detail: String) -> Refusal {
    let (row, column) = place(text, text.len() - text.trim_start().len());
    Refusal::Shape { row, column, detail, expected: EXPECTED.to_owned() }
}

/// Why a text is not JSON, and where. A number that JSON can't write is named with its field: programs do send `NaN`.
pub(crate) fn syntax(text: &str, error: &serde_json::Error) -> Refusal {
    let offset = offset(text, error);
    if let Some(spelled) = scan::not_finite(text)
        && (spelled.offset..=spelled.offset + spelled.written.len()).contains(&offset)
    {
        let (row, column) = place(text, spelled.offset);
        let field = text::shorten(spelled.field);
        return Refusal::NotFinite { row, column, field, written: text::shorten(spelled.written) };
    }
    let (row, column) = place(text, offset);
    let message = error.to_string();
    let detail = message.split(" at line ").next().unwrap_or(&message).to_owned();
    Refusal::Syntax { row, column, detail, expected: "well-formed JSON".to_owned() }
}

/// Where the parser stopped, in bytes.
fn offset(text: &str, error: &serde_json::Error) -> usize {
    let line_start: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    (line_start + error.column().saturating_sub(1)).min(text.len())
}
