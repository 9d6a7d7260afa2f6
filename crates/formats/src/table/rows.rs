//! The rows of a table one after another, from CSV or from a workbook. Rows without any content are skipped.

use super::cell::Cell;
use super::workbook;
use crate::csv::{Line, quotes, unreadable};
use crate::text::utf8;
use crate::{Limits, Refusal};

/// Where in a file the table stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout<'m> {
    pub(super) sheet: Option<&'m str>,
    pub(super) separator: Option<char>,
    pub(super) header_row: usize,
}

/// Takes one row: its number, from 1, and its cells.
pub(super) type Visit<'v> = dyn FnMut(usize, &[Cell<'_>]) -> Result<(), Refusal> + 'v;

/// What every ZIP archive begins with.
const ARCHIVE: &[u8] = b"PK\x03\x04";
/// What workbooks of the old binary kind begin with.
const COMPOUND: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

/// Gives all rows from the header's on to `visit`; returns the names of a workbook's sheets.
pub(super) fn each(
    bytes: &[u8],
    layout: &Layout<'_>,
    limits: &Limits,
    visit: &mut Visit<'_>,
) -> Result<Vec<String>, Refusal> {
    if bytes.starts_with(COMPOUND) {
        let detail = "this is a workbook of the old kind (.xls)".to_owned();
        let expected = "a workbook saved as .xlsx, or CSV".to_owned();
        return Err(Refusal::Shape { row: 1, column: 1, detail, expected });
    }
    let from_header = &mut |number: usize, cells: &[Cell<'_>]| {
        let is_blank = cells.iter().all(|cell| *cell == Cell::Empty);
        if number < layout.header_row || is_blank { Ok(()) } else { visit(number, cells) }
    };
    if bytes.starts_with(ARCHIVE) {
        workbook::each(bytes, layout.sheet, limits, from_header)
    } else {
        csv(bytes, layout, from_header)?;
        Ok(Vec::new())
    }
}

fn csv(bytes: &[u8], layout: &Layout<'_>, visit: &mut Visit<'_>) -> Result<(), Refusal> {
    let text = utf8(bytes)?;
    let header = text.lines().nth(layout.header_row.saturating_sub(1)).unwrap_or_default();
    let separator = layout.separator.and_then(|separator| u8::try_from(separator).ok()).unwrap_or_else(|| seen(header));
    quotes::check(text, separator)?;
    let mut reader =
        ::csv::ReaderBuilder::new().delimiter(separator).flexible(true).has_headers(false).from_reader(text.as_bytes());
    let mut record = ::csv::StringRecord::new();
    let mut line = Line::default();
    while reader.read_record(&mut record).map_err(|error| unreadable(text, &error))? {
        let number = line.of(text, &record);
        let cells: Vec<Cell<'_>> = record.iter().map(Cell::text).collect();
        visit(number, &cells)?;
    }
    Ok(())
}

/// The separator that stands most often in the header, outside quotes; a comma where none stands there.
fn seen(header: &str) -> u8 {
    let mut counts = [(b'\t', 0_usize), (b';', 0), (b',', 0)];
    let mut is_quoted = false;
    for byte in header.bytes() {
        is_quoted ^= byte == b'"';
        if let Some((_, count)) = counts.iter_mut().find(|(separator, _)| *separator == byte && !is_quoted) {
            *count += 1;
        }
    }
    // Of equals `max_by_key` takes the last.
    counts.into_iter().max_by_key(|(_, count)| *count).map_or(b',', |(separator, _)| separator)
}
