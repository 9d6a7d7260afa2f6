//! Keeps records in a `PostgreSQL` database. What it does is the port's; here is only how one connects.
//!
//! An acknowledged write is on disk as long as the server runs with `fsync` and `synchronous_commit` on, which is how
//! `PostgreSQL` comes; neither is set from here, so that an administrator's stricter choice stands.

mod blocks;
mod part;
mod unresolved;

use std::time::Duration;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection, PgConnection, PgPool, Postgres};
use storage::{StoreError, WriteHealth};

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations/postgres");

/// How long a connection is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
const CONNECTIONS: u32 = 10;

/// A [`storage::Store`] in a `PostgreSQL` database.
#[derive(Debug, Clone)]
pub struct PostgresStore {
    writer: PgPool,
    reader: PgPool,
    health: WriteHealth,
    /// Under which name the database lists this store's connections; no other store has it.
    name: String,
}

storage::implement_store!(
    PostgresStore,
    Postgres,
    describe: include_str!("../queries/describe.sql"),
    begin_writing: "BEGIN",
    is_transient: is_transient,
    stops_every_write: stops_every_write,
    before_probe: unresolved::end,
);

storage::implement_sample_store!(PostgresStore, prepare_blocks: blocks::prepare, drop_blocks: blocks::drop_old);

storage::implement_transfer!(
    PostgresStore,
    Postgres,
    begin_reading: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    commit_each_page: false,
    prepare_blocks: blocks::prepare,
);

impl PostgresStore {
    /// Connects to `postgres://user:password@host:port/database` and brings the tables up to date.
    ///
    /// The connection is encrypted where the server offers it; `?sslmode=verify-full` insists on it, checking the
    /// server's name against the certificates that the system trusts (or `&sslrootcert=FILE`).
    ///
    /// # Errors
    /// [`StoreError::Failed`] for a malformed address, a wrong password or a missing database,
    /// [`StoreError::Unavailable`] when no server answers, [`StoreError::Schema`] when a newer version of the program
    /// has changed the tables.
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        let failed = store_error("connect to the database");
        let name = unresolved::name();
        let options: PgConnectOptions = url.parse().map_err(&failed)?;
        let options = options.application_name(&name);
        // Not through the pool: it would try again until its time is up and then not say what was wrong.
        let connection = tokio::time::timeout(PATIENCE, PgConnection::connect_with(&options))
            .await
            .map_err(|_elapsed| failed(sqlx::Error::PoolTimedOut))?
            .map_err(&failed)?;
        connection.close().await.map_err(&failed)?;
        let pool =
            PgPoolOptions::new().max_connections(CONNECTIONS).acquire_timeout(PATIENCE).connect_lazy_with(options);
        MIGRATIONS.run(&pool).await.map_err(|error| match error {
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => {
                store_error("bring the tables up to date")(error)
            }
            other => StoreError::Schema { reason: other.to_string() },
        })?;
        Ok(Self { writer: pool.clone(), reader: pool, health: WriteHealth::default(), name })
    }
}

/// Lost connections (08), conflicts between transactions (40), exhausted resources other than a full disk (53), and a
/// server that is starting or stopping (57P).
fn is_transient(code: &str) -> bool {
    let full_disk = "53100";
    code != full_disk && ["08", "40", "53", "57P"].iter().any(|class| code.starts_with(class))
}

/// A lost connection (08), a role that may not write or a database that is read-only (25006, 42501), exhausted resources such as the
/// disk (53), a server that is starting or stopping (57P), an error of its system (58) or inside of it (XX).
fn stops_every_write(code: &str) -> bool {
    ["08", "25006", "42501", "53", "57P", "58", "XX"].iter().any(|class| code.starts_with(class))
}

#[cfg(test)]
mod tests {
    use super::{is_transient, stops_every_write};

    #[test]
    fn a_deadlock_and_too_many_connections_may_pass_but_a_full_disk_does_not() {
        assert!(is_transient("40P01"));
        assert!(is_transient("53300"));
        assert!(!is_transient("53100"));
        assert!(!is_transient("23505"));
        assert!(stops_every_write("53100"));
        assert!(!stops_every_write("40P01"));
        assert!(!stops_every_write("23505"));
    }
}
