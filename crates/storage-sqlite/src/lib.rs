//! Keeps records in one `SQLite` file. What it does is the port's; here is only how `SQLite` is opened.
//!
//! Write-ahead logging lets readers read while one connection writes, and `synchronous=FULL` flushes the log to disk
//! before a commit returns. The file is never mapped into memory: a disk that fails while mapped memory is read ends the program with a
//! signal instead of an error.

mod blocks;
mod integrity;
mod leases;
mod room;

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Sqlite, SqliteConnection, SqlitePool};
use storage::bell::Bell;
use storage::{InProcessLeases, StoreError, WriteHealth};

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations/sqlite");

/// How long a connection, or another process's lock, is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
const READERS: u32 = 4;
/// Pages of 4 KiB in the log before they are moved to the file: 64 MiB. Payloads of hundreds of kilobytes fill the usual
/// 1,000 pages within a few commits, and moving them flushes the file.
const CHECKPOINT_PAGES: &str = "16384";
/// The log is cut back to this after it was moved.
const LOG_BYTES: &str = "134217728";
/// Each connection's page cache, 16 MiB; negative, as `SQLite` tells KiB from pages.
const CACHE_KIB: &str = "-16384";

/// A [`storage::Store`] in a `SQLite` file.
#[derive(Debug, Clone)]
pub struct SqliteStore {
    /// One connection: `SQLite` has one writer at a time, and waiting in the pool's queue is fair.
    writer: SqlitePool,
    reader: SqlitePool,
    health: WriteHealth,
    bell: Bell,
    leases: InProcessLeases,
    file: PathBuf,
    opened: Option<room::FileIdentity>,
}

storage::implement_store!(
    SqliteStore,
    Sqlite,
    describe: include_str!("../queries/describe.sql"),
    // At once, so that a transaction which has read is never refused when it writes.
    begin_writing: "BEGIN IMMEDIATE",
    is_transient: is_busy,
    stops_every_write: stops_every_write,
    // The lock on the data folder is the program's.
    guard: no_guard,
    before_probe: keep_room,
    closed: nothing_more,
    // One writes at a time, so nothing is ever locked.
    locking: "",
    notify: tell_nobody,
    before_listening: hear_nobody,
);

storage::implement_sample_store!(SqliteStore, prepare_blocks: blocks::prepare, drop_blocks: blocks::drop_old);

storage::implement_point_store!(SqliteStore);

storage::implement_transfer!(
    SqliteStore,
    Sqlite,
    // The instant is that of the first page: the log keeps what it needs of the time before, whoever writes meanwhile.
    begin_reading: "BEGIN",
    // One transaction would fill the log with the whole store; what is left over by an error is a file to delete.
    commit_each_page: true,
    prepare_blocks: blocks::prepare,
);

storage::implement_examine!(SqliteStore, engine_faults: integrity::faults);

impl SqliteStore {
    /// Opens the file, making it and its folder where they are missing, and brings its tables up to date.
    ///
    /// # Errors
    /// [`StoreError::Failed`] when the file can't be made or is no database, [`StoreError::Unavailable`] when another
    /// process keeps it locked, [`StoreError::Schema`] when a newer version of the program has changed its tables.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        if let Some(folder) = path.parent() {
            tokio::fs::create_dir_all(folder).await.map_err(|error| StoreError::Failed {
                operation: "create the database's folder",
                source: Box::new(error),
            })?;
        }
        room::look_for(path)?;
        let options = options(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
            .pragma("journal_size_limit", LOG_BYTES)
            .pragma("cache_size", CACHE_KIB)
            .pragma("mmap_size", "0");
        let failed = store_error("open the database");
        let writer = pool(1).connect_with(options.clone()).await.map_err(&failed)?;
        room::keep_index(path)?;
        MIGRATIONS.run(&writer).await.map_err(migration_error)?;
        let reader = pool(READERS)
            .connect_with(options.create_if_missing(false).pragma("query_only", "ON"))
            .await
            .map_err(&failed)?;
        Ok(Self {
            writer,
            reader,
            health: WriteHealth::default(),
            bell: Bell::default(),
            leases: InProcessLeases::default(),
            file: path.to_owned(),
            opened: room::identity(path),
        })
    }

    /// Opens an existing file to read from, while a server may be writing to it. Every write fails.
    ///
    /// # Errors
    /// [`StoreError::Failed`] when there is no such database, [`StoreError::Schema`] when its tables are older or newer
    /// than this program's.
    pub async fn open_read_only(path: &Path) -> Result<Self, StoreError> {
        let failed = store_error("open the database for reading");
        let reader = pool(1).connect_with(options(path).read_only(true)).await.map_err(&failed)?;
        let newest: Option<i64> = sqlx::query_scalar(include_str!("../queries/schema_version.sql"))
            .fetch_one(&reader)
            .await
            .map_err(&failed)?;
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
        Ok(Self {
            writer: reader.clone(),
            reader,
            health: WriteHealth::default(),
            bell: Bell::default(),
            leases: InProcessLeases::default(),
            file: path.to_owned(),
            opened: room::identity(path),
        })
    }
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(PATIENCE)
        // Rows cross from the connection's thread one by one; a longer queue spares both sides waking up for each.
        .row_buffer_size(1024)
}

/// Connections stay open: opening one reads the schema again, and nothing is won by closing a file.
fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(PATIENCE)
        .idle_timeout(None)
        .max_lifetime(None)
}

