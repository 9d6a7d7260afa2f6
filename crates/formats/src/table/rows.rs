//! The rows of a table one after another, from CSV or from a workbook. Rows without any content are skipped.

use super::cell::Cell;
use super::workbook::{self, Seen};
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

/// Gives all rows from the header's on to `visit`; returns what else a workbook says.
pub(super) fn each(bytes: &[u8], layout: &Layout<'_>, limits: &Limits, visit: &mut Visit<'_>) -> Result<Seen, Refusal> {
    if let Some((what, expected)) = other_kind(bytes) {
        let (detail, expected) = (format!("this is {what}"), expected.to_owned());
        return Err(Refusal::Shape { row: 1, column: 1, detail, expected });
    }
    let from_header = &mut |number: usize, cells: &[Cell<'_>]| {
        let is_blank = cells.iter().all(Cell::is_blank);
        if number < layout.header_row || is_blank { Ok(()) } else { visit(number, cells) }
    };
    if bytes.starts_with(ARCHIVE) {
        workbook::each(bytes, layout.sheet, limits, from_header)
    } else {
        csv(bytes, layout, from_header)?;
        Ok(Seen::default())
    }
}

/// What a file is that is no table, and what to do about it.
fn other_kind(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    const SAVE: &str = "the table as .xlsx or CSV: open the file in a spreadsheet program and choose Save as";
    if bytes.starts_with(COMPOUND) {
        // Encrypted workbooks stand in a file of the old kind, in a stream of this name.
        let encrypted: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let is_encrypted = bytes.windows(encrypted.len()).any(|window| window == encrypted);
        let unprotected =
            "the workbook without its password: open it, take the password off under File, Info, and save it as .xlsx";
        return Some(if is_encrypted {
            ("a workbook that a password protects", unprotected)
        } else {
            ("a workbook of the old kind (.xls)", SAVE)
        });
    }
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    // No column is called so; programs give web pages and XML the name of a workbook.
    let is_markup = text.first() == Some(&b'<')
        && text.get(1).is_some_and(|next| matches!(next, b'?' | b'!') || next.is_ascii_alphabetic());
    is_markup.then_some(("a web page or an XML document, whatever its name says", SAVE))
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
