//! One sample of a scrape: `name{label="value"} 1.5 1700000000000 # {trace_id="1"} 0.5`.

use std::borrow::Cow;

use super::{Dialect, escaping};
use crate::Limits;

/// A line taken apart.
pub(super) struct Line<'a> {
    pub(super) name: Cow<'a, str>,
    /// Without `__name__`.
    pub(super) labels: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    pub(super) value: f64,
    pub(super) time_ms: Option<i64>,
    pub(super) has_exemplar: bool,
}

/// Reads a line that is neither blank nor a comment; an error says in words what is wrong.
pub(super) fn read<'a>(text: &'a str, dialect: Dialect, limits: &Limits) -> Result<Line<'a>, &'static str> {
    let name_end = text.find(['{', ' ', '\t']).ok_or("the line has no value")?;
    let (name, mut rest) = text.split_at(name_end);
    rest = rest.trim_start();
    if !is_plain(name) {
        return Err("a name of other characters than letters, digits and `_` stands in quotation marks between braces");
    }
    let mut line =
        Line { name: Cow::Borrowed(name), labels: Vec::new(), value: 0.0, time_ms: None, has_exemplar: false };
    if let Some(inside) = rest.strip_prefix('{') {
        rest = labels(inside, &mut line, limits)?;
    }
    if line.name.is_empty() {
        return Err("the line names no series");
    }
    line.name = unescaped(line.name);
    for (name, _) in &mut line.labels {
        *name = unescaped(std::mem::take(name));
    }
    let (numbers, exemplar) = rest.split_once('#').map_or((rest, None), |(numbers, other)| (numbers, Some(other)));
    line.has_exemplar = exemplar.is_some_and(|exemplar| exemplar.trim_start().starts_with('{'));
    let mut words = numbers.split_ascii_whitespace();
    line.value = words.next().and_then(number).ok_or("the value is no number")?;
    line.time_ms = words.next().map(|word| time(word, dialect).ok_or("the time is no number")).transpose()?;
    if words.next().is_some() { Err("something follows behind the time") } else { Ok(line) }
}

/// Whether a name may stand without quotation marks. Prometheus allows ASCII alone; what targets write all the same is taken.
fn is_plain(name: &str) -> bool {
    name.chars().all(|character| {
        character.is_alphanumeric()
            || matches!(character, '_' | ':' | '.' | '-')
            || !(character.is_ascii() || character.is_whitespace())
    })
}

/// A name without the escapes of the scheme `values`.
fn unescaped(name: Cow<'_, str>) -> Cow<'_, str> {
    match escaping::unescaped(&name) {
        Cow::Owned(plain) => Cow::Owned(plain),
        Cow::Borrowed(_) => name,
    }
}

/// Takes in what stands between the braces; returns what follows.
fn labels<'a>(mut rest: &'a str, line: &mut Line<'a>, limits: &Limits) -> Result<&'a str, &'static str> {
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix('}') {
            return Ok(after);
        }
        if line.labels.len() > limits.labels {
            return Err("there are too many labels");
        }
        let (name, after) = if let Some(inside) = rest.strip_prefix('"') {
            quoted(inside)?
        } else {
            let end = rest.find(['=', ',', '}', ' ', '"']).ok_or("the labels do not end")?;
            let (name, after) = rest.split_at(end);
            if !is_plain(name) {
                return Err(
                    "a label's name of other characters than letters, digits and `_` stands in quotation marks",
                );
            }
            (Cow::Borrowed(name), after)
        };
        let after = after.trim_start();
        rest = if let Some(after) = after.strip_prefix('=') {
            let inside = after.trim_start().strip_prefix('"').ok_or("a label's value is not in quotation marks")?;
            let (value, after) = quoted(inside)?;
            if name == "__name__" {
                line.name = value;
            } else if name.is_empty() {
                return Err("a label has no name");
            } else {
                line.labels.push((name, value));
            }
            after
        } else if rest.starts_with('"') && line.name.is_empty() {
            // A name that is not made of plain letters stands in quotation marks between the braces.
            line.name = name;
            after
        } else {
            return Err("a label has no value");
        };
        rest = rest.trim_start();
        match rest.strip_prefix(',') {
            Some(after) => rest = after,
            None if rest.starts_with('}') => {}
            None => return Err("a comma or `}` is missing behind a label"),
        }
    }
}

/// The text up to the closing quotation mark, without its escapes, and what follows.
fn quoted(inside: &str) -> Result<(Cow<'_, str>, &str), &'static str> {
    let mut text = String::new();
    let mut copied = 0;
    let mut at = 0;
    let bytes = inside.as_bytes();
    while let Some(found) = memchr::memchr2(b'"', b'\\', bytes.get(at..).unwrap_or_default()) {
        let here = at + found;
        let before = inside.get(copied..here).unwrap_or_default();
        let after = inside.get(here + 1..).unwrap_or_default();
        if bytes[here] == b'"' {
            if copied == 0 {
                return Ok((Cow::Borrowed(before), after));
            }
            text.push_str(before);
            return Ok((Cow::Owned(text), after));
        }
        text.push_str(before);
        match after.as_bytes().first() {
            Some(b'n') => text.push('\n'),
            Some(b'"') => text.push('"'),
            Some(b'\\') => text.push('\\'),
            // Any other backslash stands for itself.
            _ => {
                text.push('\\');
                copied = here + 1;
                at = here + 1;
                continue;
            }
        }
        copied = here + 2;
        at = copied;
    }
    Err("a text has no closing quotation mark")
}

fn number(word: &str) -> Option<f64> {
    // Rust reads `Inf`, `+Inf` and `NaN` as the formats write them.
    word.parse().ok()
}

fn time(word: &str, dialect: Dialect) -> Option<i64> {
    match dialect {
        Dialect::Prometheus => word.parse().ok(),
        Dialect::OpenMetrics => {
            let time_ms = (word.parse::<f64>().ok()? * 1000.0).round();
            // Beyond the year 9999 the sample's own check says what is wrong.
            #[expect(clippy::cast_possible_truncation, reason = "a float becomes the nearest integer that there is")]
            time_ms.is_finite().then_some(time_ms as i64)
        }
    }
}
