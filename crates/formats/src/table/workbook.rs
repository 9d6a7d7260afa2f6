//! XLSX workbooks (ECMA-376): the values of one sheet.
//!
//! Libraries for this unpack what the file asks for and copy styles and texts as often as it repeats them, which a small file
//! can make arbitrarily much. Here the parts are unpacked within the body's limit, texts are kept once, and cells are
//! given away row by row.

mod archive;
mod formats;
mod merges;
mod number_format;
mod part;
mod sheet;
mod strings;

use super::rows::Visit;
use crate::text::{quote, shorten};
use crate::{Limits, Refusal};
use archive::Archive;
use formats::Formats;
use part::{Part, Step};
pub(super) use sheet::Hidden;
use strings::Strings;

/// The names of all sheets, and what of the one that was read is hidden.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Seen {
    pub(super) sheets: Vec<String>,
    pub(super) hidden: Hidden,
}

/// Gives all rows of a sheet, the first one that is shown without a name, to `visit`.
pub(super) fn each(bytes: &[u8], name: Option<&str>, limits: &Limits, visit: &mut Visit<'_>) -> Result<Seen, Refusal> {
    let mut archive = Archive::open(bytes, limits)?;
    archive.check_kind()?;
    let workbook = target(&mut archive, "", "/officeDocument")?.unwrap_or_else(|| "xl/workbook.xml".to_owned());
    let book = Book::read(&archive.needed(&workbook)?)?;
    let names: Vec<String> = book.sheets.iter().map(|sheet| sheet.name.clone()).collect();
    let found = match name {
        Some(wanted) => book.sheets.iter().find(|sheet| sheet.name == wanted),
        None => book.sheets.iter().find(|sheet| !sheet.is_hidden).or_else(|| book.sheets.first()),
    };
    let Some(Tab { relation, is_hidden, .. }) = found else {
        let known: Vec<String> = names.iter().take(20).map(|name| shorten(name)).collect();
        let detail = format!("there is no sheet {}", quote(name.unwrap_or_default()));
        return Err(wrong(detail, &format!("one of the sheets `{}`", known.join("`, `"))));
    };
    let path = relations(&mut archive, &workbook)?.into_iter().find(|known| known.id == *relation);
    let path = path.ok_or_else(|| wrong("a sheet has no part".to_owned(), "a complete workbook"))?.target;
    let strings = match target(&mut archive, &workbook, "/sharedStrings")? {
        Some(path) => Strings::read(&archive.needed(&path)?)?,
        None => Strings::default(),
    };
    let formats = match target(&mut archive, &workbook, "/styles")? {
        Some(path) => Formats::read(&archive.needed(&path)?, book.is_1904)?,
        None => Formats::none(book.is_1904),
    };
    let sheet = archive.needed(&path)?;
    let hidden = sheet::each(&sheet, &strings, &formats, visit)?;
    Ok(Seen { sheets: names, hidden: Hidden { sheet: *is_hidden, ..hidden } })
}

fn wrong(detail: String, expected: &str) -> Refusal {
    Refusal::Shape { row: 1, column: 1, detail, expected: expected.to_owned() }
}

struct Book {
    /// In the order of the tabs.
    sheets: Vec<Tab>,
    /// Days count from 1904, as old programs of one maker did.
    is_1904: bool,
}

struct Tab {
    name: String,
    /// The id of the relation.
    relation: String,
    is_hidden: bool,
}

impl Book {
    fn read(text: &str) -> Result<Self, Refusal> {
        let mut part = Part::new(text);
        let mut book = Self { sheets: Vec::new(), is_1904: false };
        while let Some(step) = part.step()? {
            let Step::Open(tag) = step else { continue };
            match tag.name.as_str() {
                "workbookPr" => book.is_1904 = matches!(tag.attribute("date1904"), Some("1" | "true")),
                "sheet" => {
                    let attribute = |name| tag.attribute(name).unwrap_or_default().to_owned();
                    let is_hidden = matches!(tag.attribute("state"), Some("hidden" | "veryHidden"));
                    book.sheets.push(Tab { name: attribute("name"), relation: attribute("id"), is_hidden });
                }
                _ => {}
            }
        }
        Ok(book)
    }
}

struct Relation {
    id: String,
    kind: String,
    /// The part's path in the archive.
    target: String,
}

/// What a part refers to; the archive itself has the empty path.
fn relations(archive: &mut Archive<'_>, path: &str) -> Result<Vec<Relation>, Refusal> {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let folder = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    let Some(text) = archive.part(&format!("{folder}_rels/{file}.rels"))? else { return Ok(Vec::new()) };
    let mut part = Part::new(&text);
    let mut found = Vec::new();
    while let Some(step) = part.step()? {
        let Step::Open(tag) = step else { continue };
        if tag.name == "Relationship"
            && let (Some(id), Some(kind), Some(target)) =
                (tag.attribute("Id"), tag.attribute("Type"), tag.attribute("Target"))
        {
            let target = target.strip_prefix('/').map_or_else(|| format!("{folder}{target}"), str::to_owned);
            found.push(Relation { id: id.to_owned(), kind: kind.to_owned(), target });
        }
    }
    Ok(found)
}

fn target(archive: &mut Archive<'_>, path: &str, kind: &str) -> Result<Option<String>, Refusal> {
    Ok(relations(archive, path)?.into_iter().find(|relation| relation.kind.ends_with(kind)).map(|found| found.target))
}
