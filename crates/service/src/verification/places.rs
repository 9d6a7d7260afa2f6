//! Rows named for people: by their key, and by what they are about.

use storage::transfer::{Cell, Table, TableRow};

/// How many characters of a text are shown.
const MOST_CHARACTERS: usize = 80;

/// The columns that say what a row is about, by table.
const ABOUT: [(&str, &[&str]); 9] = [
    ("payloads", &["source", "number", "kept_rows"]),
    ("observations", &["series", "source", "time_ms"]),
    ("benchmark_runs", &["started_ms"]),
    ("journal", &["stream", "version", "kind", "subject"]),
    ("documents", &[]),
    ("outbox", &["channel", "subject"]),
    ("sample_series", &["name", "labels"]),
    ("sources", &["payloads"]),
    ("sample_watermark", &["flushed_payload"]),
];

/// The key of a row.
pub(super) fn key(table: &Table, row: &TableRow) -> String {
    row.iter().take(table.key_columns).map(shown).collect::<Vec<_>>().join(", ")
}

/// What a row is about: "series sli, source ci".
pub(super) fn about(table: &Table, row: &TableRow) -> String {
    let columns = ABOUT.iter().find(|(name, _)| *name == table.name).map_or(&[][..], |(_, columns)| columns);
    let named = columns.iter().filter_map(|name| {
        let place = table.columns.iter().position(|column| column.name == *name)?;
        Some(format!("{name} {}", shown(row.get(place)?)))
    });
    named.collect::<Vec<_>>().join(", ")
}

fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Null => "none".to_owned(),
        Cell::Int(number) => number.to_string(),
        Cell::Real(number) => number.to_string(),
        Cell::Text(text) => text.chars().take(MOST_CHARACTERS).collect(),
        Cell::Bytes(bytes) => format!("{} bytes", bytes.len()),
    }
}
