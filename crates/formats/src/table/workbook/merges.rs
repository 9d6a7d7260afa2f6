//! Merged cells: the value of the first one stands in all of them.

use std::collections::HashMap;

use super::super::cell::Cell;
use super::part::{Part, Step};
use super::sheet::{COLUMNS, column};
use super::wrong;
use crate::Refusal;

/// A rectangle of cells, rows from 1, columns from 0, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Range {
    rows: (usize, usize),
    columns: (usize, usize),
}

/// The merged cells of a sheet, row by row from the top.
#[derive(Default)]
pub(super) struct Merges {
    /// Those that begin further down, the lowest first.
    later: Vec<Range>,
    /// Those that the current row is in, and what stands in each.
    here: Vec<(Range, Option<Cell<'static>>)>,
}

impl Merges {
    /// Those of a whole sheet, where they stand behind the cells.
    pub(super) fn read(text: &str) -> Result<Self, Refusal> {
        let mut merges = Self::default();
        if !text.contains("mergeCell") {
            return Ok(merges);
        }
        let mut part = Part::new(text);
        while let Some(step) = part.step()? {
            if let Step::Open(tag) = step
                && tag.name == "mergeCell"
            {
                merges.later.extend(tag.attribute("ref").and_then(range));
            }
        }
        merges.later.sort_by_key(|range| std::cmp::Reverse(range.rows.0));
        Ok(merges)
    }

    /// Puts what is merged into the empty cells of a row.
    pub(super) fn fill(&mut self, row: usize, cells: &mut Vec<Cell<'_>>) -> Result<(), Refusal> {
        self.here.retain(|(range, _)| range.rows.1 >= row);
        while let Some(range) = self.later.pop_if(|range| range.rows.0 <= row) {
            if range.rows.1 < row {
                continue;
            }
            self.here.push((range, None));
            // Merged cells never overlap, so that no row has more of them than cells.
            if self.here.len() > COLUMNS {
                let detail = format!("merged cells overlap in row {row}");
                return Err(wrong(detail, "a workbook whose merged cells do not overlap"));
            }
        }
        let mut owned: HashMap<usize, Cell<'static>> = HashMap::new();
        for (range, value) in &mut self.here {
            let (first, last) = range.columns;
            if range.rows.0 == row {
                *value = cells.get(first).filter(|cell| **cell != Cell::Empty).map(Cell::owned);
            }
            let Some(value) = value else { continue };
            for column in first..=last {
                if cells.get(column).is_none_or(|cell| *cell == Cell::Empty) {
                    owned.insert(column, Cell::Merged(Box::new(value.clone())));
                }
            }
        }
        let width = owned.keys().max().map_or(0, |last| last + 1);
        if cells.len() < width {
            cells.resize(width, Cell::Empty);
        }
        for (column, value) in owned {
            if let Some(cell) = cells.get_mut(column) {
                *cell = value;
            }
        }
        Ok(())
    }
}

/// `B2:D4`.
fn range(reference: &str) -> Option<Range> {
    let (from, to) = reference.split_once(':')?;
    let place = |reference: &str| {
        let row = reference.trim_start_matches(|character: char| character.is_ascii_uppercase());
        Some((row.parse::<usize>().ok()?, column(reference)?))
    };
    let ((first_row, first), (last_row, last)) = (place(from)?, place(to)?);
    let is_range = first_row <= last_row && first <= last && first < COLUMNS;
    is_range.then_some(Range { rows: (first_row, last_row), columns: (first, last.min(COLUMNS - 1)) })
}
