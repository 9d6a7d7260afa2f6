//! Cobertura's XML coverage reports: line coverage only.
//!
//! The report's own totals count (`lines-valid`, `lines-covered`). Where it has none, its `<line>` elements are counted, each
//! line of a file once, those listed again under methods included.

use std::collections::HashMap;

use crate::xml::{Document, Element, Step};
use crate::{Coverage, Refusal};

const EXPECTED: &str =
    "a Cobertura report: <coverage lines-valid=\"…\" lines-covered=\"…\"> or with <line number hits>";

/// The line coverage of a whole report.
///
/// # Errors
/// Refuses what is not UTF-8, not well-formed XML, not a Cobertura report, or says nothing about lines.
pub fn read(bytes: &[u8]) -> Result<Coverage, Refusal> {
    let mut document = Document::new(bytes)?;
    let root = document.root(&["coverage"], EXPECTED)?;
    let totals = totals(&document, &root)?;
    // Read to the end even where the totals are known: half a report is none.
    let lines = lines(&mut document)?;
    match totals {
        Some(coverage) => Ok(coverage),
        None if lines.is_empty() => Err(document.shape(&root, "the report has no lines".to_owned(), EXPECTED)),
        None => Ok(Coverage {
            lines_found: lines.len() as u64,
            lines_hit: lines.values().filter(|hit| **hit).count() as u64,
        }),
    }
}

fn totals(document: &Document<'_>, root: &Element) -> Result<Option<Coverage>, Refusal> {
    let (Some(_), Some(_)) = (root.attribute("lines-valid"), root.attribute("lines-covered")) else {
        return Ok(None);
    };
    let lines_found = number(document, root, "lines-valid")?;
    let lines_hit = number(document, root, "lines-covered")?;
    if lines_hit > lines_found {
        let detail = format!("{lines_hit} lines are covered of {lines_found}");
        return Err(document.shape(root, detail, "no more lines covered than there are"));
    }
    Ok(Some(Coverage { lines_found, lines_hit }))
}

/// Hit or not, by file (counted as they come) and line number.
fn lines(document: &mut Document<'_>) -> Result<HashMap<(usize, u64), bool>, Refusal> {
    let mut files: HashMap<String, usize> = HashMap::new();
    let mut file = 0;
    let mut lines = HashMap::new();
    while let Some(step) = document.step()? {
        let Step::Open(element) = step else { continue };
        match element.name.as_str() {
            "class" => {
                let name = element.attribute("filename").or_else(|| element.attribute("name")).unwrap_or_default();
                let next = files.len() + 1;
                file = *files.entry(name.to_owned()).or_insert(next);
            }
            "line" => {
                let line = number(document, &element, "number")?;
                *lines.entry((file, line)).or_default() |= number(document, &element, "hits")? > 0;
            }
            _ => {}
        }
    }
    Ok(lines)
}

fn number(document: &Document<'_>, element: &Element, name: &str) -> Result<u64, Refusal> {
    let written = element.attribute(name);
    written.and_then(|text| text.trim().parse().ok()).ok_or_else(|| {
        let detail = match written {
            Some(text) => format!("`{name}` of <{}> is {}", element.name, crate::text::quote(text)),
            None => format!("<{}> has no `{name}`", element.name),
        };
        document.shape(element, detail, &format!("a whole number as `{name}`"))
    })
}
