//! The copying itself.

use super::{Digest, TABLES, Table, TableReader, TableRow, Transfer};
use crate::StoreError;

/// What became of one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    pub table: &'static str,
    /// How many rows were read.
    pub rows: u64,
    /// Checksum of the rows that were read, in lowercase hexadecimal.
    pub source_sha256: String,
    /// Checksum of the rows that the target holds now.
    pub target_sha256: String,
}

impl Copied {
    /// Whether the target holds what the source held.
    pub fn agrees(&self) -> bool {
        self.source_sha256 == self.target_sha256
    }
}

/// Copies every table, then reads the target again. The target should be empty ([`first_filled`]).
///
/// # Errors
/// What either store gives; of a target that is left over by an error nothing is promised.
pub async fn copy(from: &dyn Transfer, to: &dyn Transfer) -> Result<Vec<Copied>, StoreError> {
    let mut reader = from.read_tables().await?;
    let mut writer = to.write_tables().await?;
    let mut all = Vec::with_capacity(TABLES.len());
    for table in &TABLES {
        let mut pages = Pages::of(table);
        while pages.turn(reader.as_mut()).await? {
            writer.put(table, &pages.rows).await?;
        }
        let rows = pages.count;
        all.push(Copied { table: table.name, rows, source_sha256: pages.digest.hex(), target_sha256: String::new() });
    }
    writer.finish().await?;
    let mut written = to.read_tables().await?;
    for (table, copied) in TABLES.iter().zip(&mut all) {
        let mut pages = Pages::of(table);
        while pages.turn(written.as_mut()).await? {}
        copied.target_sha256 = pages.digest.hex();
    }
    Ok(all)
}

/// The first table that holds a row; `None` where the store is empty.
///
/// # Errors
/// What the store gives.
pub async fn first_filled(store: &dyn Transfer) -> Result<Option<&'static str>, StoreError> {
    let mut reader = store.read_tables().await?;
    for table in &TABLES {
        if !reader.page(table, None, 1).await?.is_empty() {
            return Ok(Some(table.name));
        }
    }
    Ok(None)
}

/// Walks through a table.
struct Pages {
    table: &'static Table,
    rows: Vec<TableRow>,
    count: u64,
    digest: Digest,
}

impl Pages {
    fn of(table: &'static Table) -> Self {
        Self { table, rows: Vec::new(), count: 0, digest: Digest::default() }
    }

    /// Reads the next page; says whether there was one.
    async fn turn(&mut self, reader: &mut dyn TableReader) -> Result<bool, StoreError> {
        self.rows = reader.page(self.table, self.rows.last(), self.table.page_rows).await?;
        self.count += u64::try_from(self.rows.len()).unwrap_or(u64::MAX);
        self.rows.iter().for_each(|row| self.digest.add(row));
        Ok(!self.rows.is_empty())
    }
}
