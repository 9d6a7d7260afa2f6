//! A schema copied into another one.

mod server;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sqlx::{Connection, PgConnection};
use storage::contract::Backend;
use storage::contract::filled::{fill, keep_writing};
use storage::transfer::{Copied, DERIVED, TABLES, Table, copy, first_filled};
use storage::{ObservationStore, StoreError};
use storage_postgres::PostgresStore;

#[tokio::test]
async fn every_table_and_column_is_copied() -> Result<(), StoreError> {
    let schema = server::Schema::create().await;
    schema.open().await?.close().await;
    let mut connection = PgConnection::connect(&schema.url()).await.expect("a connection");
    let mut in_database: Vec<(String, String)> = sqlx::query_as(
        "SELECT CAST(table_name AS text), CAST(column_name AS text) FROM information_schema.columns
         WHERE table_schema = current_schema() AND table_name NOT IN ('_sqlx_migrations', 'writer', 'leases')",
    )
    .fetch_all(&mut connection)
    .await
    .expect("the columns");
    schema.remove().await;
    let columns_of = |table: &'static Table| table.columns.iter().map(|it| (table.name.to_owned(), it.name.to_owned()));
    let mut in_list: Vec<(String, String)> = TABLES.iter().flat_map(columns_of).collect();
    in_database.retain(|(table, _)| !DERIVED.contains(&table.as_str()));
    in_list.sort();
    in_database.sort();
    assert_eq!(in_list, in_database, "transfer/tables.rs lists what is copied");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_is_of_one_instant_while_others_write() -> Result<(), StoreError> {
    let (from, to) = (server::Schema::create().await, server::Schema::create().await);
    let server = Arc::new(PostgresStore::connect(&from.url()).await?);
    fill(server.as_ref()).await?;
    let stop = Arc::new(AtomicBool::new(false));
    let (writer, told) = (Arc::clone(&server), Arc::clone(&stop));
    let writing = tokio::spawn(async move { keep_writing(writer.as_ref(), &told).await });
    let target = PostgresStore::connect(&to.url()).await?;
    assert_eq!(first_filled(&target).await?, None);
    let copied = copy(server.as_ref(), &target).await?;
    stop.store(true, Ordering::Relaxed);
    let written = writing.await.expect("a writer")?;
    let same_points = target.observation("o-00000001").await? == server.observation("o-00000001").await?;
    let refused = copy(server.as_ref(), &target).await;
    from.remove().await;
    to.remove().await;
    assert!(copied.iter().all(|it| it.agrees() && it.rows > 0), "{copied:?}");
    let rows_of = |name: &str| copied.iter().find(|it: &&Copied| it.table == name).map_or(0, |it| it.rows);
    let (payloads, bodies, observations) = (rows_of("payloads"), rows_of("payload_bodies"), rows_of("observations"));
    assert_eq!((payloads, bodies), (78 + observations - 2345, payloads));
    assert!(same_points && written > 0 && payloads <= 78 + written);
    assert!(matches!(refused, Err(StoreError::Conflict { .. })), "{refused:?}");
    Ok(())
}
