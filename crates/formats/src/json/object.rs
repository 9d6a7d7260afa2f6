//! One JSON object as one row. The text given here is known to be well-formed JSON.

use serde_json::value::RawValue;

use super::EXPECTED;
use super::members::{self, Members};
use crate::field::{self, Field};
use crate::row::{Row, WHOLE_ROW};
use crate::text::shorten;
use crate::{Drafts, Limits};

/// Adds one observation, or what is wrong with it, to `all`.
pub(crate) fn read(number: usize, object: &RawValue, limits: &Limits, all: &mut Drafts) {
    let mut row = Row::new(number, limits);
    fill(&mut row, object);
    row.finish(all);
}

fn fill(row: &mut Row<'_>, object: &RawValue) {
    if !object.get().starts_with('{') {
        return row.problem(WHOLE_ROW, "wrong-type", format!("the row is {}", kind(object)), EXPECTED);
    }
    let members = match Members::read(object, &Field::ALL.map(Field::name)) {
        Ok(members) => members,
        Err(error) => {
            return row.problem(WHOLE_ROW, "syntax", error.to_string(), "well-formed JSON");
        }
    };
    for name in &members.unknown {
        let expected = field::known_fields(std::slice::from_ref(name), &Field::ALL);
        row.problem(&shorten(name), "unknown-field", format!("`{}` is not a field", shorten(name)), expected);
    }
    for name in members.repeated {
        row.problem(name, "duplicate-field", format!("`{name}` stands more than once"), "each field once");
    }
    for (field, value) in Field::ALL.into_iter().zip(members.known) {
        if let Some(value) = value {
            member(row, field, value);
        }
    }
}

fn member(row: &mut Row<'_>, field: Field, value: &RawValue) {
    let written = value.get();
    match (field, written.as_bytes().first()) {
        // Fields may be null, which senders with fixed columns write for "none"; a value that is null was not measured.
        (Field::Value, Some(b'n')) => row.wrong_type(field, "null"),
        (_, Some(b'n')) => {}
        (Field::Labels, Some(b'{')) => labels(row, value),
        (Field::Labels, _) => row.wrong_type(field, kind(value)),
        (_, Some(b'"')) => match serde_json::from_str::<String>(written) {
            Ok(text) => row.text(field, &text),
            Err(error) => row.problem(field.name(), "syntax", error.to_string(), "text with valid escapes"),
        },
        (Field::Value, Some(b't' | b'f')) => row.truth(written == "true"),
        (Field::Value, Some(b'-' | b'0'..=b'9')) => row.number(written),
        (Field::Time, Some(b'-' | b'0'..=b'9')) => match written.parse() {
            Ok(time_ms) => row.milliseconds(time_ms),
            Err(_) => row.wrong_type(field, &format!("the number {}", shorten(written))),
        },
        _ => row.wrong_type(field, kind(value)),
    }
}

fn labels(row: &mut Row<'_>, object: &RawValue) {
    let mut unreadable = None;
    let read = members::each(object, |name, value| {
        let written = value.get();
        match written.as_bytes().first() {
            Some(b'n') => {}
            Some(b'"') => match serde_json::from_str::<String>(written) {
                Ok(text) => row.label(name, Ok(&text)),
                Err(error) => unreadable = Some(error),
            },
            Some(b'{' | b'[') => row.label(name, Err(kind(value))),
            _ => row.label(name, Ok(written)),
        }
    });
    if let Some(error) = read.err().or(unreadable) {
        row.problem(Field::Labels.name(), "syntax", error.to_string(), "text with valid escapes");
    }
}

/// What a value is, in words.
pub(crate) fn kind(value: &RawValue) -> &'static str {
    match value.get().as_bytes().first() {
        Some(b'{') => "an object",
        Some(b'[') => "an array",
        Some(b'"') => "text",
        Some(b't' | b'f') => "true or false",
        Some(b'n') => "null",
        _ => "a number",
    }
}
