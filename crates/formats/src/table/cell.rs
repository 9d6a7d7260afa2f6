//! One cell of a table, whatever kind of file it stood in.

use std::borrow::Cow;

use jiff::civil::DateTime;

use super::quantity::Shown;

/// Bytes of a cell's text that are looked at; no field may have as many.
const TEXT_BYTES: usize = 40_000;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell<'a> {
    Empty,
    /// Trimmed, not empty.
    Text(Cow<'a, str>),
    Number(f64),
    /// A number whose format says what it is.
    Shown(f64, Shown),
    Truth(bool),
    /// A date, or a date and time, without a zone.
    Instant(DateTime),
    /// What a spreadsheet shows instead of a result: `#N/A`.
    Failed(String),
    /// A text of so many bytes.
    TooLong(usize),
    /// What stands in the first of the cells that this one is merged with.
    Merged(Box<Cell<'a>>),
}

impl<'a> Cell<'a> {
    pub(super) fn text(text: &'a str) -> Self {
        match text.trim() {
            "" => Self::Empty,
            text if text.len() > TEXT_BYTES => Self::TooLong(text.len()),
            text => Self::Text(Cow::Borrowed(text)),
        }
    }

    /// The cell that counts.
    pub(super) fn plain(&self) -> &Self {
        if let Self::Merged(first) = self { first.plain() } else { self }
    }

    /// Whether nothing of its own stands in it.
    pub(super) fn is_blank(&self) -> bool {
        matches!(self, Self::Empty | Self::Merged(_))
    }

    pub(super) fn owned(&self) -> Cell<'static> {
        match self.plain() {
            Self::Text(text) => Cell::Text(Cow::Owned(text.to_string())),
            Self::Empty | Self::Merged(_) => Cell::Empty,
            Self::Number(number) => Cell::Number(*number),
            Self::Shown(number, shown) => Cell::Shown(*number, shown.clone()),
            Self::Truth(truth) => Cell::Truth(*truth),
            Self::Instant(instant) => Cell::Instant(*instant),
            Self::Failed(what) => Cell::Failed(what.clone()),
            Self::TooLong(bytes) => Cell::TooLong(*bytes),
        }
    }

    /// As somebody reads it; empty for an empty cell.
    pub(super) fn shown(&self) -> Cow<'_, str> {
        match self {
            Self::Empty => Cow::Borrowed(""),
            Self::Text(text) => Cow::Borrowed(text),
            Self::Number(number) => Cow::Owned(number.to_string()),
            Self::Shown(number, shown) => Cow::Owned(shown.text(*number)),
            Self::Merged(first) => Cow::Owned(first.shown().into_owned()),
            Self::Truth(truth) => Cow::Borrowed(if *truth { "true" } else { "false" }),
            Self::Instant(instant) => Cow::Owned(instant.to_string()),
            Self::Failed(what) => Cow::Borrowed(what),
            Self::TooLong(bytes) => Cow::Owned(format!("({bytes} bytes of text)")),
        }
    }
}
