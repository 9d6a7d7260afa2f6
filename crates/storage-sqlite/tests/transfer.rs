//! A file copied into another one.

#![expect(clippy::expect_used, reason = "helpers of tests may end the test")]

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sqlx::{Connection, SqliteConnection};
use storage::contract::filled::{fill, keep_writing};
use storage::transfer::{DERIVED, TABLES, Table, copy, first_filled};
use storage::{ObservationStore, PayloadStore, SampleStore, StoreError, StoreLifecycle};
use storage_sqlite::SqliteStore;
use tempfile::TempDir;

fn files() -> (TempDir, PathBuf, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (from, to) = (folder.path().join("from.sqlite"), folder.path().join("to.sqlite"));
    (folder, from, to)
}

#[tokio::test]
async fn every_table_and_column_is_copied() -> Result<(), StoreError> {
    let (_folder, path, _) = files();
    SqliteStore::open(&path).await?.close().await;
    let mut connection =
        SqliteConnection::connect(&format!("sqlite://{}", path.display())).await.expect("a connection");
    let in_database: Vec<(String, String)> = sqlx::query_as(
        "SELECT tables.name, columns.name FROM pragma_table_list() AS tables, pragma_table_info(tables.name) AS columns
         WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite_%' AND tables.name <> '_sqlx_migrations'",
    )
    .fetch_all(&mut connection)
    .await
    .expect("the columns");
    let columns_of = |table: &'static Table| table.columns.iter().map(|it| (table.name.to_owned(), it.name.to_owned()));
    let mut in_list: Vec<(String, String)> = TABLES.iter().flat_map(columns_of).collect();
    let mut in_database = in_database;
    in_database.retain(|(table, _)| !DERIVED.contains(&table.as_str()));
    in_list.sort();
    in_database.sort();
    assert_eq!(in_list, in_database, "transfer/tables.rs lists what is copied");
    Ok(())
}

#[tokio::test]
async fn a_copy_holds_what_the_store_holds() -> Result<(), StoreError> {
    let (_folder, from, to) = files();
    let (from, to) = (SqliteStore::open(&from).await?, SqliteStore::open(&to).await?);
    assert_eq!(first_filled(&to).await?, None);
    fill(&from).await?;
    let copied = copy(&from, &to).await?;
    assert!(copied.iter().all(|it| it.agrees() && it.rows > 0), "{copied:?}");
    assert_eq!(first_filled(&to).await?, Some("payloads"));
    assert_eq!(to.payload("p").await?, from.payload("p").await?);
    assert_eq!(to.points(None, 3000).await?, from.points(None, 3000).await?);
    assert_eq!(to.blocks(1, i64::MIN, i64::MAX).await?, from.blocks(1, i64::MIN, i64::MAX).await?);
    // Copied once more, the rows are there already.
    let again = copy(&from, &to).await;
    assert!(matches!(again, Err(StoreError::Conflict { .. })), "{again:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_is_of_one_instant_while_others_write() -> Result<(), StoreError> {
    let (_folder, path, to) = files();
    let server = Arc::new(SqliteStore::open(&path).await?);
    fill(server.as_ref()).await?;
    let stop = Arc::new(AtomicBool::new(false));
    let (writer, told) = (Arc::clone(&server), Arc::clone(&stop));
    let writing = tokio::spawn(async move { keep_writing(writer.as_ref(), &told).await });
    let to = SqliteStore::open(&to).await?;
    let copied = copy(&SqliteStore::open_read_only(&path).await?, &to).await?;
    stop.store(true, Ordering::Relaxed);
    let written = writing.await.expect("a writer")?;
    assert!(copied.iter().all(storage::transfer::Copied::agrees), "{copied:?}");
    let rows_of = |name: &str| copied.iter().find(|it| it.table == name).map_or(0, |it| it.rows);
    // Each of these transactions keeps a payload with a body and an observation.
    let (payloads, bodies, observations) = (rows_of("payloads"), rows_of("payload_bodies"), rows_of("observations"));
    assert_eq!((payloads, bodies), (78 + observations - 2345, payloads));
    assert!(written > 0 && payloads <= 78 + written);
    Ok(())
}
