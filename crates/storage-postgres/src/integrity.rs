//! What `PostgreSQL` has found wrong with its own files: pages whose checksum did not fit, where the server keeps checksums.

use sqlx::Row as _;

use crate::PostgresStore;

const FAILURES: &str = include_str!("../queries/checksum_failures.sql");

/// At most one line: the server counts, and its log says more.
pub async fn faults(store: &PostgresStore, limit: u32) -> Result<Vec<String>, sqlx::Error> {
    let row = sqlx::query(FAILURES).fetch_one(&store.reader).await?;
    let failures: i64 = row.try_get("failures")?;
    let last: Option<String> = row.try_get("last")?;
    let told = || {
        let last = last.unwrap_or_else(|| "at an unknown time".to_owned());
        format!(
            "{failures} pages of the database did not fit their checksums, the last one {last}; the server's log names them"
        )
    };
    Ok((failures > 0 && limit > 0).then(told).into_iter().collect())
}
