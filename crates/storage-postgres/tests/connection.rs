//! What only a server has: addresses that lead nowhere, passwords, a description.

#![expect(clippy::expect_used, reason = "helpers of tests may end the test")]

mod server;

use std::path::Path;

use sqlx::migrate::Migrator;
use sqlx::{Connection, PgConnection};
use storage::StoreError;
use storage::contract::Backend;
use storage::contract::samples::observation;
use storage_postgres::PostgresStore;

/// How many migrations there are.
fn migration_count() -> i64 {
    let files = std::fs::read_dir("../../migrations/postgres").expect("migrations").count();
    i64::try_from(files).expect("few migrations")
}

#[tokio::test]
async fn the_server_is_described() -> Result<(), StoreError> {
    let schema = server::Schema::create().await;
    let description = schema.open().await?.describe().await?;
    schema.remove().await;
    assert!(description.engine.starts_with("PostgreSQL "));
    assert_eq!(description.migrations_applied, migration_count());
    assert!(description.bytes.is_some_and(|bytes| bytes > 0));
    Ok(())
}

#[tokio::test]
async fn a_schema_of_the_first_tables_is_brought_up_to_date() -> Result<(), StoreError> {
    let schema = server::Schema::create().await;
    let mut connection = PgConnection::connect(&schema.url()).await.expect("a connection");
    let migrations = Migrator::new(Path::new("../../migrations/postgres")).await.expect("migrations");
    migrations.run_to(1, &mut connection).await.expect("the first tables");
    sqlx::raw_sql(include_str!("first_tables.sql")).execute(&mut connection).await.expect("a row");
    connection.close().await.expect("a closed connection");
    let store = schema.open().await?;
    let (kept, described) = (store.observation("o").await?, store.describe().await?);
    let (first, second) = (store.payload_of_number(1).await?, store.payload_of_number(2).await?);
    let totals = store.source_summaries().await?;
    schema.remove().await;
    assert_eq!(
        first.map(|payload| (payload.id, payload.body, payload.kept_rows)),
        Some(("a".to_owned(), b"{}".to_vec(), 0))
    );
    assert_eq!(
        second.map(|payload| (payload.id, payload.body, payload.kept_rows)),
        Some(("p".to_owned(), b"{}".to_vec(), 1))
    );
    assert_eq!(totals.len(), 1);
    assert_eq!((totals[0].payloads, totals[0].rows, totals[0].bytes), (2, 1, 4));
    assert_eq!(totals[0].last_received_ms, Some(1_700_000_000_000));
    assert_eq!(kept, Some(observation("o", "p")));
    assert_eq!(described.migrations_applied, migration_count());
    Ok(())
}

#[tokio::test]
async fn a_wrong_password_is_refused() {
    let (before, after) = {
        let url = server::url();
        let (credentials, rest) = url.split_once('@').expect("an address with a password");
        let (user, _) = credentials.rsplit_once(':').expect("a password");
        (user.to_owned(), rest.to_owned())
    };
    let outcome = PostgresStore::connect(&format!("{before}:wrong@{after}")).await;
    assert!(matches!(outcome, Err(StoreError::Failed { .. })), "{outcome:?}");
}

#[tokio::test]
async fn a_malformed_address_is_refused() {
    let outcome = PostgresStore::connect("postgres//nowhere").await;
    assert!(matches!(outcome, Err(StoreError::Failed { .. })), "{outcome:?}");
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_unavailable() {
    // Port 1 is one that nothing listens on.
    let outcome = PostgresStore::connect("postgres://nobody@127.0.0.1:1/none").await;
    assert!(matches!(outcome, Err(StoreError::Unavailable { .. })), "{outcome:?}");
}
