//! A database of a `PostgreSQL` server, dropped where it is let go of.

use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};
use tokio::runtime::Runtime;

use super::Stored;
use super::sqlite::PARTS;
use crate::Result;

static NUMBER: AtomicU32 = AtomicU32::new(1);

pub struct Database {
    server_url: String,
    name: String,
    /// Where it is.
    pub url: String,
    /// The server's first process, the parent of all others.
    pub process: u32,
}

pub fn runtime() -> Result<Runtime> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().build()?)
}

impl Database {
    pub fn create(server_url: &str) -> Result<Self> {
        let name = format!("samples_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let (before, _) = server_url.rsplit_once('/').ok_or("the address of PostgreSQL names no database")?;
        let url = format!("{before}/{name}");
        let process = runtime()?.block_on(async {
            let mut connection = PgConnection::connect(server_url).await?;
            connection.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await?;
            let own: i32 = sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut connection).await?;
            crate::process::parent(own.unsigned_abs())
        })?;
        Ok(Self { server_url: server_url.to_owned(), name, url, process })
    }

    pub fn stored(&self) -> Result<Stored> {
        let (all, payloads, blocks) = runtime()?.block_on(async {
            let mut connection = PgConnection::connect(&self.url).await?;
            connection.execute("CHECKPOINT").await?;
            let all: i64 =
                sqlx::query_scalar("SELECT pg_database_size(current_database())").fetch_one(&mut connection).await?;
            let (payloads, blocks): (i64, i64) = sqlx::query_as(PARTS).fetch_one(&mut connection).await?;
            Result::Ok((all, payloads, blocks))
        })?;
        Ok(Stored { all: all.unsigned_abs(), payloads: payloads.unsigned_abs(), blocks: blocks.unsigned_abs() })
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let dropped = runtime().and_then(|runtime| {
            runtime.block_on(async {
                let mut connection = PgConnection::connect(&self.server_url).await?;
                let statement = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
                connection.execute(AssertSqlSafe(statement)).await?;
                Result::Ok(())
            })
        });
        if let Err(error) = dropped {
            eprintln!("sample-load: {} stays: {error}", self.name);
        }
    }
}
