//! The log of what was added: its numbers are in the order of commits, so that who follows it loses nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::samples::{journal_entry, logged_payload, observations, payload, sample_series};
use super::{Backend, Outcome};
use crate::{Commit, LogEntry, LogKind, Payload, Store, StoreError};

const WRITERS: i64 = 6;
const ROUNDS: i64 = 12;
/// How long a wake-up may take before the fact does not hold.
const PATIENCE: Duration = Duration::from_secs(20);

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> StoreError {
    StoreError::Failed { operation: "run a task", source: Box::new(error) }
}

pub async fn what_is_added_is_numbered_from_one(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    assert_eq!(store.latest_number().await?, 0);
    assert_eq!(store.log_after(0, 10).await?, []);
    store.record(&Payload { number: 9, ..payload("p") }, &observations("o", "p", 3)).await?;
    store.keep_payloads(&[logged_payload(11), logged_payload(10)], &[sample_series(1, "cpu")]).await?;
    let decided = journal_entry("e", 1);
    store.commit(&Commit { entries: vec![decided.clone()], ..Commit::default() }).await?;
    // Refused, or without anything added: no number is taken.
    assert!(store.record(&Payload { number: 9, ..payload("q") }, &[]).await.is_err());
    store.commit(&Commit::default()).await?;
    let entry = |number, kind, subject: &str| LogEntry { number, kind, subject: subject.to_owned() };
    let all = [
        entry(1, LogKind::Payload, "9"),
        entry(2, LogKind::Payload, "11"),
        entry(3, LogKind::Payload, "10"),
        entry(4, LogKind::Journal, &decided.id),
    ];
    assert_eq!(store.log_after(0, 10).await?, all);
    assert_eq!(store.log_after(1, 2).await?, all[1..3]);
    assert_eq!(store.latest_number().await?, 4);
    Ok(())
}

/// Adds something of one of three kinds; gives what the log must say of it.
async fn add(store: &dyn Store, writer: i64, round: i64) -> Result<(LogKind, String), StoreError> {
    let number = 1 + writer + round * WRITERS;
    let id = format!("{writer}-{round}");
    match (writer + round) % 3 {
        0 => {
            store.record(&Payload { number, ..payload(&id) }, &observations(&id, &id, 20)).await?;
        }
        1 => store.keep_payloads(&[logged_payload(number)], &[]).await?,
        _ => {
            let entry = crate::JournalEntry { stream: format!("s{writer}"), ..journal_entry(&id, round) };
            store.commit(&Commit { entries: vec![entry.clone()], ..Commit::default() }).await?;
            return Ok((LogKind::Journal, entry.id));
        }
    }
    Ok((LogKind::Payload, number.to_string()))
}

pub async fn a_reader_of_greater_numbers_loses_nothing_of_writers_at_once(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let writer = |writer: i64| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            let mut added = Vec::new();
            for round in 0..ROUNDS {
                added.push(add(store.as_ref(), writer, round).await?);
            }
            Ok::<_, StoreError>(added)
        })
    };
    let done = Arc::new(AtomicBool::new(false));
    let (following, told) = (Arc::clone(&store), Arc::clone(&done));
    let reader = tokio::spawn(async move {
        let mut seen: Vec<LogEntry> = Vec::new();
        loop {
            // Asked before: what was added until then must be found by the last look.
            let is_last = told.load(Ordering::SeqCst);
            let page = following.log_after(seen.last().map_or(0, |last| last.number), 7).await?;
            if page.is_empty() && is_last {
                return Ok::<_, StoreError>(seen);
            }
            seen.extend(page);
            tokio::task::yield_now().await;
        }
    });
    let writers: Vec<_> = (0..WRITERS).map(writer).collect();
    let mut added = Vec::new();
    for writer in writers {
        added.extend(writer.await.map_err(failed)??);
    }
    done.store(true, Ordering::SeqCst);
    let seen = reader.await.map_err(failed)??;
    let numbers: Vec<i64> = seen.iter().map(|entry| entry.number).collect();
    assert_eq!(numbers, (1..=WRITERS * ROUNDS).collect::<Vec<_>>());
    let mut subjects: Vec<(String, String)> =
        seen.into_iter().map(|entry| (entry.kind.name().to_owned(), entry.subject)).collect();
    let mut added: Vec<(String, String)> =
        added.into_iter().map(|(kind, subject)| (kind.name().to_owned(), subject)).collect();
    subjects.sort();
    added.sort();
    assert_eq!(subjects, added);
    Ok(())
}

pub async fn who_listens_is_woken_by_what_is_added(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let mut listening = store.listen();
    for round in 1..=3 {
        add(store.as_ref(), 0, round).await?;
        while store.log_after(round - 1, 1).await?.is_empty() {
            tokio::time::timeout(PATIENCE, listening.rung()).await.map_err(failed)?;
        }
        tokio::time::timeout(PATIENCE, listening.rung()).await.map_err(failed)?;
    }
    Ok(())
}

pub async fn the_log_goes_on_after_reopening(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    add(store.as_ref(), 0, 0).await?;
    store.close().await;
    drop(store);
    let store = backend.open().await?;
    add(store.as_ref(), 1, 0).await?;
    assert_eq!(store.log_after(0, 9).await?.iter().map(|entry| entry.number).collect::<Vec<_>>(), [1, 2]);
    Ok(())
}
