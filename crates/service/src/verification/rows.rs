//! The tables of rows: each one can be read, has the checksum that it was written with, and holds what its column may.

use storage::row_digest::{self, Looked};
use storage::transfer::{Cell, TABLES, Table, TableRow};
use storage::{Document, MessageState, PayloadState, Store, StoreError};

use super::places::{about, key};
use crate::stored_states;

use super::{Checked, Pace, Verification};

/// Looked at by others: with what they belong to.
const OTHERS: [&str; 3] = ["payload_bodies", "sample_blocks", "rolled_blocks"];
/// How many rows are held at once.
const PAGE: u32 = 200;
/// Columns whose text is JSON.
const JSON: [(&str, &str); 4] =
    [("journal", "body"), ("documents", "body"), ("benchmark_runs", "report_json"), ("payloads", "context_json")];

pub(super) async fn look(store: &dyn Store, pace: &dyn Pace, found: &mut Verification) -> Result<bool, StoreError> {
    for table in TABLES.iter().filter(|table| !OTHERS.contains(&table.name)) {
        let mut checked = Checked { table: table.name.to_owned(), rows: 0, without_checksum: 0 };
        let mut last: Option<TableRow> = None;
        let mut limit = PAGE;
        loop {
            match page(store, table, last.as_ref(), limit).await {
                Ok(rows) => {
                    for row in &rows {
                        look_at(table, row, &mut checked, found);
                    }
                    let Some(end) = rows.into_iter().last() else { break };
                    last = Some(end);
                }
                // One by one up to the row that can't be read.
                Err(StoreError::Failed { .. }) if limit > 1 => limit = 1,
                Err(error) => {
                    let behind = last
                        .as_ref()
                        .map_or_else(|| "the first row".to_owned(), |row| format!("behind {}", key(table, row)));
                    found.unreadable(table.name, behind, error)?;
                    break;
                }
            }
            if !pace.turn().await {
                return Ok(false);
            }
        }
        found.checked.push(checked);
    }
    Ok(true)
}

async fn page(
    store: &dyn Store,
    table: &'static Table,
    after: Option<&TableRow>,
    limit: u32,
) -> Result<Vec<TableRow>, StoreError> {
    store.read_tables().await?.page(table, after, limit).await
}

fn look_at(table: &'static Table, row: &TableRow, checked: &mut Checked, found: &mut Verification) {
    checked.rows += 1;
    match row_digest::look(table, row) {
        Looked::Sound => {}
        Looked::Without => checked.without_checksum += u64::from(table.digested > 0),
        Looked::Differs => {
            found.tell(table.name, key(table, row), "the row is not what was written", about(table, row));
            return;
        }
    }
    if let Some(problem) = unfit(table, row) {
        found.tell(table.name, key(table, row), problem, about(table, row));
    }
}

fn text<'r>(table: &Table, row: &'r TableRow, column: &str) -> Option<&'r str> {
    let place = table.columns.iter().position(|it| it.name == column)?;
    match row.get(place)? {
        Cell::Text(text) => Some(text),
        _ => None,
    }
}

/// What no program would have written.
fn unfit(table: &Table, row: &TableRow) -> Option<String> {
    let state = text(table, row, "state");
    let is_known = match table.name {
        "payloads" => state.is_some_and(|state| PayloadState::from_name(state).is_some()),
        "outbox" => state.is_some_and(|state| MessageState::from_name(state).is_some()),
        _ => true,
    };
    if !is_known {
        return Some(format!("there is no state \"{}\"", state.unwrap_or_default()));
    }
    for (_, column) in JSON.iter().filter(|(name, _)| *name == table.name) {
        if let Some(text) = text(table, row, column)
            && let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(text)
        {
            return Some(format!("{column} is no JSON: {error}"));
        }
    }
    if table.name == "documents"
        && let (Some(name), Some(body)) = (text(table, row, "name"), text(table, row, "body"))
    {
        let document = Document { name: name.to_owned(), body_json: body.to_owned(), changed_ms: 0 };
        if let Err(unreadable) = stored_states::look(&document) {
            return Some(unreadable.to_string());
        }
    }
    text(table, row, "labels")
        .and_then(|labels| storage::labels::from_json(labels).err())
        .map(|error| format!("labels: {error}"))
}
