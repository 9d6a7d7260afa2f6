//! LCOV tracefiles (`lcov.info`), as geninfo(1) describes them: line coverage only.
//!
//! Counted are the distinct lines of each file, hit where any test hit them, however often the file stands in the trace. A
//! file without `DA` lines counts by its own `LF` and `LH`. A record that can't be read, or that is cut off, is named, and the others count.

use std::collections::HashMap;

use crate::cells::Cells;
use crate::coverage::{FileCoverage, Lines, Roots};
use crate::text::{quote, utf8};
use crate::{Coverage, Refusal};

/// Records of the format that say nothing about lines.
const OTHER_RECORDS: [&str; 16] =
    ["TN", "VER", "FN", "FNDA", "FNF", "FNH", "FNL", "FNA", "BRDA", "BRF", "BRH", "MCDC", "MCF", "MCH", "BA", "LN"];

/// The line coverage of a whole tracefile.
///
/// # Errors
/// As [`read_files`].
pub fn read(bytes: &[u8]) -> Result<Coverage, Refusal> {
    Ok(read_files(bytes)?.total())
}

/// The line coverage of each file of a tracefile.
///
/// # Errors
/// Refuses what is not UTF-8, has no complete record, names no file, or of whose records none can be read.
pub fn read_files(bytes: &[u8]) -> Result<FileCoverage, Refusal> {
    let text = utf8(bytes)?;
    let mut files: HashMap<&str, Lines> = HashMap::new();
    let mut cells = Cells::default();
    let mut current: Option<(&str, Lines)> = None;
    let (mut last_row, mut is_read) = (0, false);
    for (index, line) in text.lines().enumerate() {
        let (row, line) = (index + 1, line.trim());
        last_row = row;
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        match take(&mut files, &mut current, line) {
            Ok(()) => is_read = true,
            Err((record, expected)) => {
                cells.refuse(row, record, "syntax", format!("{} is out of place", quote(line)), expected);
            }
        }
    }
    let is_cut = current.is_some();
    if let Some((name, _)) = current.filter(|_| !files.is_empty()) {
        let detail = format!("the trace ends inside the record of {}, which does not count", quote(name));
        cells.refuse(last_row, "end_of_record", "incomplete", detail, "a complete tracefile");
    }
    if files.is_empty() || !is_read {
        let first = cells.told().into_iter().next();
        let (row, detail) = match first.filter(|_| !is_cut) {
            Some(problem) => (problem.row, problem.detail),
            None => (last_row, "the trace ends before `end_of_record`".to_owned()),
        };
        return Err(Refusal::Syntax { row, column: 1, detail, expected: "a complete tracefile".to_owned() });
    }
    let files = files.into_iter().map(|(name, lines)| (name.to_owned(), lines));
    Ok(FileCoverage::new(files, Roots::default(), None, cells.told()))
}

/// Takes one line into the account, or says which record is wrong and what would be right.
fn take<'t>(
    files: &mut HashMap<&'t str, Lines>,
    current: &mut Option<(&'t str, Lines)>,
    line: &'t str,
) -> Result<(), (&'t str, &'static str)> {
    if line == "end_of_record" {
        let (name, lines) = current.take().ok_or((line, "`end_of_record` after a `SF:` record"))?;
        files.entry(name).or_default().merge(lines);
        return Ok(());
    }
    let (record, content) = line.split_once(':').ok_or(("row", "a record such as `DA:12,1`"))?;
    match record {
        "SF" => {
            // Where `end_of_record` is missing, the next file begins all the same.
            if let Some((name, lines)) = current.replace((content, Lines::default())) {
                files.entry(name).or_default().merge(lines);
                return Err((record, "`end_of_record` before the next `SF:`"));
            }
        }
        "DA" | "LF" | "LH" => {
            let (_, file) = current.as_mut().ok_or((record, "a `SF:` record before this one"))?;
            count(file, record, content).ok_or((record, "`DA:line,hits`, `LF:lines` or `LH:lines`, from 0"))?;
        }
        _ if OTHER_RECORDS.contains(&record) => {}
        _ => return Err(("row", "a record of an LCOV tracefile, such as `DA:12,1`")),
    }
    Ok(())
}

/// Takes one record into the file's account; `None` where it can't be read.
fn count(file: &mut Lines, record: &str, content: &str) -> Option<()> {
    if record == "DA" {
        let mut parts = content.split(',').map(str::trim);
        let line = parts.next()?.parse::<u64>().ok()?;
        let hits = parts.next()?.parse::<u64>().ok()?;
        file.hit(line, hits > 0);
        return Some(());
    }
    let lines = content.trim().parse::<u64>().ok()?;
    let stated = &mut file.stated;
    let total = if record == "LF" { &mut stated.lines_found } else { &mut stated.lines_hit };
    *total = lines.max(*total);
    Some(())
}
