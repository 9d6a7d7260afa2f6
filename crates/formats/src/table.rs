//! Tables that other programs export, CSV and XLSX, read by a mapping that is kept as data: which column holds what.
//!
//! Files with our own column names are read by [`crate::csv`] without a mapping. An XLSX workbook is told from CSV by its first
//! bytes. Formulas count by the values that the spreadsheet program last computed; dates are read as such, in the mapping's
//! time zone; what a number's format says of it (percent, a duration, a currency, a unit) holds. Rows count from 1 as spreadsheet programs and editors show them.

mod cell;
mod fill;
mod guess;
mod instants;
mod mapping;
mod numbers;
mod preview;
mod quantity;
mod remarks;
mod rows;
mod workbook;

use crate::row::Row;
use crate::{Drafts, Limits, Refusal};
pub use guess::guess;
pub use mapping::{Content, Decimal, MappedTime, TableMapping, TargetColumn, TimeFormat};
pub use preview::{CellProblem, Preview, PreviewRow, preview};

/// The observations of one file.
///
/// # Errors
/// Refuses what is neither UTF-8 nor XLSX, is damaged, unpacks to more than the limit, has no such sheet, has a header that
/// lacks a column which the mapping names or has it twice, or has more rows than the limit.
pub fn read(bytes: &[u8], mapping: &TableMapping, limits: &Limits) -> Result<Drafts, Refusal> {
    Ok(read_with_remarks(bytes, mapping, limits)?.0)
}

/// As [`read`], with sentences about what a workbook hides.
///
/// # Errors
/// As [`read`].
pub fn read_with_remarks(
    bytes: &[u8],
    mapping: &TableMapping,
    limits: &Limits,
) -> Result<(Drafts, Vec<String>), Refusal> {
    let mut all = Drafts::default();
    let mut columns: Option<fill::Columns<'_>> = None;
    let seen = rows::each(bytes, &mapping.layout(), limits, &mut |number, cells| {
        let Some(columns) = &columns else {
            columns = Some(fill::Columns::find(mapping, cells, number)?);
            return Ok(());
        };
        if all.rows == limits.rows {
            return Err(Refusal::TooManyRows { limit: limits.rows });
        }
        let mut row = Row::new(number, limits);
        columns.fill(&mut row, cells);
        row.finish(&mut all);
        Ok(())
    })?;
    let remarks = remarks::remarks(&seen.hidden, columns.as_ref(), mapping.header_row);
    if columns.is_none() { Err(Refusal::Empty) } else { Ok((all, remarks)) }
}
