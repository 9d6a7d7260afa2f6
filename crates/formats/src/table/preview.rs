//! What a file would give, shown to whoever writes the mapping.

use super::cell::Cell;
use super::fill::Columns;
use super::mapping::TableMapping;
use super::remarks::remarks;
use super::rows::{self, Layout};
use crate::row::Row;
use crate::text::shorten;
use crate::{Draft, Drafts, Limits, Problem, Refusal};

/// Problems that are listed; the first ones tell what is wrong with a mapping.
const PROBLEMS: usize = 200;
/// Columns that are shown.
const COLUMNS: usize = 100;

/// The beginning of a table, and what is wrong anywhere in it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Preview {
    /// The sheets of a workbook, in its order.
    pub sheets: Vec<String>,
    /// The names in the header, empty ones included.
    pub columns: Vec<String>,
    /// The first rows.
    pub rows: Vec<PreviewRow>,
    /// The first problems, those of rows that are not shown included.
    pub problems: Vec<CellProblem>,
    /// How many rows there are, and how many of them would be recorded.
    pub row_count: usize,
    pub good_count: usize,
    /// What somebody should know who sees the rows: some are hidden in the workbook.
    pub remarks: Vec<String>,
    /// Why the mapping doesn't fit the header, where it doesn't.
    pub refusal: Option<Refusal>,
}

/// One row as it stands in the file, and what it would become.
#[derive(Debug, Clone, PartialEq)]
pub struct PreviewRow {
    pub number: usize,
    /// At most 60 characters of each cell.
    pub cells: Vec<String>,
    /// None without a mapping, and where the row has a problem.
    pub draft: Option<Draft>,
}

/// What is wrong, and in which column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellProblem {
    /// None where no single column is to blame.
    pub column: Option<String>,
    pub problem: Problem,
}

/// Looks at a whole file without keeping more than `row_count` of its rows. Without a mapping the first row is the header, and
/// nothing is checked.
///
/// # Errors
/// As [`super::read`], a header that does not fit the mapping excepted.
pub fn preview(
    bytes: &[u8],
    mapping: Option<&TableMapping>,
    row_count: usize,
    limits: &Limits,
) -> Result<Preview, Refusal> {
    let layout = mapping.map_or(Layout { sheet: None, separator: None, header_row: 1 }, TableMapping::layout);
    let named: Vec<(String, &str)> = mapping.map(TableMapping::columns).unwrap_or_default();
    let mut preview = Preview::default();
    let mut columns: Option<Columns<'_>> = None;
    let mut has_header = false;
    let seen = rows::each(bytes, &layout, limits, &mut |number, cells| {
        let shown: Vec<String> = cells.iter().take(COLUMNS).map(|cell: &Cell<'_>| shorten(&cell.shown())).collect();
        if !has_header {
            has_header = true;
            preview.columns = shown;
            match mapping.map(|mapping| Columns::find(mapping, cells, number)).transpose() {
                Ok(found) => columns = found,
                Err(refusal) => preview.refusal = Some(refusal),
            }
            return Ok(());
        }
        if preview.row_count == limits.rows {
            return Err(Refusal::TooManyRows { limit: limits.rows });
        }
        preview.row_count += 1;
        let mut found = Drafts::default();
        if let Some(columns) = &columns {
            let mut row = Row::new(number, limits);
            columns.fill(&mut row, cells);
            row.finish(&mut found);
        }
        preview.good_count += found.drafts.len();
        let room = PROBLEMS.saturating_sub(preview.problems.len());
        preview.problems.extend(found.problems.into_iter().take(room).map(|problem| {
            let column =
                named.iter().find(|(field, _)| *field == problem.field).map(|(_, column)| (*column).to_owned());
            CellProblem { column, problem }
        }));
        if preview.rows.len() < row_count {
            preview.rows.push(PreviewRow { number, cells: shown, draft: found.drafts.pop() });
        }
        Ok(())
    })?;
    preview.remarks = remarks(&seen.hidden, columns.as_ref(), layout.header_row);
    preview.sheets = seen.sheets;
    if has_header { Ok(preview) } else { Err(Refusal::Empty) }
}
