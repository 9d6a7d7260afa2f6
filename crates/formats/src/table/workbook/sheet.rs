//! The cells of a sheet, row by row.

use super::super::cell::Cell;
use super::super::rows::Visit;
use super::formats::Formats;
use super::merges::Merges;
use super::part::{Part, Step, Tag};
use super::strings::Strings;
use super::wrong;
use crate::Refusal;
use crate::number::{self, Reading};
use crate::text::quote;

/// Cells of one row; whatever is right of them is no table.
pub(super) const COLUMNS: usize = 1_000;

/// Gives each row to `visit`, with empty cells where the sheet has none; says which rows and columns are hidden.
pub(super) fn each(text: &str, strings: &Strings, formats: &Formats, visit: &mut Visit<'_>) -> Result<Hidden, Refusal> {
    let mut merges = Merges::read(text)?;
    let mut hidden = Hidden::default();
    let mut is_hidden = false;
    let mut part = Part::new(text);
    let mut row_number = 0_usize;
    let mut row: Vec<Written> = Vec::new();
    let mut cell: Option<Written> = None;
    let mut is_value = false;
    while let Some(step) = part.step()? {
        match step {
            Step::Open(tag) => match tag.name.as_str() {
                "row" => {
                    row_number = number_of(&tag).unwrap_or(row_number.saturating_add(1));
                    is_hidden = hides(&tag);
                }
                "col" if hides(&tag) => hidden.columns.extend(columns_of(&tag)),
                "c" => cell = Some(Written::of(&tag, row.last())?),
                "v" | "t" => is_value = true,
                _ => {}
            },
            Step::Text(text) => {
                if let Some(cell) = cell.as_mut().filter(|_| is_value) {
                    cell.text.push_str(&text);
                }
            }
            Step::Close(name) => match name.as_str() {
                "v" | "t" => is_value = false,
                "c" => row.extend(cell.take()),
                "row" => {
                    let mut cells = cells(&row, strings, formats);
                    if is_hidden && cells.iter().any(|cell| !cell.is_blank()) {
                        hidden.rows.push(row_number);
                    }
                    merges.fill(row_number, &mut cells)?;
                    visit(row_number, &cells)?;
                    drop(cells);
                    row.clear();
                }
                "sheetData" => return Ok(hidden),
                _ => {}
            },
        }
    }
    Ok(hidden)
}

/// Rows and columns that the spreadsheet program does not show.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in super::super) struct Hidden {
    /// From 1; those in which nothing stands are not among them.
    pub(in super::super) rows: Vec<usize>,
    /// From 0, first and last.
    pub(in super::super) columns: Vec<(usize, usize)>,
    /// The sheet itself.
    pub(in super::super) sheet: bool,
}

fn hides(tag: &Tag) -> bool {
    matches!(tag.attribute("hidden"), Some("1" | "true"))
}

fn columns_of(tag: &Tag) -> Option<(usize, usize)> {
    let number = |name| tag.attribute(name)?.parse::<usize>().ok()?.checked_sub(1);
    Some((number("min")?, number("max")?))
}

fn number_of(row: &Tag) -> Option<usize> {
    row.attribute("r")?.parse().ok()
}

/// A cell as the sheet writes it.
struct Written {
    column: usize,
    kind: Option<String>,
    style: usize,
    text: String,
}

impl Written {
    fn of(tag: &Tag, before: Option<&Self>) -> Result<Self, Refusal> {
        let column = match tag.attribute("r").map(column) {
            Some(column) => column,
            None => Some(before.map_or(0, |before| before.column + 1)),
        };
        let column = column.filter(|column| *column < COLUMNS).ok_or_else(|| {
            let detail = format!("there is a cell at {}", quote(tag.attribute("r").unwrap_or("the end of a row")));
            wrong(detail, &format!("a table of at most {COLUMNS} columns"))
        })?;
        let style = tag.attribute("s").and_then(|style| style.parse().ok()).unwrap_or(0);
        Ok(Self { column, kind: tag.attribute("t").map(str::to_owned), style, text: String::new() })
    }

    fn cell<'a>(&'a self, strings: &'a Strings, formats: &Formats) -> Cell<'a> {
        match self.kind.as_deref() {
            Some("s") => {
                let text = self.text.trim().parse().ok().and_then(|index| strings.get(index));
                text.map_or_else(|| Cell::Failed("#REF!".to_owned()), Cell::text)
            }
            Some("b") => Cell::Truth(self.text.trim() == "1"),
            Some("e") => Cell::Failed(self.text.trim().chars().take(20).collect()),
            Some("inlineStr" | "str" | "d") => Cell::text(&self.text),
            _ => match number::read(self.text.trim()) {
                Reading::Finite(number) => formats.cell(number, self.style),
                Reading::NotFinite | Reading::NotANumber => Cell::text(&self.text),
            },
        }
    }
}

fn cells<'a>(row: &'a [Written], strings: &'a Strings, formats: &Formats) -> Vec<Cell<'a>> {
    let width = row.iter().map(|cell| cell.column + 1).max().unwrap_or(0);
    let mut cells = vec![Cell::Empty; width];
    for written in row {
        if let Some(cell) = cells.get_mut(written.column) {
            *cell = written.cell(strings, formats);
        }
    }
    cells
}

/// The column of a reference such as `AB12`, from 0.
pub(super) fn column(reference: &str) -> Option<usize> {
    let letters = reference.bytes().take_while(u8::is_ascii_uppercase);
    let number = letters.take(4).fold(0_usize, |number, letter| number * 26 + usize::from(letter - b'A') + 1);
    number.checked_sub(1)
}
