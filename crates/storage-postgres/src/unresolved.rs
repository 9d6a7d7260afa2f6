//! Transactions of this store that its connections were lost in.
//!
//! Where a connection breaks while a transaction commits, the database may still be at it and end it later. Before writes are
//! taken again such transactions are ended here, so that what is read then is all that there is.

use std::hash::BuildHasher as _;

use storage::StoreError;

use crate::PostgresStore;

const END_UNRESOLVED: &str = include_str!("../queries/end_unresolved.sql");
const UNRESOLVED: &str = include_str!("../queries/unresolved.sql");
const OPERATION: &str = "end transactions of lost connections";

/// A name that no other process and no other store of this one has.
pub fn name() -> String {
    // The standard library's random keys: no more than being different is asked of it.
    format!("inferno-kpi {:016x}", std::hash::RandomState::new().hash_one(std::process::id()))
}

/// Ends what is left over from before the store was closed for writing.
///
/// # Errors
/// [`StoreError::Unavailable`] while one has not ended.
pub async fn end(store: &PostgresStore) -> Result<(), StoreError> {
    if store.health.obstacle().is_none() {
        return Ok(());
    }
    let failed = crate::store_error(OPERATION);
    let mut connection = store.reader.acquire().await.map_err(&failed)?;
    sqlx::query(END_UNRESOLVED).bind(&store.name).execute(&mut *connection).await.map_err(&failed)?;
    let left: i64 =
        sqlx::query_scalar(UNRESOLVED).bind(&store.name).fetch_one(&mut *connection).await.map_err(&failed)?;
    if left == 0 {
        return Ok(());
    }
    Err(StoreError::Unavailable { operation: OPERATION, source: format!("{left} are still under way").into() })
}
