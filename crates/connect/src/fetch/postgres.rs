//! Rows of `PostgreSQL`, read in a transaction that can't write. The database itself writes each row as JSON.

use std::time::Duration;

use formats::Limits;
use futures::TryStreamExt as _;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};

use super::{Failure, Fetched};

/// The address of a database as options.
pub(crate) fn options(address: &str) -> Result<PgConnectOptions, sqlx::Error> {
    Ok(address.parse::<PgConnectOptions>()?.application_name("inferno-kpi"))
}

/// The rows of a query as NDJSON.
pub(super) async fn rows(address: &str, query: &str, timeout: Duration, limits: &Limits) -> Result<Fetched, Failure> {
    let options = options(address).map_err(|_| Failure::new("the address of the database can't be read"))?;
    let mut connection = PgConnection::connect_with(&options).await.map_err(|error| told(&error))?;
    let fetched = read(&mut connection, query, timeout, limits).await;
    // The connection ends either way.
    let _ = connection.close().await;
    fetched
}

async fn read(
    connection: &mut PgConnection,
    query: &str,
    timeout: Duration,
    limits: &Limits,
) -> Result<Fetched, Failure> {
    connection.execute("BEGIN TRANSACTION READ ONLY").await.map_err(|error| told(&error))?;
    let set = format!("SET LOCAL statement_timeout = {}; SET LOCAL TIME ZONE 'UTC'", timeout.as_millis());
    connection.execute(AssertSqlSafe(set)).await.map_err(|error| told(&error))?;
    // As a part of another query it can be nothing but a query. The line break ends a comment.
    let query = query.trim().trim_end_matches(';');
    let text =
        format!("SELECT row_to_json(row_of_query)::text FROM (\n{query}\n) AS row_of_query LIMIT {}", limits.rows + 1);
    let mut fetched = Fetched { content_type: "application/x-ndjson".to_owned(), body: Vec::new() };
    let mut count = 0;
    let mut rows = sqlx::query_scalar::<_, String>(AssertSqlSafe(text)).fetch(connection);
    while let Some(row) = rows.try_next().await.map_err(|error| told(&error))? {
        count += 1;
        if count > limits.rows {
            return Err(Failure::TooLarge { limit: format!("{} rows", limits.rows) });
        }
        if fetched.body.len() + row.len() >= limits.body_bytes {
            return Err(Failure::TooLarge { limit: format!("{} bytes", limits.body_bytes) });
        }
        fetched.body.extend_from_slice(row.as_bytes());
        fetched.body.push(b'\n');
    }
    Ok(fetched)
}

fn told(error: &sqlx::Error) -> Failure {
    Failure::new(match error {
        sqlx::Error::Database(error) => format!("the database answers {}", error.message()),
        sqlx::Error::Io(error) => format!("the database can't be reached: {}", error.kind()),
        sqlx::Error::Tls(_) => "the database has no certificate that is trusted here".to_owned(),
        _ => "the database gave no whole answer".to_owned(),
    })
}
