//! Lines taken apart without a copy of their text.

use super::scan::{find, find_field, is_comment, is_tag_mark, quoted_end, skip_blanks};
use super::text::{told, unescape};
use super::{Precision, number};
use crate::collect::series_name;
use crate::label::{Labels, Wrong};
use crate::text::shorten;
use crate::{Limits, Problem, Refusal, time};

/// What `InfluxDB` escapes in a measurement, and in everything else that has a name.
const IN_MEASUREMENT: [char; 2] = [',', ' '];
const IN_TAG: [char; 3] = [',', ' ', '='];

/// One field of a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Field<'a> {
    /// As written, with escapes.
    pub name: &'a str,
    pub value: Value,
}

/// A field's value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value {
    /// A finite number; 1 and 0 for true and false.
    Number(f64),
    /// A text, which is not kept.
    Text,
}

/// One line; what it borrows from the reader is overwritten by the next.
#[derive(Debug, Clone, Copy)]
pub struct Line<'r, 'a> {
    /// The number of the line, from 1.
    pub row: usize,
    /// Measurement and tags as written: lines with the same key and field are of the same series. Tags in another order make
    /// another key of the same series.
    pub key: &'a str,
    /// As written, with escapes.
    pub measurement: &'a str,
    /// Names and values as written, with escapes.
    pub tags: &'r [(&'a str, &'a str)],
    pub fields: &'r [Field<'a>],
    /// Milliseconds since the Unix epoch, between 1973 and 9999; `None` where the line has no time.
    pub time_ms: Option<i64>,
    /// The nanoseconds beyond that millisecond.
    pub rest_ns: u32,
    pub(super) text: &'a str,
}

impl Line<'_, '_> {
    /// The tags as labels, ordered by name.
    ///
    /// # Errors
    /// What is wrong with the first label that can't be one.
    pub(crate) fn labels(&self, limits: &Limits) -> Result<Vec<(String, String)>, Wrong> {
        let mut labels = Labels::with_capacity(self.tags.len());
        for (name, value) in self.tags {
            labels.add_text(&unescape(name, &IN_TAG), &unescape(value, &IN_TAG), limits)?;
        }
        labels.finish(limits)
    }

    pub(crate) fn series(&self, field: &str, limits: &Limits) -> Result<String, Wrong> {
        let measurement = unescape(self.measurement, &IN_MEASUREMENT);
        if field == "value" {
            return series_name(measurement, limits);
        }
        let field = unescape(field, &IN_TAG);
        let mut name = String::with_capacity(measurement.len() + 1 + field.len());
        name.push_str(&measurement);
        name.push('.');
        name.push_str(&field);
        series_name(name.into(), limits)
    }

    /// The labels, ordered by name, and the name of the series of each field that is a number.
    ///
    /// # Errors
    /// What is wrong with the first of the tags, the measurement and the fields' names.
    #[expect(clippy::type_complexity, reason = "what the samples of a line have in common, and what each has")]
    pub fn identities(&self, limits: &Limits) -> Result<(Vec<(String, String)>, Vec<String>), Problem> {
        let found = self.labels(limits).and_then(|labels| {
            let series: Result<Vec<String>, Wrong> =
                self.numbers().map(|(name, _)| self.series(name, limits)).collect();
            Ok((labels, series?))
        });
        found.map_err(|wrong| {
            let (field, code, detail, expected) = self.tell(wrong);
            Problem { row: self.row, field, code, detail, expected }
        })
    }

    /// The name of a field's series and its labels, ordered by name.
    ///
    /// # Errors
    /// What is wrong with the measurement, the field's name or a tag.
    pub fn identity(&self, field: &str, limits: &Limits) -> Result<(String, Vec<(String, String)>), Problem> {
        let found = self.series(field, limits).and_then(|series| Ok((series, self.labels(limits)?)));
        found.map_err(|wrong| {
            let (field, code, detail, expected) = self.tell(wrong);
            Problem { row: self.row, field, code, detail, expected }
        })
    }
}

