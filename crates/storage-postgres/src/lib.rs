//! Keeps records in a `PostgreSQL` database. What it does is the port's; here is only how one connects.
//!
//! An acknowledged write is on disk as long as the server runs with `fsync` and `synchronous_commit` on, which is how
//! `PostgreSQL` comes; neither is set from here, so that an administrator's stricter choice stands.

mod blocks;
mod integrity;
mod lease;
mod leases;
mod notifications;
mod part;
mod unresolved;

use std::sync::Arc;
use std::time::Duration;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection, PgConnection, PgPool, Postgres};
use storage::bell::Bell;
use storage::{StoreError, WriteHealth};

use crate::lease::Lease;
pub use crate::lease::Writer;
use crate::notifications::Hearing;

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations/postgres");

/// How long a connection is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
const CONNECTIONS: u32 = 10;
const NO_SUCH_TABLE: &str = "42P01";

/// A [`storage::Store`] in a `PostgreSQL` database.
#[derive(Debug, Clone)]
pub struct PostgresStore {
    writer: PgPool,
    reader: PgPool,
    health: WriteHealth,
    bell: Bell,
    hearing: Arc<Hearing>,
    /// Under which name the database lists this store's connections; no other store has it.
    name: String,
    /// The right to write; `None` where the store was opened to read.
    lease: Option<Arc<Lease>>,
}

storage::implement_store!(
    PostgresStore,
    Postgres,
    describe: include_str!("../queries/describe.sql"),
    begin_writing: "BEGIN",
    is_transient: is_transient,
    stops_every_write: stops_every_write,
    guard: lease::guard,
    before_probe: unresolved::end,
    closed: close,
    locking: "FOR UPDATE SKIP LOCKED",
    notify: notifications::notify,
    before_listening: notifications::begin,
);

storage::implement_sample_store!(PostgresStore, prepare_blocks: blocks::prepare, drop_blocks: blocks::drop_old);

storage::implement_point_store!(PostgresStore);

storage::implement_transfer!(
    PostgresStore,
    Postgres,
    begin_reading: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    commit_each_page: false,
    prepare_blocks: blocks::prepare,
);

storage::implement_examine!(PostgresStore, engine_faults: integrity::faults);

impl PostgresStore {
    /// As [`PostgresStore::open`], for a writer without a name that tells nobody whom it waits for.
    ///
    /// # Errors
    /// As [`PostgresStore::open`].
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        let who = format!("a program (process {})", std::process::id());
        Self::open(url, &Writer { who, patience: PATIENCE, waiting: &|_| () }).await
    }

    /// Connects to `postgres://user:password@host:port/database` to write, and brings the tables up to date. Until the store is
    /// closed or dropped nobody else is let in to write.
    ///
    /// The connection is encrypted where the server offers it; `?sslmode=verify-full` insists on it, checking the
    /// server's name against the certificates that the system trusts (or `&sslrootcert=FILE`).
    ///
    /// # Errors
    /// [`StoreError::Failed`] for a malformed address, a wrong password or a missing database,
    /// [`StoreError::Unavailable`] when no server answers, [`StoreError::InUse`] when another process writes to the database,
    /// [`StoreError::Schema`] when a newer version of the program has changed the tables.
    pub async fn open(url: &str, writer: &Writer<'_>) -> Result<Self, StoreError> {
        let name = unresolved::name();
        let options = options(url)?;
        let locked = lease::lock(&options, writer).await?;
        let hearing = Hearing::new(options.clone().application_name(&format!("{name} log")));
        let pool = pool(options.application_name(&name));
        MIGRATIONS.run(&pool).await.map_err(migration_error)?;
        let health = WriteHealth::default();
        let lease = locked.take(&writer.who, health.clone()).await?;
        let bell = Bell::default();
        Ok(Self { writer: pool.clone(), reader: pool, health, bell, hearing, name, lease: Some(lease) })
    }

    /// Connects to read, while a server may be writing. Every write fails.
    ///
    /// # Errors
    /// As [`PostgresStore::open`]; [`StoreError::Schema`] also where the tables are older than this program's, or not made yet.
    pub async fn open_read_only(url: &str) -> Result<Self, StoreError> {
        let options = options(url)?.options([("default_transaction_read_only", "on")]);
        let mut connection = connection(&options).await?;
        let newest: Result<Option<i64>, sqlx::Error> =
            sqlx::query_scalar("SELECT MAX(version) FROM _sqlx_migrations").fetch_one(&mut connection).await;
        let newest = match newest {
            Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some(NO_SUCH_TABLE) => None,
            other => other.map_err(store_error("read the version of the tables"))?,
        };
        let ours = MIGRATIONS.iter().map(|migration| migration.version).max();
        if newest != ours {
            return Err(StoreError::Schema {
                reason: format!(
                    "they are of version {}, the program's are of version {}; start the newer one of the two once",
                    newest.unwrap_or_default(),
                    ours.unwrap_or_default(),
                ),
            });
        }
        // Whether it closes well or not, it is not needed any more.
        let _ = connection.close().await;
        let name = unresolved::name();
        let hearing = Hearing::new(options.clone().application_name(&format!("{name} log")));
        let pool = pool(options.application_name(&name));
        let health = WriteHealth::default();
        health.close("the database was opened to read");
        let bell = Bell::default();
        Ok(Self { writer: pool.clone(), reader: pool, health, bell, hearing, name, lease: None })
    }
}

/// Lets others in, and hears of them no more.
async fn close(store: &PostgresStore) {
    store.hearing.close();
    lease::release(store).await;
}

/// What the address says, and how soon the server notices that this computer is gone: what it held is free for others then.
fn options(url: &str) -> Result<PgConnectOptions, StoreError> {
    let options: PgConnectOptions = url.parse().map_err(store_error("connect to the database"))?;
    Ok(options.options([
        ("tcp_keepalives_idle", "10"),
        ("tcp_keepalives_interval", "5"),
        ("tcp_keepalives_count", "3"),
    ]))
}

/// A connection of its own. Not through a pool: it would try again until its time is up and then not say what was wrong.
async fn connection(options: &PgConnectOptions) -> Result<PgConnection, StoreError> {
    let failed = store_error("connect to the database");
    tokio::time::timeout(PATIENCE, PgConnection::connect_with(options))
        .await
        .map_err(|_elapsed| failed(sqlx::Error::PoolTimedOut))?
        .map_err(&failed)
}

fn pool(options: PgConnectOptions) -> PgPool {
    PgPoolOptions::new().max_connections(CONNECTIONS).acquire_timeout(PATIENCE).connect_lazy_with(options)
}

fn migration_error(error: MigrateError) -> StoreError {
    match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => {
            store_error("bring the tables up to date")(error)
        }
        other => StoreError::Schema { reason: other.to_string() },
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
