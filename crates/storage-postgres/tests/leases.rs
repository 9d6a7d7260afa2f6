//! Leases among several who want them, by the database's clock; and wake-ups from one process to another.

#![expect(clippy::expect_used, reason = "helpers of tests may end the test")]

mod server;

use std::sync::Arc;
use std::time::Duration;

use sqlx::{Connection, PgConnection};
use storage::contract::Backend;
use storage::contract::samples::{observations, payload};
use storage::{ChangeFeed, ObservationStore, StoreError};
use storage_postgres::PostgresStore;

const MINUTE_MS: i64 = 60_000;
/// Shorter than a wake-up without a reason takes.
const PATIENCE: Duration = Duration::from_secs(15);

#[tokio::test]
async fn a_lease_that_is_held_is_refused_to_others_and_free_when_its_time_is_over() -> Result<(), StoreError> {
    let schema = server::Schema::create().await;
    let store = schema.open().await?;
    let first = store.take_lease("alerts", "a", MINUTE_MS).await?.expect("a lease");
    let refused = store.take_lease("alerts", "b", MINUTE_MS).await?;
    // Held for no time from now on: it is over at once.
    let over = store.take_lease("alerts", "a", 0).await?.expect("the same lease");
    let held_still = store.lease_holds(&over).await?;
    let second = store.take_lease("alerts", "b", MINUTE_MS).await?.expect("a lease");
    let back = store.take_lease("alerts", "a", MINUTE_MS).await?;
    let held = (store.lease_holds(&first).await?, store.lease_holds(&second).await?);
    schema.remove().await;
    assert_eq!((refused, back), (None, None));
    assert_eq!(over.epoch, first.epoch);
    assert!(!held_still && second.epoch > first.epoch);
    assert_eq!(held, (false, true));
    Ok(())
}

#[tokio::test]
async fn one_that_comes_back_after_its_time_has_another_number() -> Result<(), StoreError> {
    let schema = server::Schema::create().await;
    let store = schema.open().await?;
    let first = store.take_lease("alerts", "a", 0).await?.expect("a lease");
    let again = store.take_lease("alerts", "a", MINUTE_MS).await?.expect("a lease");
    schema.remove().await;
    assert!(again.epoch > first.epoch);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_want_a_lease_at_once_one_has_it() -> Result<(), StoreError> {
    let schema = server::Schema::create().await;
    let store = schema.open().await?;
    let mut won = Vec::new();
    for round in 0..5 {
        let wants = |holder: i32| {
            let store = Arc::clone(&store);
            let name = format!("round {round}");
            tokio::spawn(async move { store.take_lease(&name, &format!("holder {holder}"), MINUTE_MS).await })
        };
        let tasks: Vec<_> = (0..8).map(wants).collect();
        let mut taken = Vec::new();
        for task in tasks {
            taken.extend(task.await.expect("an end")?);
        }
        won.push(taken);
    }
    schema.remove().await;
    assert!(won.iter().all(|taken| taken.len() == 1), "{won:?}");
    let mut epochs: Vec<i64> = won.iter().flatten().map(|lease| lease.epoch).collect();
    epochs.sort_unstable();
    epochs.dedup();
    assert_eq!(epochs.len(), 5);
    Ok(())
}

#[tokio::test]
async fn a_server_that_takes_the_database_takes_its_leases() -> Result<(), StoreError> {
    let schema = server::Schema::create().await;
    let store = schema.open().await?;
    let first = store.take_lease("alerts", "a", MINUTE_MS).await?.expect("a lease");
    store.close().await;
    drop(store);
    let store = schema.open().await?;
    let second = store.take_lease("alerts", "b", MINUTE_MS).await?.expect("a lease");
    schema.remove().await;
    assert!(second.epoch > first.epoch);
    Ok(())
}

/// Waits until the log goes on behind a number.
async fn wait_for(reader: &PostgresStore, after: i64) -> Result<(), StoreError> {
    let mut listening = reader.listen();
    let waited = tokio::time::timeout(PATIENCE, async {
        while reader.log_after(after, 1).await?.is_empty() {
            listening.rung().await;
        }
        Ok(())
    });
    waited.await.expect("a wake-up in time")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_process_is_woken_also_after_its_connection_was_lost() -> Result<(), StoreError> {
    let schema = server::Schema::create().await;
    let writer = PostgresStore::connect(&schema.url()).await?;
    let reader = Arc::new(PostgresStore::open_read_only(&schema.url()).await?);
    for round in 0..2 {
        let waiting = Arc::clone(&reader);
        let waits = tokio::spawn(async move { wait_for(&waiting, round).await });
        // Most of the time the reader listens by now; where it does not yet, its first look finds it.
        tokio::task::yield_now().await;
        let id = format!("p{round}");
        writer.record(&payload(&id), &observations(&id, &id, 1)).await?;
        waits.await.expect("an end")?;
        let mut connection = PgConnection::connect(&schema.url()).await.expect("a connection");
        let ended: i64 = sqlx::query_scalar(
            "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity
             WHERE application_name LIKE 'inferno-kpi % log' AND query LIKE 'LISTEN%'",
        )
        .fetch_one(&mut connection)
        .await
        .expect("an answer");
        assert!(ended >= 1, "the reader listens on a connection of its own");
    }
    schema.remove().await;
    Ok(())
}
