//! What changed between two catalogues, in words.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;

use super::Catalogue;
use super::rows::{Block, Cell, blocks};

/// One difference between two catalogues.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What changed, as in `KPI "pipeline-build-time"`.
    pub what: String,
    /// Which of its fields, as in `target of phase 2`; `added` or `removed`, without a before and an after, where the whole
    /// thing is new or gone.
    pub field: String,
    /// What was written before; `None` where nothing was.
    pub before: Option<String>,
    /// What is written now; `None` where nothing is.
    pub after: Option<String>,
}

impl fmt::Display for Change {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, field, before, after } = self;
        if before.is_none() && after.is_none() {
            return write!(formatter, "{what} {field}");
        }
        let shown = |side: &Option<String>| side.clone().unwrap_or_else(|| "nothing".to_owned());
        write!(formatter, "{what}: {field}: {} → {}", shown(before), shown(after))
    }
}

/// What changed from `before` to `after`: what is gone or different in the order of `before`, then what is new.
///
/// Order is not compared: two catalogues that list the same things differently give no change.
pub fn difference(before: &Catalogue, after: &Catalogue) -> Vec<Change> {
    let (before, after) = (named(blocks(before)), named(blocks(after)));
    let places: HashMap<&str, &Block> = after.iter().map(|(name, block)| (name.as_str(), block)).collect();
    let known: HashSet<&str> = before.iter().map(|(name, _)| name.as_str()).collect();
    let mut changes = Vec::new();
    for (name, old) in &before {
        match places.get(name.as_str()) {
            Some(new) => compare(name, old, new, &mut changes),
            None => changes.push(whole(name, "removed")),
        }
    }
    let added = after.iter().filter(|(name, _)| !known.contains(name.as_str()));
    changes.extend(added.map(|(name, _)| whole(name, "added")));
    changes
}

fn whole(name: &str, field: &str) -> Change {
    Change { what: name.to_owned(), field: field.to_owned(), before: None, after: None }
}

/// Blocks by name; a name that stands twice (two maintenances of one reason and start) gets a number.
fn named(blocks: Vec<Block>) -> Vec<(String, Block)> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    blocks
        .into_iter()
        .map(|block| {
            let count = counts.entry(block.name.clone()).or_default();
            *count += 1;
            let name = if *count == 1 { block.name.clone() } else { format!("{} ({count})", block.name) };
            (name, block)
        })
        .collect()
}

fn compare(name: &str, old: &Block, new: &Block, changes: &mut Vec<Change>) {
    let (old, new) = (fields(old), fields(new));
    let value = |fields: &[(String, Cell)], field: &str| {
        fields.iter().find(|(other, _)| other == field).map(|(_, cell)| readable(cell))
    };
    let only_new = new.iter().filter(|(field, _)| !old.iter().any(|(other, _)| other == field));
    for (field, _) in old.iter().chain(only_new) {
        let (before, after) = (value(&old, field), value(&new, field));
        if before != after {
            changes.push(Change { what: name.to_owned(), field: field.clone(), before, after });
        }
    }
}

/// The fields of a table as people name them; each phase's target is a field of its own.
fn fields(block: &Block) -> Vec<(String, Cell)> {
    let mut fields = Vec::new();
    for row in &block.rows {
        match &row.cell {
            Cell::Table(cells) if row.key == "targets" => {
                fields.extend(cells.iter().map(|(phase, cell)| (format!("target of phase {phase}"), cell.clone())));
            }
            cell => fields.push((row.key.replace('_', " "), cell.clone())),
        }
    }
    fields
}

/// A cell as people read it, the same for every order of its parts.
fn readable(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        other => sorted(other).to_string(),
    }
}

fn sorted(cell: &Cell) -> Cell {
    match cell {
        Cell::List(texts) => {
            let mut texts = texts.clone();
            texts.sort();
            Cell::List(texts)
        }
        Cell::Table(entries) => {
            let entries: BTreeMap<String, Cell> =
                entries.iter().map(|(key, cell)| (key.clone(), sorted(cell))).collect();
            Cell::Table(entries.into_iter().collect())
        }
        plain => plain.clone(),
    }
}
