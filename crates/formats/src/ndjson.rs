//! Observations as NDJSON: one JSON object per line. A line that can't be read is a problem of that line; the others are
//! read all the same.

use serde_json::value::RawValue;

use crate::json::{object, scan, syntax};
use crate::row::{Row, WHOLE_ROW};
use crate::{Drafts, Limits, Refusal, text};

/// The observations of one body; rows are line numbers from 1, blank lines are skipped.
///
/// # Errors
/// Refuses what is not UTF-8, is empty, or has more rows than the limit.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Drafts, Refusal> {
    let text = text::utf8(bytes)?;
    let mut all = Drafts::default();
    for (index, line) in text.split('\n').enumerate() {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        if all.rows == limits.rows {
            return Err(Refusal::TooManyRows { limit: limits.rows });
        }
        read_line(index + 1, line, limits, &mut all);
    }
    Ok(all)
}

fn read_line(number: usize, line: &str, limits: &Limits, all: &mut Drafts) {
    let refusal = if scan::too_deep(line, limits.depth).is_some() {
        Refusal::TooDeep { row: number, column: 1, limit: limits.depth }
    } else {
        match serde_json::from_str::<&RawValue>(line) {
            Ok(document) => return object::read(number, document, limits, all),
            Err(error) => syntax(line, &error),
        }
    };
    let mut row = Row::new(number, limits);
    let detail = match &refusal {
        Refusal::Syntax { detail, column, .. } => format!("{detail}, at column {column}"),
        Refusal::NotFinite { field, written, .. } => {
            format!("`{field}` is {written}, which is not a JSON number")
        }
        _ => format!("brackets are nested deeper than {} levels", limits.depth),
    };
    row.problem(WHOLE_ROW, refusal.code(), detail, refusal.expected());
    row.finish(all);
    // The field is known for a number that is not finite; `finish` saw the whole row, so that it asks for nothing more.
    if let (Some(field), Some(problem)) = (refusal.field(), all.problems.last_mut()) {
        field.clone_into(&mut problem.field);
    }
}
