//! One cell of a table, whatever kind of file it stood in.

use std::borrow::Cow;

use jiff::civil::DateTime;

/// Bytes of a cell's text that are looked at; no field may have as many.
const TEXT_BYTES: usize = 40_000;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell<'a> {
    Empty,
    /// Trimmed, not empty.
    Text(Cow<'a, str>),
    Number(f64),
    Truth(bool),
    /// A date, or a date and time, without a zone.
    Instant(DateTime),
    /// What a spreadsheet shows instead of a result: `#N/A`.
    Failed(String),
    /// A text of so many bytes.
    TooLong(usize),
}

impl<'a> Cell<'a> {
    pub(super) fn text(text: &'a str) -> Self {
        match text.trim() {
            "" => Self::Empty,
            text if text.len() > TEXT_BYTES => Self::TooLong(text.len()),
            text => Self::Text(Cow::Borrowed(text)),
        }
    }

    /// As somebody reads it; empty for an empty cell.
    pub(super) fn shown(&self) -> Cow<'_, str> {
        match self {
            Self::Empty => Cow::Borrowed(""),
            Self::Text(text) => Cow::Borrowed(text),
            Self::Number(number) => Cow::Owned(number.to_string()),
            Self::Truth(truth) => Cow::Borrowed(if *truth { "true" } else { "false" }),
            Self::Instant(instant) => Cow::Owned(instant.to_string()),
            Self::Failed(what) => Cow::Borrowed(what),
            Self::TooLong(bytes) => Cow::Owned(format!("({bytes} bytes of text)")),
        }
    }
}
