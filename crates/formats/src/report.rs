//! JSON reports and events of other tools: documents whose rows are taken apart one by one, so that one wrong row does not
//! spoil the others and no row costs more memory than its own text.

use std::borrow::Cow;
use std::fmt;
use std::ops::ControlFlow;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::collect::Collector;
use crate::json::members::{self, Elements};
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

/// As [`text`], of programs that write numbers which are none as `NaN`: they are `null` then.
pub(crate) fn measured_text(bytes: &[u8]) -> Result<Cow<'_, str>, Refusal> {
    text(bytes).map(scan::without_not_finite)
}

/// One document of a known shape.
pub(crate) fn document<'a, T: Deserialize<'a>>(text: &'a str, expected: &str) -> Result<T, Refusal> {
    serde_json::from_str(text).map_err(|error| refusal(text, &error, expected))
}

/// The objects of an array, of lines (NDJSON), or the only one.
pub(crate) fn rows<'a>(text: &'a str, limits: &Limits, expected: &str) -> Result<Vec<&'a RawValue>, Refusal> {
    let mut rows = Vec::new();
    each_row(text, expected, |row| {
        if rows.len() == limits.rows {
            return Err(Refusal::TooManyRows { limit: limits.rows });
        }
        rows.push(row);
        Ok(())
    })?;
    Ok(rows)
}

/// As [`rows`], with the lines among them that are no objects, which programs write between their results; what is wrong with them.
pub(crate) fn rows_or_lines<'a>(
    text: &'a str,
    limits: &Limits,
    expected: &str,
) -> Result<Vec<Result<&'a RawValue, String>>, Refusal> {
    let refusal = match rows(text, limits, expected) {
        Ok(rows) => return Ok(rows.into_iter().map(Ok).collect()),
        Err(refusal @ (Refusal::TooManyRows { .. } | Refusal::TooDeep { .. })) => return Err(refusal),
        Err(refusal) => refusal,
    };
    let mut lines = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if lines.len() == limits.rows {
            return Err(Refusal::TooManyRows { limit: limits.rows });
        }
        let read = serde_json::from_str::<&RawValue>(line).map_err(|error| message(&error));
        let is_object = |row: &&RawValue| row.get().starts_with('{');
        lines.push(read.and_then(|row| if is_object(&row) { Ok(row) } else { Err("it is no object".to_owned()) }));
    }
    if lines.iter().any(Result::is_ok) && !text.trim_start().starts_with('[') { Ok(lines) } else { Err(refusal) }
}

/// A line that may be none of the report.
pub(crate) fn line<'a>(
    collector: &mut Collector<'_>,
    row: usize,
    line: Result<&'a RawValue, String>,
    expected: &str,
) -> Option<&'a RawValue> {
    line.map_err(|error| collector.problem(row, wrong("row", "syntax", format!("line {row}: {error}"), expected))).ok()
}

/// Gives the objects of an array, of lines (NDJSON), or the only one to `visit`, one by one. What follows a row that `visit` refuses
/// is not looked at, so that a body of millions of rows is refused as soon as one of one too many.
pub(crate) fn each_row<'a>(
    text: &'a str,
    expected: &str,
    mut visit: impl FnMut(&'a RawValue) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    if text.trim_start().starts_with('[') {
        let mut parser = serde_json::Deserializer::from_str(text);
        let mut refused = Ok(());
        members::each_element(&mut parser, |row| stopping(&mut refused, shallow(text, row).and_then(|()| visit(row))))
            .map_err(|error| unread(text, &error, expected))?;
        refused?;
        return parser.end().map_err(|error| unread(text, &error, expected));
    }
    for object in serde_json::Deserializer::from_str(text).into_iter::<&RawValue>() {
        let object = object.map_err(|error| unread(text, &error, expected))?;
        if !object.get().starts_with('{') {
            return Err(shape(text, "there is a value that is no object".to_owned(), expected));
        }
        shallow(text, object)?;
        visit(object)?;
    }
    Ok(())
}