/// The lines of a body, one after the other.
#[derive(Debug)]
pub struct Lines<'a> {
    rest: &'a str,
    row: usize,
    /// Line breaks inside the texts of the line before.
    breaks: usize,
    precision: Precision,
    most_labels: usize,
    tags: Vec<(&'a str, &'a str)>,
    fields: Vec<Field<'a>>,
}

impl<'a> Lines<'a> {
    /// # Errors
    /// Refuses what is not UTF-8.
    pub fn new(bytes: &'a [u8], precision: Precision, limits: &Limits) -> Result<Self, Refusal> {
        let rest = std::str::from_utf8(bytes).map_err(|error| Refusal::NotUtf8 { byte_offset: error.valid_up_to() })?;
        let most_labels = limits.labels;
        Ok(Self { rest, row: 0, breaks: 0, precision, most_labels, tags: Vec::new(), fields: Vec::new() })
    }

    /// The next line that is neither blank nor a comment, or what is wrong with it, in `InfluxDB`'s words.
    pub fn next_line(&mut self) -> Option<Result<Line<'_, 'a>, Problem>> {
        let text = self.next_text()?;
        let (row, parsed) = (self.row, self.parse(text));
        match parsed {
            Ok((key, measurement, time)) => {
                let (time_ms, rest_ns) = time.map_or((None, 0), |(time_ms, rest_ns)| (Some(time_ms), rest_ns));
                let (tags, fields) = (self.tags.as_slice(), self.fields.as_slice());
                Some(Ok(Line { row, key, measurement, tags, fields, time_ms, rest_ns, text }))
            }
            Err(words) => {
                let (field, code, expected) = match words.as_ref() {
                    "too many tags" => ("labels", "too-many-labels", format!("at most {} tags", self.most_labels)),
                    words if words.contains("time") => ("time", "bad-time", "a time in the unit of `precision`".into()),
                    _ => ("row", "syntax", "measurement,tag=value field=1.5 1700000000000000000".to_owned()),
                };
                let detail = told(text, &words);
                Some(Err(Problem { row, field: field.to_owned(), code, detail, expected }))
            }
        }
    }

