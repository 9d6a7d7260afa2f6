//! What `PostgreSQL` does of its own with blocks of samples: months as parts of the table, made before they are needed and
//! dropped whole when they are old.

use std::collections::BTreeSet;

use sqlx::{AssertSqlSafe, PgConnection};

use storage::StoreError;

use crate::PostgresStore;
use crate::part::Part;

const OPERATION: &str = "delete old blocks";
const LOCK_PARTS: &str = include_str!("../queries/lock_parts.sql");
const PART_EXISTS: &str = include_str!("../queries/part_exists.sql");
const PARTS: &str = include_str!("../queries/parts.sql");
/// Readers that take longer, such as a backup, keep an old month for as long as they read.
const PATIENCE: &str = "SET LOCAL lock_timeout = '2s'";
const LOCK_NOT_AVAILABLE: &str = "55P03";

/// Makes the parts for blocks that begin at these times, where they are missing.
///
/// The lock keeps parts from being made twice or dropped until the transaction ends.
pub async fn prepare(connection: &mut PgConnection, first_times_ms: &[i64]) -> Result<(), sqlx::Error> {
    let parts: BTreeSet<Part> = first_times_ms.iter().map(|first_ms| Part::of(*first_ms)).collect();
    if parts.is_empty() {
        return Ok(());
    }
    sqlx::query(LOCK_PARTS).execute(&mut *connection).await?;
    for part in parts {
        let name = part.name();
        let exists: bool = sqlx::query_scalar(PART_EXISTS).bind(&name).fetch_one(&mut *connection).await?;
        if !exists {
            // Attached, not made in place: that would wait for every reader of the table, and new ones behind it.
            let (begin, end) = part.bounds();
            let begin = begin.map_or_else(|| "MINVALUE".to_owned(), |begin_ms| begin_ms.to_string());
            let end = end.map_or_else(|| "MAXVALUE".to_owned(), |end_ms| end_ms.to_string());
            let made = format!("CREATE TABLE {name} (LIKE sample_blocks INCLUDING ALL)");
            let attached =
                format!("ALTER TABLE sample_blocks ATTACH PARTITION {name} FOR VALUES FROM ({begin}) TO ({end})");
            for statement in [made, attached] {
                sqlx::query(AssertSqlSafe(statement)).execute(&mut *connection).await?;
            }
        }
    }
    Ok(())
}

/// Drops the months all of whose blocks are older than that, then deletes at most `limit` of the other old blocks.
pub async fn drop_old(store: &PostgresStore, before_ms: i64, limit: u32) -> Result<u64, StoreError> {
    let mut dropped = 0;
    let names: Vec<String> =
        sqlx::query_scalar(PARTS).fetch_all(&store.reader).await.map_err(store.write_failed(OPERATION))?;
    for name in names {
        let is_past = Part::from_name(&name).and_then(|part| part.bounds().1).is_some_and(|end_ms| end_ms <= before_ms);
        if is_past {
            dropped += drop_part(store, &name, before_ms).await?;
        }
    }
    let query = sqlx::query(storage::sql::DROP_BLOCKS).bind(before_ms).bind(i64::from(limit));
    Ok(dropped + store.write_one(OPERATION, query).await?)
}

/// Drops a part if nothing in it is to be kept; says how many blocks it held.
async fn drop_part(store: &PostgresStore, name: &str, before_ms: i64) -> Result<u64, StoreError> {
    let failed = store.write_failed(OPERATION);
    let mut write = store.begin_write(OPERATION).await?;
    let dropped = drop_if_old(&mut write, name, before_ms).await.map_err(&failed)?;
    if dropped.is_some() {
        write.commit().await.map_err(&failed)?;
    }
    Ok(dropped.unwrap_or_default())
}

/// `None` where the part stays.
async fn drop_if_old(connection: &mut PgConnection, name: &str, before_ms: i64) -> Result<Option<u64>, sqlx::Error> {
    sqlx::query(LOCK_PARTS).execute(&mut *connection).await?;
    let exists: bool = sqlx::query_scalar(PART_EXISTS).bind(name).fetch_one(&mut *connection).await?;
    if !exists {
        return Ok(None);
    }
    let held = AssertSqlSafe(format!("SELECT COUNT(*), MAX(last_ms) FROM {name}"));
    let (count, last_ms): (i64, Option<i64>) = sqlx::query_as(held).fetch_one(&mut *connection).await?;
    if last_ms.is_some_and(|last_ms| last_ms >= before_ms) {
        return Ok(None);
    }
    sqlx::query(PATIENCE).execute(&mut *connection).await?;
    match sqlx::query(AssertSqlSafe(format!("DROP TABLE {name}"))).execute(&mut *connection).await {
        Ok(_) => {}
        // Somebody reads: the blocks go one by one, and the empty part the next time.
        Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some(LOCK_NOT_AVAILABLE) => return Ok(None),
        Err(error) => return Err(error),
    }
    Ok(Some(u64::try_from(count).unwrap_or_default()))
}
