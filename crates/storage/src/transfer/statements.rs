//! The statements that read and fill a table, made from the list of tables alone.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{TABLES, Table};
use crate::bulk_insert::Insert;

/// The statements of one table.
pub struct Statements {
    /// The first page: `$1` is how many rows.
    pub first_page: String,
    /// A later page: the key of the row before is `$2` and up.
    pub next_page: String,
    pub insert: Insert,
}

static STATEMENTS: LazyLock<HashMap<&'static str, Statements>> =
    LazyLock::new(|| TABLES.iter().map(|table| (table.name, Statements::new(table))).collect());

/// The statements of a table of the list.
pub fn of(table: &'static Table) -> Option<&'static Statements> {
    STATEMENTS.get(table.name)
}

impl Statements {
    fn new(table: &Table) -> Self {
        let names: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
        let columns = names.join(", ");
        let key = names[..table.key_columns].join(", ");
        let placeholders = |from: usize, count: usize| {
            (from..from + count).map(|number| format!("${number}")).collect::<Vec<_>>().join(", ")
        };
        let name = table.name;
        let behind = placeholders(2, table.key_columns);
        let values = placeholders(1, names.len());
        Self {
            first_page: format!("SELECT {columns} FROM {name} ORDER BY {key} LIMIT $1"),
            next_page: format!("SELECT {columns} FROM {name} WHERE ({key}) > ({behind}) ORDER BY {key} LIMIT $1"),
            insert: Insert::new(&format!("INSERT INTO {name} ({columns}) VALUES ({values})")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_go_on_behind_the_key_of_the_last_row() {
        let rolled = TABLES.iter().find(|table| table.name == "rolled_blocks").and_then(of).expect("statements");
        assert_eq!(
            rolled.next_page,
            "SELECT series, resolution, block_ms, bytes FROM rolled_blocks \
             WHERE (series, resolution, block_ms) > ($2, $3, $4) ORDER BY series, resolution, block_ms LIMIT $1"
        );
        let (one, _) = rolled.insert.batches(&[()])[0];
        assert_eq!(one, "INSERT INTO rolled_blocks (series, resolution, block_ms, bytes) VALUES ($1, $2, $3, $4)");
    }
}