/// As [`each_row`], of the array that is a member of the only object.
pub(crate) fn each_in<'a>(
    text: &'a str,
    member: &'static str,
    expected: &str,
    mut visit: impl FnMut(&'a RawValue) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let mut parser = serde_json::Deserializer::from_str(text);
    let (mut refused, mut is_there) = (Ok(()), false);
    let visit = |row: &'a RawValue| stopping(&mut refused, shallow(text, row).and_then(|()| visit(row)));
    let read = parser.deserialize_map(MemberRows { member, is_there: &mut is_there, visit });
    refused?;
    read.and_then(|()| parser.end()).map_err(|error| unread(text, &error, expected))?;
    if is_there { Ok(()) } else { Err(shape(text, format!("there is no `{member}`"), expected)) }
}

/// Stops where something was refused.
fn stopping(refused: &mut Result<(), Refusal>, visited: Result<(), Refusal>) -> ControlFlow<()> {
    *refused = visited;
    if refused.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
}

struct MemberRows<'b, F> {
    member: &'static str,
    is_there: &'b mut bool,
    visit: F,
}

impl<'de, F: FnMut(&'de RawValue) -> ControlFlow<()>> Visitor<'de> for MemberRows<'_, F> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            if name != self.member {
                map.next_value::<IgnoredAny>()?;
            } else if std::mem::replace(self.is_there, true) {
                return Err(A::Error::custom(format_args!("`{}` stands twice", self.member)));
            } else {
                map.next_value_seed(Rows { visit: &mut self.visit })?;
            }
        }
        Ok(())
    }
}

struct Rows<'v, F> {
    visit: &'v mut F,
}

impl<'de, F: FnMut(&'de RawValue) -> ControlFlow<()>> DeserializeSeed<'de> for Rows<'_, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let mut is_broken = false;
        members::each_element(deserializer, |row| {
            let flow = (self.visit)(row);
            is_broken = flow.is_break();
            flow
        })?;
        if is_broken { Err(D::Error::custom("enough")) } else { Ok(()) }
    }
}

/// Why rows can't be read: nested too deep, where they are, else what the parser says.
fn unread(text: &str, error: &serde_json::Error, expected: &str) -> Refusal {
    match scan::too_deep(text, DEPTH) {
        Some(offset) => {
            let (row, column) = place(text, offset);
            Refusal::TooDeep { row, column, limit: DEPTH }
        }
        None => refusal(text, error, expected),
    }
}

/// Refuses a row that is nested too deep.
fn shallow(text: &str, row: &RawValue) -> Result<(), Refusal> {
    let Some(inside) = scan::too_deep(row.get(), DEPTH) else { return Ok(()) };
    // The row is a part of the text.
    let offset = row.get().as_ptr().addr().saturating_sub(text.as_ptr().addr()) + inside;
    let (row, column) = place(text, offset);
    Err(Refusal::TooDeep { row, column, limit: DEPTH })
}

/// The elements of an array inside a document.
pub(crate) fn elements<'a>(
    text: &str,
    array: &'a RawValue,
    limits: &Limits,
    expected: &str,
) -> Result<Vec<&'a RawValue>, Refusal> {
    let elements = Elements::read(array, limits.rows).map_err(|error| no_array(text, &error, expected))?;
    if elements.has_more { Err(Refusal::TooManyRows { limit: limits.rows }) } else { Ok(elements.first) }
}

/// Gives the elements of an array inside a document to `visit`, one by one, and keeps none.
pub(crate) fn each_element<'a>(
    text: &str,
    array: &'a RawValue,
    expected: &str,
    visit: impl FnMut(&'a RawValue) -> ControlFlow<()>,
) -> Result<(), Refusal> {
    members::each_element(&mut serde_json::Deserializer::from_str(array.get()), visit)
        .map_err(|error| no_array(text, &error, expected))
}

fn no_array(text: &str, error: &serde_json::Error, expected: &str) -> Refusal {
    shape(text, format!("there is no array where one should be: {}", message(error)), expected)
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

/// The most values inside one row that is taken as a whole.
const MOST_VALUES: usize = 20_000;

/// One row as a document of any shape, whose values are looked for by pointers. One with very many of them is refused: each takes
/// many times the bytes that it is written with.
pub(crate) fn value(collector: &mut Collector<'_>, row: usize, raw: &RawValue, expected: &str) -> Option<Value> {
    if scan::has_more_values(raw.get(), MOST_VALUES) {
        let detail = format!("the row holds more than {MOST_VALUES} values");
        collector.problem(row, wrong("row", "too-long", detail, expected));
        return None;
    }
    typed(collector, row, raw, expected)
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
