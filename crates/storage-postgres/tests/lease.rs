//! One writer at a time: a second one is refused and told who holds the database, and a lost lock never lets two write.

#![expect(clippy::expect_used, clippy::panic, reason = "helpers of tests may end the test")]

mod server;

use std::time::{Duration, Instant};

use sqlx::{Connection, PgConnection};
use storage::contract::Backend;
use storage::contract::samples::{logged_payload, observations, payload};
use storage::transfer::Cell::{Int, Text};
use storage::transfer::{TABLES, Transfer};
use storage::{DocumentStore, ObservationStore, PayloadStore, SampleFlush, SampleStore, StoreError, StoreLifecycle};
use storage_postgres::{PostgresStore, Writer};

const END_HOLDER: &str = "SELECT pg_terminate_backend(pid, 10000) FROM pg_locks
    WHERE locktype = 'advisory' AND objsubid = 2 AND granted
      AND objid = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())";

async fn open(schema: &server::Schema, who: &str, patience_ms: u64) -> Result<PostgresStore, StoreError> {
    let patience = Duration::from_millis(patience_ms);
    PostgresStore::open(&schema.url(), &Writer { who: who.to_owned(), patience, waiting: &|_| () }).await
}

async fn end_holder(schema: &server::Schema) {
    let mut connection = PgConnection::connect(&schema.url()).await.expect("a connection");
    let ended: Vec<bool> = sqlx::query_scalar(END_HOLDER).fetch_all(&mut connection).await.expect("an answer");
    assert_eq!(ended, [true]);
}

fn holder(refused: Result<PostgresStore, StoreError>) -> String {
    match refused {
        Err(StoreError::InUse { by }) => by,
        other => panic!("{other:?}"),
    }
}

fn reason<Kept: std::fmt::Debug>(refused: Result<Kept, StoreError>) -> String {
    match refused {
        Err(StoreError::ReadOnly { reason }) => reason,
        other => panic!("{other:?}"),
    }
}

