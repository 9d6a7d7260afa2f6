//! What is stored in the `SQLite` file of this product.

use std::path::Path;

use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use super::Stored;
use crate::{Result, disk};

/// Bytes of payloads and of blocks; the same on both databases.
pub const PARTS: &str = "SELECT \
    CAST((SELECT COALESCE(SUM(length(body)), 0) FROM payload_bodies) AS BIGINT), \
    CAST((SELECT COALESCE(SUM(length(bytes)), 0) FROM sample_blocks) AS BIGINT) + \
    CAST((SELECT COALESCE(SUM(length(bytes)), 0) FROM rolled_blocks) AS BIGINT)";

pub fn stored(folder: &Path) -> Result<Stored> {
    let all = disk::bytes(folder)?;
    let file = std::fs::read_dir(folder)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.extension().is_some_and(|extension| extension == "sqlite"))
        .ok_or("there is no database in the folder")?;
    let options = SqliteConnectOptions::new().filename(file).read_only(true);
    let (payloads, blocks): (i64, i64) = super::postgres::runtime()?.block_on(async {
        let mut connection = SqliteConnection::connect_with(&options).await?;
        sqlx::query_as(PARTS).fetch_one(&mut connection).await
    })?;
    Ok(Stored { all, payloads: payloads.unsigned_abs(), blocks: blocks.unsigned_abs() })
}
