//! Observations as CSV (RFC 4180) with a header line. Comma, semicolon and tab separate; which one is seen in the header.
//!
//! No number is guessed: `1,5` stays the text `1,5`. Cells are trimmed, and an empty one is the same as none. Rows without
//! any content are skipped, as spreadsheets write them.

mod header;
pub(crate) mod quotes;

use crate::field::Field;
use crate::number::{self, Reading};
use crate::row::{Row, WHOLE_ROW};
use crate::text::{self, line_breaks, place};
use crate::{Drafts, Limits, Refusal};
use header::Column;

/// The observations of one file; rows are line numbers from 1, the header's included.
///
/// # Errors
/// Refuses what is not UTF-8, is empty, has a header that doesn't name the columns it has to, has quotes that don't pair,
/// or has more rows than the limit.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Drafts, Refusal> {
    let text = text::utf8(bytes)?;
    let separator = header::separator(text);
    quotes::check(text, separator)?;
    let mut reader =
        ::csv::ReaderBuilder::new().delimiter(separator).flexible(true).has_headers(false).from_reader(text.as_bytes());
    let mut record = ::csv::StringRecord::new();
    let mut line = Line::default();
    let mut columns: Option<Vec<Column>> = None;
    let mut all = Drafts::default();
    while reader.read_record(&mut record).map_err(|error| unreadable(text, &error))? {
        let number = line.of(text, &record);
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let Some(columns) = &columns else {
            columns = Some(header::read(&record, number, limits)?);
            continue;
        };
        if all.rows == limits.rows {
            return Err(Refusal::TooManyRows { limit: limits.rows });
        }
        let mut row = Row::new(number, limits);
        fill(&mut row, columns, &record);
        row.finish(&mut all);
    }
    Ok(all)
}

fn fill(row: &mut Row<'_>, columns: &[Column], record: &::csv::StringRecord) {
    if record.len() != columns.len() {
        let detail = format!("the row has {} cells, the header {}", record.len(), columns.len());
        let expected = format!("{} cells; put a cell that holds the separator in double quotes", columns.len());
        return row.problem(WHOLE_ROW, "ragged-row", detail, expected);
    }
    for (column, cell) in columns.iter().zip(record) {
        let cell = cell.trim();
        let field = match column {
            Column::Field(field) => *field,
            Column::Label(name) => {
                row.label(name, Ok(cell));
                continue;
            }
        };
        match field {
            Field::Value if number::read(cell) != Reading::NotANumber => row.number(cell),
            Field::Value if cell.eq_ignore_ascii_case("true") => row.truth(true),
            Field::Value if cell.eq_ignore_ascii_case("false") => row.truth(false),
            Field::Time => match cell.parse() {
                Ok(time_ms) => row.milliseconds(time_ms),
                Err(_) => row.text(Field::Time, cell),
            },
            _ => row.text(field, cell),
        }
    }
}

/// Counts lines along the records. The reader's own count takes blank lines, and the `\n` of a `\r\n`, for the next record's.
#[derive(Default)]
pub(crate) struct Line {
    offset: usize,
    breaks: usize,
}

impl Line {
    pub(crate) fn of(&mut self, text: &str, record: &::csv::StringRecord) -> usize {
        let start = record.position().and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or(self.offset);
        let rest = text.as_bytes().get(start..).unwrap_or_default();
        let content = start + rest.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
        self.breaks += line_breaks(text.as_bytes().get(self.offset..content).unwrap_or_default());
        self.offset = content;
        self.breaks + 1
    }
}

pub(crate) fn unreadable(text: &str, error: &::csv::Error) -> Refusal {
    let offset = error.position().and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or(0);
    let (row, column) = place(text, offset);
    Refusal::Syntax { row, column, detail: error.to_string(), expected: "CSV as RFC 4180 says".to_owned() }
}
