//! A whole store copied into another one, whatever database either is in: for moving, backing up and restoring.
//!
//! Every table that holds records is in [`TABLES`]; a test of each adapter compares the list with the database. Rows are
//! read in the order of their key, in one read transaction, so that the copy is the store as it was at one instant.

mod cell;
mod copy;
mod statements;
mod tables;

use async_trait::async_trait;

pub use cell::{Cell, Digest};
pub use copy::{Copied, copy, first_filled};
pub use statements::{Statements, of as statements_of};
pub use tables::{Column, DERIVED, Kind, TABLES, Table};

use crate::StoreError;

/// A row, a cell for each of the table's columns.
pub type TableRow = Vec<Cell>;

/// A store that can be read and written as tables.
#[async_trait]
pub trait Transfer: Send + Sync {
    /// Begins to read: everything that is read is of one instant.
    ///
    /// # Errors
    /// What the database gives.
    async fn read_tables(&self) -> Result<Box<dyn TableReader>, StoreError>;

    /// Begins to write.
    ///
    /// # Errors
    /// What the database gives.
    async fn write_tables(&self) -> Result<Box<dyn TableWriter>, StoreError>;
}

/// Reads tables as they were when it was made.
#[async_trait]
pub trait TableReader: Send {
    /// The next rows, at most `limit`, in the order of the key, behind the row given (from the first without one).
    ///
    /// # Errors
    /// What the database gives.
    async fn page(
        &mut self,
        table: &'static Table,
        after: Option<&TableRow>,
        limit: u32,
    ) -> Result<Vec<TableRow>, StoreError>;
}

/// Writes tables. What was put is only sure to be kept once [`TableWriter::finish`] has returned; without it a database may
/// keep all, a part or nothing.
#[async_trait]
pub trait TableWriter: Send {
    /// Inserts rows.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when a row is there already, and what else the database gives.
    async fn put(&mut self, table: &'static Table, rows: &[TableRow]) -> Result<(), StoreError>;

    /// Keeps what was put.
    ///
    /// # Errors
    /// What the database gives.
    async fn finish(self: Box<Self>) -> Result<(), StoreError>;
}
