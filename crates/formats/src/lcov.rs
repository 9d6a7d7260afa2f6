//! LCOV tracefiles (`lcov.info`), as geninfo(1) describes them: line coverage only.
//!
//! Counted are the distinct lines of each file, hit where any test hit them, however often the file stands in the trace. A
//! file without `DA` lines counts by its own `LF` and `LH`.

use std::collections::{BTreeMap, HashMap};

use crate::text::{quote, utf8};
use crate::{Coverage, Refusal};

/// Records of the format that say nothing about lines.
const OTHER_RECORDS: [&str; 16] =
    ["TN", "VER", "FN", "FNDA", "FNF", "FNH", "FNL", "FNA", "BRDA", "BRF", "BRH", "MCDC", "MCF", "MCH", "BA", "LN"];

#[derive(Default)]
struct File {
    /// Hit or not, by line number.
    lines: BTreeMap<u64, bool>,
    found: u64,
    hit: u64,
}

/// The line coverage of a whole tracefile.
///
/// # Errors
/// Refuses what is not UTF-8, has a line that is no record, is cut off before `end_of_record`, or names no file.
pub fn read(bytes: &[u8]) -> Result<Coverage, Refusal> {
    let text = utf8(bytes)?;
    let mut files: HashMap<&str, File> = HashMap::new();
    let mut current: Option<&str> = None;
    let mut last_row = 0;
    for (index, line) in text.lines().enumerate() {
        let (row, line) = (index + 1, line.trim());
        last_row = row;
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if line == "end_of_record" {
            current.take().ok_or_else(|| wrong(row, line, "`end_of_record` after a `SF:` record"))?;
            continue;
        }
        let (record, content) = line.split_once(':').ok_or_else(|| wrong(row, line, "a record such as `DA:12,1`"))?;
        match record {
            "SF" if current.is_some() => {
                return Err(wrong(row, line, "`end_of_record` before the next `SF:`"));
            }
            "SF" => current = Some(content),
            "DA" | "LF" | "LH" => {
                let name = current.ok_or_else(|| wrong(row, line, "a `SF:` record before this one"))?;
                let file = files.entry(name).or_default();
                count(file, record, content)
                    .ok_or_else(|| wrong(row, line, "`DA:line,hits`, `LF:lines` or `LH:lines`"))?;
            }
            _ if OTHER_RECORDS.contains(&record) => {}
            _ => {
                return Err(wrong(row, line, "a record of an LCOV tracefile, such as `DA:12,1`"));
            }
        }
        if let Some(name) = current {
            files.entry(name).or_default();
        }
    }
    if current.is_some() || files.is_empty() {
        let detail = "the trace ends before `end_of_record`".to_owned();
        return Err(Refusal::Syntax { row: last_row, column: 1, detail, expected: "a complete tracefile".to_owned() });
    }
    Ok(files.values().fold(Coverage::default(), add))
}

/// Takes one record into the file's account; `None` where it can't be read.
fn count(file: &mut File, record: &str, content: &str) -> Option<()> {
    if record == "DA" {
        let mut parts = content.split(',');
        let line = parts.next()?.parse::<u64>().ok()?;
        let hits = parts.next()?.parse::<u64>().ok()?;
        *file.lines.entry(line).or_default() |= hits > 0;
        return Some(());
    }
    let lines = content.parse::<u64>().ok()?;
    let total = if record == "LF" { &mut file.found } else { &mut file.hit };
    *total = lines.max(*total);
    Some(())
}

fn add(sum: Coverage, file: &File) -> Coverage {
    let (found, hit) = if file.lines.is_empty() {
        (file.found, file.hit.min(file.found))
    } else {
        (file.lines.len() as u64, file.lines.values().filter(|hit| **hit).count() as u64)
    };
    Coverage { lines_found: sum.lines_found.saturating_add(found), lines_hit: sum.lines_hit.saturating_add(hit) }
}

fn wrong(row: usize, line: &str, expected: &str) -> Refusal {
    let detail = format!("{} is out of place", quote(line));
    Refusal::Syntax { row, column: 1, detail, expected: expected.to_owned() }
}
