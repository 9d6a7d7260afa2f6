//! What somebody should know who takes rows out of a workbook: what it does not show counts all the same.

use super::fill::Columns;
use super::workbook::Hidden;
use crate::text::shorten;

/// Hidden rows and columns that are named.
const NAMED: usize = 10;

/// Sentences about hidden rows behind the header, hidden columns that the mapping reads, and a hidden sheet.
pub(super) fn remarks(hidden: &Hidden, columns: Option<&Columns<'_>>, header_row: usize) -> Vec<String> {
    let mut remarks = Vec::new();
    if hidden.sheet {
        remarks.push("the sheet is hidden in the workbook, and is read all the same".to_owned());
    }
    let rows: Vec<usize> = hidden.rows.iter().copied().filter(|row| *row > header_row).collect();
    if !rows.is_empty() {
        let numbers = listed(rows.iter().map(ToString::to_string), rows.len());
        let (rows, are) = if rows.len() == 1 { ("row", "is") } else { ("rows", "are") };
        remarks.push(format!("{rows} {numbers} {are} hidden in the workbook, and {are} read like the others"));
    }
    let is_hidden = |place: usize| hidden.columns.iter().any(|(first, last)| (*first..=*last).contains(&place));
    let places = columns.map(Columns::places).unwrap_or_default();
    let mut names: Vec<String> =
        places.iter().filter(|(_, place)| is_hidden(*place)).map(|(name, _)| format!("`{}`", shorten(name))).collect();
    names.sort();
    names.dedup();
    if !names.is_empty() {
        let count = names.len();
        let (columns, are) = if count == 1 { ("column", "is") } else { ("columns", "are") };
        let all = listed(names.into_iter(), count);
        remarks.push(format!("the {columns} {all} {are} hidden in the workbook, and {are} read like the others"));
    }
    remarks
}

fn listed(names: impl Iterator<Item = String>, count: usize) -> String {
    let first = names.take(NAMED).collect::<Vec<_>>().join(", ");
    if count > NAMED { format!("{first} and {} more", count - NAMED) } else { first }
}