/// Tries for as long as something that must come may take.
#[expect(clippy::disallowed_methods, reason = "the test measures real time")]
async fn eventually<Made>(what: &str, mut ask: impl AsyncFnMut() -> Option<Made>) -> Made {
    let began = Instant::now();
    loop {
        if let Some(made) = ask().await {
            return made;
        }
        assert!(began.elapsed() < Duration::from_secs(30), "{what} did not come");
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_writer_is_refused_and_told_who_is_in_and_the_first_goes_on() -> Result<(), StoreError> {
    let schema = server::Schema::create().await;
    let long = format!("inferno-kpi 9.9 on a-computer-with-a-name-of-many-letters.example.org (process {})", 4_711);
    let first = open(&schema, &long, 0).await?;
    let by = holder(open(&schema, "second", 300).await);
    assert!(by.starts_with(&format!("{long} since 20")), "{by}");
    first.record(&payload("p"), &observations("o", "p", 3)).await?;
    // Who reads is let in, and writes nothing.
    let reader = PostgresStore::open_read_only(&schema.url()).await?;
    assert_eq!(reader.points(None, 10).await?.len(), 3);
    assert!(reason(reader.record(&payload("q"), &[]).await).contains("opened to read"));
    first.close().await;
    let second = open(&schema, "second", 0).await?;
    assert_eq!(second.points(None, 10).await?.len(), 3);
    second.record(&payload("q"), &observations("p", "q", 1)).await?;
    second.close().await;
    schema.remove().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_schema_of_the_database_is_another_store() -> Result<(), StoreError> {
    let (one, other) = (server::Schema::create().await, server::Schema::create().await);
    let (first, second) = (open(&one, "first", 0).await?, open(&other, "second", 0).await?);
    first.record(&payload("p"), &[]).await?;
    second.record(&payload("p"), &[]).await?;
    one.remove().await;
    other.remove().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_writer_waits_for_the_first_to_leave_and_says_so() -> Result<(), StoreError> {
    let schema = server::Schema::create().await;
    let first = open(&schema, "first", 0).await?;
    let (told, heard) = std::sync::mpsc::channel();
    let url = schema.url();
    let waits = tokio::spawn(async move {
        let waiting = move |by: &str| drop(told.send(by.to_owned()));
        PostgresStore::open(
            &url,
            &Writer { who: "second".to_owned(), patience: Duration::from_secs(20), waiting: &waiting },
        )
        .await
    });
    let by = tokio::task::spawn_blocking(move || heard.recv()).await.expect("a task").expect("a holder");
    assert!(by.starts_with("first since "), "{by}");
    // As a killed process does: the connection is gone without a word.
    drop(first);
    waits.await.expect("a task")?.record(&payload("p"), &[]).await?;
    schema.remove().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_that_was_lost_is_taken_again_and_writing_goes_on() -> Result<(), StoreError> {
    let schema = server::Schema::create().await;
    let first = open(&schema, "first", 0).await?;
    for round in 0..3 {
        end_holder(&schema).await;
        let id = format!("p{round}");
        first.record(&payload(&id), &observations(&id, &id, 1)).await?;
        // Taken again before it wrote, so that nobody else gets in behind it.
        assert!(holder(open(&schema, "second", 0).await).starts_with("first since "));
    }
    assert_eq!(first.points(None, 10).await?.len(), 3);
    schema.remove().await;
    Ok(())
}

/// Takes the database from a writer whose lock is lost, before that one looks.
async fn take_over(schema: &server::Schema) -> PostgresStore {
    eventually("the database", async || {
        end_holder(schema).await;
        open(schema, "second", 0).await.ok()
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_lost_the_database_to_another_writes_nothing_while_that_one_is_in() -> Result<(), StoreError> {
    let schema = server::Schema::create().await;
    let first = open(&schema, "first", 0).await?;
    first.keep_payloads(&[logged_payload(1)], &[]).await?;
    let second = take_over(&schema).await;
    second.keep_payloads(&[logged_payload(2)], &[]).await?;
    // A flush of what the first one knows would put the watermark above a payload that it does not know.
    let flush = SampleFlush { flushed_payload: 60, ..SampleFlush::default() };
    for refused in [first.flush_samples(&flush).await, first.keep_payloads(&[logged_payload(3)], &[]).await] {
        let reason = reason(refused);
        assert!(reason.contains("taken by second since 20") && reason.contains("restart this one"), "{reason}");
    }
    assert!(first.write_health().obstacle().is_some_and(|obstacle| obstacle.contains("second")));
    let probe = storage::Document { name: "probe".to_owned(), body_json: "1".to_owned(), changed_ms: 1 };
    assert!(reason(first.probe(&probe).await).contains("second"));
    assert_eq!(first.latest_payload().await?, 2);
    assert_eq!(second.flushed_payload().await?, 0);
    second.keep_payloads(&[logged_payload(3)], &[]).await?;
    schema.remove().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_lost_the_database_to_another_writes_nothing_after_that_one_has_left_either() -> Result<(), StoreError> {
    let schema = server::Schema::create().await;
    let first = open(&schema, "first", 0).await?;
    let second = take_over(&schema).await;
    second.record(&payload("p"), &observations("o", "p", 1)).await?;
    second.close().await;
    let reason = reason(first.record(&payload("q"), &observations("r", "q", 1)).await);
    assert!(reason.contains("taken by second"), "{reason}");
    // It lets go of the lock, too: the next one gets in while it still runs.
    let third = eventually("the database", async || open(&schema, "third", 0).await.ok()).await;
    assert_eq!(third.points(None, 10).await?.len(), 1);
    schema.remove().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_under_way_is_ended_before_another_one_reads() -> Result<(), StoreError> {
    let schema = server::Schema::create().await;
    let first = open(&schema, "first", 0).await?;
    let documents = TABLES.iter().find(|table| table.name == "documents").expect("the table");
    let mut writing = first.write_tables().await?;
    writing.put(documents, &[vec![Text("d".to_owned()), Text("{}".to_owned()), Int(1), Int(1), Int(0)]]).await?;
    let second = take_over(&schema).await;
    assert_eq!(second.document("d").await?, None);
    assert!(writing.finish().await.is_err());
    assert_eq!(second.document("d").await?, None);
    schema.remove().await;
    Ok(())
}

#[tokio::test]
async fn a_reader_of_no_tables_is_told_to_start_a_server() {
    let schema = server::Schema::create().await;
    let outcome = PostgresStore::open_read_only(&schema.url()).await;
    schema.remove().await;
    assert!(matches!(&outcome, Err(StoreError::Schema { .. })), "{outcome:?}");
}