    /// The text of the next line. A line break inside a quoted text does not end it.
    fn next_text(&mut self) -> Option<&'a str> {
        loop {
            if self.rest.is_empty() {
                return None;
            }
            self.row += 1 + std::mem::take(&mut self.breaks);
            let bytes = self.rest.as_bytes();
            let mut end = memchr::memchr(b'\n', bytes).unwrap_or(bytes.len());
            let line = &bytes[..end];
            if memchr::memchr(b'"', line).is_some() && !is_comment(line) {
                end = quoted_end(bytes);
                self.breaks = memchr::memchr_iter(b'\n', &bytes[..end]).count();
            }
            let text = self.rest.get(..end).unwrap_or_default();
            self.rest = self.rest.get(end + 1..).unwrap_or_default();
            let text = text.strip_suffix('\r').unwrap_or(text).trim_start_matches([' ', '\t', '\0']);
            if !text.is_empty() && !text.starts_with('#') {
                return Some(text);
            }
        }
    }

    #[expect(clippy::type_complexity, reason = "key, measurement and time of one line, taken apart at once")]
    fn parse(
        &mut self,
        text: &'a str,
    ) -> Result<(&'a str, &'a str, Option<(i64, u32)>), std::borrow::Cow<'static, str>> {
        let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
        self.tags.clear();
        self.fields.clear();
        let bytes = text.as_bytes();
        let key_end = self.key(text)?;
        let measurement = part(0, find(bytes, 0, |byte| matches!(byte, b',' | b' ')).unwrap_or(key_end));
        let fields_end = self.fields(text, skip_blanks(bytes, key_end))?;
        let time_start = skip_blanks(bytes, fields_end);
        let time = part(time_start, bytes.len()).trim_end_matches(' ');
        let time = if time.is_empty() { None } else { Some(self.time(time)?) };
        Ok((part(0, key_end), measurement, time))
    }

    /// Takes the measurement and the tags apart; returns where they end.
    fn key(&mut self, text: &'a str) -> Result<usize, &'static str> {
        let bytes = text.as_bytes();
        if bytes.first() == Some(&b',') {
            return Err("missing measurement");
        }
        let mut at = find(bytes, 0, |byte| matches!(byte, b',' | b' ')).ok_or("missing fields")?;
        let mut is_sorted = true;
        while bytes[at] == b',' {
            let name_start = at + 1;
            if matches!(bytes.get(name_start), None | Some(b' ' | b',' | b'=')) {
                return Err("missing tag key");
            }
            let name_end = find(bytes, name_start, is_tag_mark).ok_or("missing tag value")?;
            if bytes[name_end] != b'=' || matches!(bytes.get(name_end + 1), None | Some(b',' | b' ')) {
                return Err("missing tag value");
            }
            at = find(bytes, name_end + 1, is_tag_mark).ok_or("missing fields")?;
            if bytes[at] == b'=' {
                return Err("invalid tag format");
            }
            if self.tags.len() == self.most_labels {
                return Err("too many tags");
            }
            let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
            let name = part(name_start, name_end);
            // Clients sort their tags: then a look at the last one suffices.
            is_sorted &= self.tags.last().is_none_or(|(last, _)| *last < name);
            if !is_sorted && self.tags.iter().any(|(tag, _)| *tag == name) {
                return Err("duplicate tags");
            }
            self.tags.push((name, part(name_end + 1, at)));
        }
        Ok(at)
    }

    /// Takes the fields apart; returns where they end.
    fn fields(&mut self, text: &'a str, mut at: usize) -> Result<usize, &'static str> {
        let bytes = text.as_bytes();
        loop {
            let name_end = find_field(bytes, at, is_tag_mark).ok_or("invalid field format")?;
            if bytes[name_end] != b'=' {
                return Err("invalid field format");
            }
            if name_end == at {
                return Err("missing field key");
            }
            let name = text.get(at..name_end).unwrap_or_default();
            let start = name_end + 1;
            let (value, end) = match bytes.get(start) {
                None | Some(b',' | b' ') => return Err("missing field value"),
                Some(b'"') => {
                    let quote = find_field(bytes, start + 1, |byte| byte == b'"').ok_or("unbalanced quotes")?;
                    (Value::Text, quote + 1)
                }
                Some(_) => {
                    let length = bytes[start..].iter().position(|byte| matches!(byte, b',' | b' '));
                    let end = length.map_or(bytes.len(), |length| start + length);
                    (number::read(text.get(start..end).unwrap_or_default())?, end)
                }
            };
            self.fields.push(Field { name, value });
            match bytes.get(end) {
                None | Some(b' ') => return Ok(end),
                Some(b',') => at = end + 1,
                Some(_) => return Err("invalid field format"),
            }
        }
    }

    fn time(&self, written: &str) -> Result<(i64, u32), std::borrow::Cow<'static, str>> {
        let digits = written.strip_prefix('-').unwrap_or(written);
        if let Some(at) = digits.bytes().position(|byte| !byte.is_ascii_digit()) {
            return Err(if digits.as_bytes()[at] == b' ' { "point is invalid" } else { "bad timestamp" }.into());
        }
        let split = written.parse().ok().and_then(|time| self.precision.split(time));
        let (time_ms, rest_ns) = split.ok_or("time outside range -9223372036854775806 - 9223372036854775806")?;
        match time::in_range(time_ms) {
            Ok(_) => Ok((time_ms, rest_ns)),
            Err(_) => {
                Err(format!("the time {} lies before 1973 or after 9999: is the precision right?", shorten(written))
                    .into())
            }
        }
    }
}
