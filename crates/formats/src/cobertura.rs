//! Cobertura's XML coverage reports: line coverage only.
//!
//! The report's own totals count (`lines-valid`, `lines-covered`). Where it has none, its `<line>` elements are counted, each
//! line of a file once, those listed again under methods included. A report of neither has the value of its `line-rate`. A cell that can't be read is named, and the others count.

use std::collections::HashMap;

use crate::cells::Cells;
use crate::coverage::{FileCoverage, Lines, Roots};
use crate::xml::{Document, Element, Step};
use crate::{Coverage, Refusal};

const EXPECTED: &str =
    "a Cobertura report: <coverage lines-valid=\"…\" lines-covered=\"…\"> or with <line number hits>";
/// Folders of one report that are kept.
const MOST_ROOTS: usize = 100;

/// The line coverage of a whole report.
///
/// # Errors
/// As [`read_files`].
pub fn read(bytes: &[u8]) -> Result<Coverage, Refusal> {
    Ok(read_files(bytes)?.total())
}

/// The line coverage of each file of a report.
///
/// # Errors
/// Refuses what is not UTF-8, not well-formed XML, not a Cobertura report, or says nothing about lines that can be read.
pub fn read_files(bytes: &[u8]) -> Result<FileCoverage, Refusal> {
    let mut document = Document::new(bytes)?;
    let root = document.root(&["coverage"], EXPECTED)?;
    let mut cells = Cells::default();
    let totals = totals(&mut document, &root, &mut cells);
    // Read to the end even where the totals are known: half a report is none.
    let (files, roots) = walk(&mut document, &mut cells)?;
    if totals.is_none() && files.values().all(|file| file.lines.is_empty()) {
        if let Some(rate) = rate(&root) {
            return Ok(FileCoverage::of_rate(rate, cells.told()));
        }
        let problem = cells.told().into_iter().next();
        let detail = problem.map_or_else(|| "the report has no lines".to_owned(), |problem| problem.detail);
        return Err(document.shape(&root, detail, EXPECTED));
    }
    Ok(FileCoverage::new(files, Roots::new(roots), totals, cells.told()))
}

/// The share of lines that were hit, where it is stated.
fn rate(root: &Element) -> Option<f64> {
    let rate: f64 = root.attribute("line-rate")?.trim().parse().ok()?;
    (0.0..=1.0).contains(&rate).then_some(rate)
}

fn totals(document: &mut Document<'_>, root: &Element, cells: &mut Cells) -> Option<Coverage> {
    let (Some(_), Some(_)) = (root.attribute("lines-valid"), root.attribute("lines-covered")) else {
        return None;
    };
    let row = document.row(root);
    let found = number(root, "lines-valid", row, cells);
    let hit = number(root, "lines-covered", row, cells);
    let (lines_found, lines_hit) = (found?, hit?);
    if lines_hit > lines_found {
        let detail = format!("{lines_hit} lines are covered of {lines_found}");
        cells.refuse(row, "lines-covered", "syntax", detail, "no more lines covered than there are");
        return None;
    }
    Some(Coverage { lines_found, lines_hit })
}

/// Files by name, and the folders that their names begin at.
fn walk(document: &mut Document<'_>, cells: &mut Cells) -> Result<(HashMap<String, Lines>, Vec<String>), Refusal> {
    let mut files: HashMap<String, Lines> = HashMap::new();
    let mut roots = Vec::new();
    let mut file = String::new();
    while let Some(step) = document.step()? {
        let Step::Open(element) = step else { continue };
        match element.name.as_str() {
            "source" if roots.len() < MOST_ROOTS => roots.extend(document.content()),
            "class" => {
                let name = element.attribute("filename").or_else(|| element.attribute("name")).unwrap_or_default();
                name.clone_into(&mut file);
                files.entry(file.clone()).or_default();
            }
            "line" => {
                let row = document.row(&element);
                let line = number(&element, "number", row, cells);
                let hits = number(&element, "hits", row, cells);
                if let (Some(line), Some(hits)) = (line, hits) {
                    // Looked up first: a name is copied once for each file, not for each line.
                    match files.get_mut(&file) {
                        Some(lines) => lines.hit(line, hits > 0),
                        None => files.entry(file.clone()).or_default().hit(line, hits > 0),
                    }
                }
            }
            _ => {}
        }
    }
    Ok((files, roots))
}

fn number(element: &Element, name: &str, row: usize, cells: &mut Cells) -> Option<u64> {
    let written = element.attribute(name);
    let read = written.and_then(|text| text.trim().parse().ok());
    if read.is_none() {
        cells.refuse_attribute(row, (&element.name, name), written, "a whole number from 0");
    }
    read
}
