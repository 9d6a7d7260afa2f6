//! The header line: which separator, which columns, and what somebody meant who named them otherwise.

use crate::field::{Field, known_fields, normalise};
use crate::text::shorten;
use crate::{Refusal, WrongColumns};

const REQUIRED: [Field; 2] = [Field::Kpi, Field::Value];

/// The columns a file may have; where an observation comes from is not for a file to say.
const COLUMNS: [Field; 8] = [
    Field::Kpi,
    Field::Value,
    Field::Unit,
    Field::Time,
    Field::Note,
    Field::Evidence,
    Field::Person,
    Field::ExternalId,
];

/// The separator that gives the most known columns, then the most columns; a comma where nothing tells.
pub(super) fn separator(text: &str) -> u8 {
    let line = text.lines().flat_map(|line| line.split('\r')).find(|line| !line.trim().is_empty()).unwrap_or_default();
    let columns = |separator: &u8| {
        let cells = line.split(char::from(*separator));
        let known = cells.clone().filter(|cell| column(cell.trim().trim_matches('"')).is_some()).count();
        (known, cells.count())
    };
    // Of equals `max_by_key` takes the last.
    [b'\t', b';', b','].into_iter().max_by_key(columns).unwrap_or(b',')
}

/// What each column holds.
pub(super) fn read(record: &::csv::StringRecord, row: usize) -> Result<Vec<Field>, Refusal> {
    let mut fields = Vec::new();
    let mut unknown = Vec::new();
    let mut duplicate = Vec::new();
    for name in record {
        match column(name) {
            Some(field) if fields.contains(&field) => duplicate.push(field.name().to_owned()),
            Some(field) => fields.push(field),
            None => unknown.push(shorten(name.trim())),
        }
    }
    let missing: Vec<String> =
        REQUIRED.into_iter().filter(|field| !fields.contains(field)).map(|field| field.name().to_owned()).collect();
    if unknown.is_empty() && duplicate.is_empty() && missing.is_empty() {
        return Ok(fields);
    }
    // A header may have as many columns as the body has bytes.
    unknown.truncate(20);
    duplicate.dedup();
    duplicate.truncate(20);
    let detail = [("unknown", &unknown), ("missing", &missing), ("repeated", &duplicate)]
        .into_iter()
        .filter(|(_, names)| !names.is_empty())
        .map(|(what, names)| format!("{what} {}", named(names)))
        .collect::<Vec<_>>()
        .join("; ");
    let expected =
        format!("a header line with `kpi` and `value`, each name once; {}", known_fields(&unknown, &COLUMNS));
    let columns = Box::new(WrongColumns { unknown, missing, duplicate });
    Err(Refusal::Header { row, columns, detail, expected })
}

/// The field that a column's name means, upper or lower case: `kpi`, `KPI id`, `External ID`.
fn column(name: &str) -> Option<Field> {
    match normalise(name).as_str() {
        "kpi_id" => Some(Field::Kpi),
        plain => Field::named(plain).filter(|field| COLUMNS.contains(field)),
    }
}

fn named(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    format!("{} {}", if names.len() == 1 { "column" } else { "columns" }, names.join(", "))
}
