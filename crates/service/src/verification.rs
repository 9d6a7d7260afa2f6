//! The whole store, looked at: is every row still what was written, and does all of it agree?
//!
//! It reads page by page, each as of its own instant, so that it can run beside a server for as long as it takes; rows never change
//! but in a few known ways, and what must agree with each other is read at one instant. Nothing is written, and as much is held in
//! memory as a page has. What is found is told row by row, up to a limit, with what it affects.

mod bodies;
mod decisions;
mod places;
mod rows;
mod samples;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use storage::{Store, StoreError};

/// How many damages are told one by one.
const MOST_DAMAGES: usize = 1_000;
/// How many lines of the database's own are asked for, and how many contradictions of each kind.
const MOST_LINES: u32 = 100;

/// Something that is not what was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Damage {
    /// The table; `database` for what the database says of its files.
    pub table: String,
    /// Which row: its key, or as far as it was read.
    pub row: String,
    /// What is wrong.
    pub problem: String,
    /// What that affects; empty where it is not known.
    pub affects: String,
}

/// How much of a table was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// Its name.
    pub table: String,
    /// How many rows were looked at.
    pub rows: u64,
    /// How many of them have no checksum, because an older version of the program wrote them.
    pub without_checksum: u64,
}

/// What a look at the whole store has found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Verification {
    /// When it began, in milliseconds since the Unix epoch.
    pub started_ms: i64,
    /// When it ended.
    pub finished_ms: i64,
    /// The tables, in the order in which they were looked at.
    pub checked: Vec<Checked>,
    /// The damages, at most a thousand of them.
    pub damages: Vec<Damage>,
    /// How many there are.
    pub damage_count: u64,
}

impl Verification {
    /// Whether everything is what was written.
    pub fn is_sound(&self) -> bool {
        self.damage_count == 0
    }

    /// How many rows were looked at.
    pub fn rows(&self) -> u64 {
        self.checked.iter().map(|checked| checked.rows).sum()
    }

    /// How many rows have no checksum.
    pub fn without_checksum(&self) -> u64 {
        self.checked.iter().map(|checked| checked.without_checksum).sum()
    }

    fn tell(&mut self, table: &str, row: impl Into<String>, problem: impl Into<String>, affects: impl Into<String>) {
        self.damage_count += 1;
        if self.damages.len() < MOST_DAMAGES {
            let (row, problem, affects) = (row.into(), problem.into(), affects.into());
            self.damages.push(Damage { table: table.to_owned(), row, problem, affects });
        }
    }

    /// What a failed look comes to: a database that does not answer ends it, anything else is a damage of its own.
    fn unreadable(&mut self, table: &str, row: impl Into<String>, error: StoreError) -> Result<(), StoreError> {
        if matches!(error, StoreError::Unavailable { .. } | StoreError::Schema { .. } | StoreError::InUse { .. }) {
            return Err(error);
        }
        let problem = format!("can't be read: {}", storage::write_health::told(&error));
        self.tell(table, row, problem, "what stands there and behind it in this table was not looked at");
        Ok(())
    }
}

/// How hard a look may work.
#[async_trait]
pub trait Pace: Send + Sync {
    /// Called after every page; rests if it should. False ends the look.
    async fn turn(&self) -> bool;
}

/// As fast as it goes.
pub struct AtOnce;

#[async_trait]
impl Pace for AtOnce {
    async fn turn(&self) -> bool {
        true
    }
}

/// Looks at the whole store; `None` where it was ended before. Times are the caller's to set.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer: then there is no verdict.
pub async fn verify(store: &dyn Store, pace: &dyn Pace) -> Result<Option<Verification>, StoreError> {
    let mut found = Verification::default();
    match store.engine_faults(MOST_LINES).await {
        Ok(lines) => lines.into_iter().for_each(|line| found.tell("database", "", line, "")),
        Err(error) => found.unreadable("database", "its own check of its files", error)?,
    }
    if !pace.turn().await || !rows::look(store, pace, &mut found).await? {
        return Ok(None);
    }
    match store.contradictions(MOST_LINES).await {
        Ok(rows) => rows.into_iter().for_each(|row| found.tell(row.table, row.id, row.problem, "")),
        Err(error) => found.unreadable("database", "what contradicts itself", error)?,
    }
    let is_whole = pace.turn().await
        && bodies::look(store, pace, &mut found).await?
        && decisions::look(store, pace, &mut found).await?
        && samples::look(store, pace, &mut found).await?;
    Ok(is_whole.then_some(found))
}
