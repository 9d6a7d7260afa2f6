//! What only `SQLite` has: a file, its settings, and readers in other processes.

#![expect(clippy::expect_used, reason = "helpers of tests may end the test")]

use std::error::Error;
use std::path::{Path, PathBuf};

use sqlx::migrate::Migrator;
use sqlx::{Connection, SqliteConnection};
use storage::contract::samples::{observation, payload};
use storage::{ObservationStore, PayloadStore, StoreError, StoreLifecycle};
use storage_sqlite::SqliteStore;
use tempfile::TempDir;

fn file() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("kpis.sqlite");
    (folder, path)
}

/// How many migrations there are.
fn migration_count() -> i64 {
    let files = std::fs::read_dir("../../migrations/sqlite").expect("migrations").count();
    i64::try_from(files).expect("few migrations")
}

async fn connect(path: &Path) -> SqliteConnection {
    let url = format!("sqlite://{}", path.display());
    SqliteConnection::connect(&url).await.expect("a connection")
}

#[tokio::test]
async fn a_new_file_is_described() -> Result<(), StoreError> {
    let (_folder, path) = file();
    let description = SqliteStore::open(&path).await?.describe().await?;
    assert!(description.engine.starts_with("SQLite 3."));
    assert_eq!(description.migrations_applied, migration_count());
    assert!(description.bytes.is_some_and(|bytes| bytes > 4096));
    Ok(())
}

#[tokio::test]
async fn the_file_is_in_write_ahead_mode() -> Result<(), StoreError> {
    let (_folder, path) = file();
    SqliteStore::open(&path).await?.close().await;
    let mode: String =
        sqlx::query_scalar("PRAGMA journal_mode").fetch_one(&mut connect(&path).await).await.expect("an answer");
    assert_eq!(mode, "wal");
    Ok(())
}

#[tokio::test]
async fn a_reader_sees_what_a_server_commits_while_both_are_open() -> Result<(), StoreError> {
    let (_folder, path) = file();
    let server = SqliteStore::open(&path).await?;
    let reader = SqliteStore::open_read_only(&path).await?;
    assert_eq!(reader.points(None, 10).await?, []);
    server.record(&payload("p"), &[observation("o", "p")]).await?;
    assert_eq!(reader.points(None, 10).await?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_reader_reads_after_the_server_has_gone() -> Result<(), StoreError> {
    let (_folder, path) = file();
    let server = SqliteStore::open(&path).await?;
    server.record(&payload("p"), &[observation("o", "p")]).await?;
    server.close().await;
    let reader = SqliteStore::open_read_only(&path).await?;
    assert_eq!(reader.observation("o").await?, Some(observation("o", "p")));
    Ok(())
}

#[tokio::test]
async fn a_reader_reads_the_log_that_a_killed_server_left() -> Result<(), StoreError> {
    let (_folder, path) = file();
    let server = SqliteStore::open(&path).await?;
    server.record(&payload("p"), &[observation("o", "p")]).await?;
    let (_second_folder, copy) = file();
    for ending in ["", "-wal"] {
        let name = |path: &Path| format!("{}{ending}", path.display());
        std::fs::copy(name(&path), name(&copy)).expect("a copy");
    }
    let reader = SqliteStore::open_read_only(&copy).await?;
    assert_eq!(reader.observation("o").await?, Some(observation("o", "p")));
    Ok(())
}

#[tokio::test]
async fn a_reader_can_not_write() -> Result<(), StoreError> {
    let (_folder, path) = file();
    let server = SqliteStore::open(&path).await?;
    let reader = SqliteStore::open_read_only(&path).await?;
    let outcome = reader.record(&payload("p"), &[]).await;
    let source = outcome.expect_err("a refusal").source().expect("a source").to_string();
    assert!(source.contains("readonly"), "{source}");
    assert_eq!(server.payload("p").await?, None);
    Ok(())
}

#[tokio::test]
async fn a_reader_of_a_missing_file_fails_and_makes_none() {
    let (_folder, path) = file();
    let outcome = SqliteStore::open_read_only(&path).await;
    assert!(matches!(outcome, Err(StoreError::Failed { .. })), "{outcome:?}");
    assert!(!path.exists());
}

#[tokio::test]
async fn tables_of_a_newer_program_are_left_alone() -> Result<(), StoreError> {
    let (_folder, path) = file();
    SqliteStore::open(&path).await?.close().await;
    let mut connection = connect(&path).await;
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'of tomorrow', TRUE, x'00', 0)",
    )
    .execute(&mut connection)
    .await
    .expect("a row");
    let reader = SqliteStore::open_read_only(&path).await;
    assert!(matches!(reader, Err(StoreError::Schema { .. })), "{reader:?}");
    let server = SqliteStore::open(&path).await;
    assert!(matches!(server, Err(StoreError::Schema { .. })), "{server:?}");
    Ok(())
}

#[tokio::test]
async fn a_file_of_the_first_tables_is_brought_up_to_date() -> Result<(), StoreError> {
    let (_folder, path) = file();
    std::fs::write(&path, []).expect("an empty file");
    let mut connection = connect(&path).await;
    let migrations = Migrator::new(Path::new("../../migrations/sqlite")).await.expect("migrations");
    migrations.run_to(1, &mut connection).await.expect("the first tables");
    sqlx::raw_sql(include_str!("first_tables.sql")).execute(&mut connection).await.expect("a row");
    connection.close().await.expect("a closed file");
    let reader = SqliteStore::open_read_only(&path).await;
    assert!(matches!(reader, Err(StoreError::Schema { .. })), "{reader:?}");
    let store = SqliteStore::open(&path).await?;
    assert_eq!(store.observation("o").await?, Some(observation("o", "p")));
    assert_eq!(store.describe().await?.migrations_applied, migration_count());
    for (number, id, kept_rows) in [(1, "a", 0), (2, "p", 1)] {
        let payload = store.payload_of_number(number).await?.expect("a payload");
        assert_eq!((payload.id.as_str(), payload.body.as_slice(), payload.kept_rows), (id, &b"{}"[..], kept_rows));
    }
    let totals = store.source_summaries().await?;
    assert_eq!(totals.len(), 1);
    assert_eq!((totals[0].payloads, totals[0].rows, totals[0].bytes), (2, 1, 4));
    assert_eq!(totals[0].last_received_ms, Some(1_700_000_000_000));
    Ok(())
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_and_kept() {
    let (_folder, path) = file();
    let text = "not a database, but somebody's notes. ".repeat(100);
    std::fs::write(&path, &text).expect("a file");
    let outcome = SqliteStore::open(&path).await;
    assert!(matches!(outcome, Err(StoreError::Failed { .. })), "{outcome:?}");
    assert_eq!(std::fs::read_to_string(&path).expect("a file"), text);
}
