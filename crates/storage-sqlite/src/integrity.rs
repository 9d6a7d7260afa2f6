//! What `SQLite` finds wrong with its own file: pages, the order of rows, and that every index says what its table says.

use crate::SqliteStore;

/// The answer where nothing is wrong.
const SOUND: &str = "ok";

/// At most `limit` lines.
pub async fn faults(store: &SqliteStore, limit: u32) -> Result<Vec<String>, sqlx::Error> {
    // A pragma takes no bound values.
    let statement = sqlx::AssertSqlSafe(format!("PRAGMA integrity_check({limit})"));
    let lines: Vec<String> = sqlx::query_scalar(statement).fetch_all(&store.reader).await?;
    Ok(lines.into_iter().filter(|line| line != SOUND).collect())
}
