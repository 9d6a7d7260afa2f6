//! The header line: which separator, which columns, and what somebody meant who named them otherwise.

use std::collections::HashSet;

use crate::field::{Field, known_fields, normalise};
use crate::label::{self, expected_name, is_name};
use crate::text::shorten;
use crate::{Limits, Refusal, WrongColumns};

/// What a column holds.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Column {
    Field(Field),
    /// The label of that name.
    Label(String),
}

impl Column {
    /// The name as it is written in a header.
    fn name(&self) -> String {
        match self {
            Self::Field(field) => field.name().to_owned(),
            Self::Label(name) => format!("{}{name}", label::PREFIX),
        }
    }
}

/// The columns a file may have; where an observation comes from is not for a file to say.
const COLUMNS: [Field; 9] = [
    Field::Kpi,
    Field::Value,
    Field::Unit,
    Field::Time,
    Field::Note,
    Field::Evidence,
    Field::Person,
    Field::ExternalId,
    Field::Series,
];

/// The separator that gives the most known columns, then the most columns; a comma where nothing tells.
pub(super) fn separator(text: &str) -> u8 {
    let line = text.lines().flat_map(|line| line.split('\r')).find(|line| !line.trim().is_empty()).unwrap_or_default();
    let columns = |separator: &u8| {
        let cells = line.split(char::from(*separator));
        let is_known = |cell: &&str| column(cell.trim().trim_matches('"'), Limits::default().name_chars).is_some();
        let known = cells.clone().filter(is_known).count();
        (known, cells.count())
    };
    // Of equals `max_by_key` takes the last.
    [b'\t', b';', b','].into_iter().max_by_key(columns).unwrap_or(b',')
}

/// What each column holds.
pub(super) fn read(record: &::csv::StringRecord, row: usize, limits: &Limits) -> Result<Vec<Column>, Refusal> {
    let mut columns = Vec::new();
    let mut seen = HashSet::new();
    let mut unknown = Vec::new();
    let mut duplicate = Vec::new();
    for name in record {
        match column(name, limits.name_chars) {
            Some(column) if seen.contains(&column) => duplicate.push(shorten(&column.name())),
            Some(column) => {
                seen.insert(column.clone());
                columns.push(column);
            }
            None => unknown.push(shorten(name.trim())),
        }
    }
    let has = |field: Field| seen.contains(&Column::Field(field));
    let mut missing = Vec::new();
    if !has(Field::Series) {
        // Rows of series may be events, which need no value.
        missing.extend(
            [Field::Kpi, Field::Value].into_iter().filter(|field| !has(*field)).map(|field| field.name().to_owned()),
        );
    }
    if unknown.is_empty() && duplicate.is_empty() && missing.is_empty() {
        return Ok(columns);
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
    let expected = format!(
        "a header line with `kpi` and `value`, or with `series`, each name once; {}, and `label.NAME` for labels, NAME \
         being {}",
        known_fields(&unknown, &COLUMNS),
        expected_name(limits.name_chars)
    );
    let columns = Box::new(WrongColumns { unknown, missing, duplicate });
    Err(Refusal::Header { row, columns, detail, expected })
}

/// What a column's name means, upper or lower case: `kpi`, `KPI id`, `External ID`, `label.branch`. A label's own name is kept
/// as it is written.
fn column(name: &str, name_chars: usize) -> Option<Column> {
    let name = name.trim();
    if let Some((prefix, label)) = name.split_at_checked(label::PREFIX.len())
        && prefix.eq_ignore_ascii_case(label::PREFIX)
    {
        return is_name(label, name_chars).then(|| Column::Label(label.to_owned()));
    }
    let field = match normalise(name).as_str() {
        "kpi_id" => Some(Field::Kpi),
        plain => Field::named(plain).filter(|field| COLUMNS.contains(field)),
    };
    field.map(Column::Field)
}

fn named(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    format!("{} {}", if names.len() == 1 { "column" } else { "columns" }, names.join(", "))
}