fn migration_error(error: sqlx::migrate::MigrateError) -> StoreError {
    match error {
        sqlx::migrate::MigrateError::Execute(error) | sqlx::migrate::MigrateError::ExecuteMigration(error, _) => {
            store_error("bring the tables up to date")(error)
        }
        other => StoreError::Schema { reason: other.to_string() },
    }
}

/// `SQLITE_BUSY` (5) and `SQLITE_LOCKED` (6); the bits above the lowest eight tell the occasion.
fn is_busy(code: &str) -> bool {
    code.parse::<u32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6))
}

async fn no_guard(_store: &SqliteStore, _connection: &mut SqliteConnection) -> Result<(), StoreError> {
    Ok(())
}

/// Who writes is this process, and its own listeners are told by the port.
async fn tell_nobody(_connection: &mut SqliteConnection, _number: i64) -> Result<(), sqlx::Error> {
    Ok(())
}

fn hear_nobody(_store: &SqliteStore) {}

#[expect(clippy::unused_async, reason = "as the port asks for it")]
async fn nothing_more(_store: &SqliteStore) {}

/// The log may have grown since the last probe, and the file may have been taken away.
async fn keep_room(store: &SqliteStore) -> Result<(), StoreError> {
    let (file, opened) = (store.file.clone(), store.opened);
    tokio::task::spawn_blocking(move || room::is_still(&file, opened).and_then(|()| room::keep_index(&file)))
        .await
        .map_err(|error| StoreError::Failed {
            operation: "keep room for the index of the log",
            source: Box::new(error),
        })?
}

/// No memory, no right to write, an I/O error, a damaged file, a full disk, a file that can't be opened or is no database.
fn stops_every_write(code: &str) -> bool {
    code.parse::<u32>().is_ok_and(|code| matches!(code & 0xff, 3 | 7 | 8 | 10 | 11 | 13 | 14 | 26))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_held_by_somebody_else_may_pass_but_a_full_disk_does_not() {
        let (busy, busy_with_an_old_snapshot, full) = ("5", "517", "13");
        assert!(is_busy(busy));
        assert!(is_busy(busy_with_an_old_snapshot));
        assert!(!is_busy(full));
        assert!(stops_every_write(full));
        assert!(!stops_every_write(busy));
    }

    #[tokio::test]
    async fn a_commit_is_flushed_to_disk_before_it_returns() -> Result<(), StoreError> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = SqliteStore::open(&folder.path().join("kpis.sqlite")).await?;
        let full = 2;
        let synchronous: i64 =
            sqlx::query_scalar("PRAGMA synchronous").fetch_one(&store.writer).await.expect("an answer");
        assert_eq!(synchronous, full);
        Ok(())
    }

    #[tokio::test]
    async fn after_a_full_disk_every_acknowledgement_is_there_for_other_connections() -> Result<(), StoreError> {
        use storage::contract::samples::{observations, payload};
        use storage::{ObservationStore as _, StoreLifecycle as _};
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("kpis.sqlite");
        let store = SqliteStore::open(&file).await?;
        for round in 0..4 {
            // The limit is the connection's: it ends with it, as a full disk does when somebody makes room.
            let pages: i64 = sqlx::query_scalar("PRAGMA page_count").fetch_one(&store.writer).await.expect("pages");
            let limit = format!("PRAGMA max_page_count = {pages}");
            sqlx::query(sqlx::AssertSqlSafe(limit)).execute(&store.writer).await.expect("a limit");
            let id = format!("full-{round}");
            let refused = store.record(&payload(&id), &observations(&id, &id, 2_000)).await;
            assert!(matches!(refused, Err(StoreError::Failed { .. })), "{refused:?}");
            let closed = store.record(&payload("closed"), &[]).await;
            assert!(matches!(closed, Err(StoreError::ReadOnly { .. })), "{closed:?}");
            store.write_health().open();
            let id = format!("kept-{round}");
            store.record(&payload(&id), &observations(&id, &id, 100)).await?;
            let other = SqliteStore::open_read_only(&file).await?;
            assert_eq!(other.points(None, 10_000).await?.len(), 100 * (round + 1), "round {round}");
        }
        Ok(())
    }

    #[tokio::test]
    async fn a_file_that_was_taken_away_is_noticed() -> Result<(), StoreError> {
        use storage::StoreLifecycle as _;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("kpis.sqlite");
        let store = SqliteStore::open(&file).await?;
        let probe = storage::Document { name: "probe".to_owned(), body_json: "1".to_owned(), changed_ms: 1 };
        store.probe(&probe).await?;
        std::fs::rename(&file, folder.path().join("elsewhere")).expect("a new name");
        let missing = store.probe(&probe).await;
        assert!(matches!(missing, Err(StoreError::Failed { .. })), "{missing:?}");
        std::fs::write(&file, b"").expect("another file");
        let replaced = store.probe(&probe).await;
        assert!(matches!(replaced, Err(StoreError::Failed { .. })), "{replaced:?}");
        Ok(())
    }

    #[tokio::test]
    async fn a_write_that_is_given_up_leaves_no_transaction_behind() -> Result<(), StoreError> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = SqliteStore::open(&folder.path().join("kpis.sqlite")).await?;
        for _ in 0..3 {
            let write = store.begin_write("give up").await?;
            drop(write);
        }
        store.begin_write("go on").await?.commit().await.map_err(store_error("go on"))
    }

    #[tokio::test]
    async fn readers_of_a_server_can_not_write() -> Result<(), StoreError> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = SqliteStore::open(&folder.path().join("kpis.sqlite")).await?;
        let outcome = sqlx::query("DELETE FROM payloads").execute(&store.reader).await;
        assert!(outcome.is_err(), "{outcome:?}");
        Ok(())
    }
}
