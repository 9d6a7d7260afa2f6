//! What `SQLite` does of its own with blocks of samples: nothing but to delete old ones, in the one table.

use sqlx::SqliteConnection;
use storage::StoreError;

use crate::SqliteStore;

/// Nothing is to be made ready: the table is not parted.
#[expect(clippy::unused_async, reason = "as the port asks for it")]
pub async fn prepare(_connection: &mut SqliteConnection, _first_times_ms: &[i64]) -> Result<(), sqlx::Error> {
    Ok(())
}

/// Deletes at most `limit` blocks whose last sample is older than that.
pub async fn drop_old(store: &SqliteStore, before_ms: i64, limit: u32) -> Result<u64, StoreError> {
    let query = sqlx::query(storage::sql::DROP_BLOCKS).bind(before_ms).bind(i64::from(limit));
    store.write_one("delete old blocks", query).await
}
