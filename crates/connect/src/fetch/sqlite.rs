//! Rows of a `SQLite` file, which is opened for reading alone.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use formats::Limits;
use futures::TryStreamExt as _;
use serde_json::{Map, Value};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteRow};
use sqlx::{AssertSqlSafe, Column as _, Connection as _, Row as _, TypeInfo as _, ValueRef as _};

use super::{Failure, Fetched};

/// Instructions of `SQLite`'s machine between two looks at whether anybody still waits.
const INSTRUCTIONS: i32 = 10_000;
/// How long another's lock is waited for.
const PATIENCE: Duration = Duration::from_secs(2);

/// Ends a query that nobody waits for any more.
struct EndsWithMe(Arc<AtomicBool>);

impl Drop for EndsWithMe {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// The rows of a query as NDJSON.
pub(super) async fn rows(file: &str, query: &str, limits: &Limits) -> Result<Fetched, Failure> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .read_only(true)
        .create_if_missing(false)
        .busy_timeout(PATIENCE)
        .pragma("query_only", "ON")
        .pragma("trusted_schema", "OFF");
    let mut connection = SqliteConnection::connect_with(&options).await.map_err(|error| told(&error))?;
    let is_over = EndsWithMe(Arc::default());
    let seen = Arc::clone(&is_over.0);
    let mut handle = connection.lock_handle().await.map_err(|error| told(&error))?;
    handle.set_progress_handler(INSTRUCTIONS, move || !seen.load(Ordering::Relaxed));
    drop(handle);
    let fetched = read(&mut connection, query, limits).await;
    // The connection ends either way.
    let _ = connection.close().await;
    fetched
}

async fn read(connection: &mut SqliteConnection, query: &str, limits: &Limits) -> Result<Fetched, Failure> {
    // As a part of another query it can be nothing but a query. The line break ends a comment.
    let query = query.trim().trim_end_matches(';');
    let text = format!("SELECT * FROM (\n{query}\n) LIMIT {}", limits.rows + 1);
    let mut fetched = Fetched { content_type: "application/x-ndjson".to_owned(), body: Vec::new() };
    let mut count = 0;
    let mut rows = sqlx::query(AssertSqlSafe(text)).fetch(connection);
    while let Some(row) = rows.try_next().await.map_err(|error| told(&error))? {
        count += 1;
        if count > limits.rows {
            return Err(Failure::TooLarge { limit: format!("{} rows", limits.rows) });
        }
        let line = Value::Object(object(&row).map_err(|error| told(&error))?).to_string();
        if fetched.body.len() + line.len() >= limits.body_bytes {
            return Err(Failure::TooLarge { limit: format!("{} bytes", limits.body_bytes) });
        }
        fetched.body.extend_from_slice(line.as_bytes());
        fetched.body.push(b'\n');
    }
    Ok(fetched)
}

/// A row by the types that its values have; bytes are left out.
fn object(row: &SqliteRow) -> Result<Map<String, Value>, sqlx::Error> {
    let mut object = Map::new();
    for (index, column) in row.columns().iter().enumerate() {
        let raw = row.try_get_raw(index)?;
        if raw.is_null() {
            object.insert(column.name().to_owned(), Value::Null);
            continue;
        }
        let value = match raw.type_info().name() {
            "TEXT" => Value::from(row.try_get_unchecked::<String, _>(index)?),
            "BLOB" => continue,
            "REAL" => Value::from(row.try_get_unchecked::<f64, _>(index)?),
            _ => Value::from(row.try_get_unchecked::<i64, _>(index)?),
        };
        object.insert(column.name().to_owned(), value);
    }
    Ok(object)
}

fn told(error: &sqlx::Error) -> Failure {
    Failure::new(match error {
        sqlx::Error::Database(error) => format!("the database answers {}", error.message()),
        sqlx::Error::Io(error) => format!("the database's file can't be read: {}", error.kind()),
        _ => "the database gave no whole answer".to_owned(),
    })
}
