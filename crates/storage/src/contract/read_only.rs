//! A store that takes no writes: every one is refused with the reason, reading goes on, and a probe gets through.

use super::samples::{
    benchmark_run, block, journal_entry, logged_payload, message, observations, payload, sample_series,
};
use super::{Backend, Outcome};
use crate::{Commit, Document, PayloadState, PayloadVerdict, SampleFlush, StoreError};

const REASON: &str = "the disk is full";

fn refused<Kept: std::fmt::Debug>(operation: &str, outcome: Result<Kept, StoreError>) {
    match outcome {
        Err(StoreError::ReadOnly { reason }) => assert_eq!(reason, REASON, "{operation}"),
        other => panic!("{operation}: {other:?}"),
    }
}

fn probe(value: &str) -> Document {
    Document { name: "probe".to_owned(), body_json: value.to_owned(), changed_ms: 1 }
}

pub async fn no_write_is_taken_while_the_store_is_closed_for_writing(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    store.record(&payload("p"), &observations("o", "p", 3)).await?;
    store.write_health().close(REASON);
    refused("record", store.record(&payload("q"), &observations("r", "q", 3)).await);
    refused("keep payloads", store.keep_payloads(&[logged_payload(7)], &[sample_series(1, "s")]).await);
    refused("commit", store.commit(&Commit { entries: vec![journal_entry("s", 1)], ..Commit::default() }).await);
    refused("put a message", store.put_message(&message("m", 1)).await);
    refused("put a run", store.put_benchmark_run(&benchmark_run("b", 1)).await);
    refused("interrupt runs", store.interrupt_running_benchmarks(1, "stopped").await);
    let verdict = PayloadVerdict { state: PayloadState::Read, reason: None, refused_rows: 0, kept_rows: 1 };
    refused("judge", store.judge_payload(1, &verdict).await);
    refused("drop bodies", store.drop_bodies(i64::MAX, 1, 10).await);
    let flush = SampleFlush { blocks: vec![block(1, 1, 0, 1)], ..SampleFlush::default() };
    refused("flush", store.flush_samples(&flush).await);
    refused("drop blocks", store.drop_blocks(i64::MAX, 10).await);
    refused("drop rollups", store.drop_rolled(60_000, i64::MAX, 10).await);
    assert_eq!(store.points(None, 10).await?.len(), 3);
    store.write_health().open();
    store.record(&payload("q"), &observations("r", "q", 3)).await?;
    assert_eq!(store.points(None, 10).await?.len(), 6);
    Ok(())
}

pub async fn a_probe_gets_through_a_closed_store(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    store.write_health().close(REASON);
    for value in ["1", "2"] {
        store.probe(&probe(value)).await?;
        assert_eq!(store.document("probe").await?.map(|document| document.body_json).as_deref(), Some(value));
    }
    assert!(store.write_health().obstacle().is_some(), "whoever probes opens it");
    Ok(())
}

pub async fn a_refused_record_leaves_the_store_open_for_others(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    store.record(&payload("p"), &[]).await?;
    for _ in 0..3 {
        let taken = store.record(&payload("p"), &[]).await;
        assert!(matches!(taken, Err(StoreError::Conflict { .. })), "{taken:?}");
    }
    assert_eq!(store.write_health().obstacle(), None);
    store.record(&payload("q"), &observations("r", "q", 3)).await?;
    Ok(())
}
