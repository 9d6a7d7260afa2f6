//! What each source has delivered.

use super::samples::{observations, payload};
use super::{Backend, Outcome};
use crate::{Payload, PayloadState, SourceSummary};

pub async fn each_source_is_summed_up(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let of = |id: &str, source: &str, received_ms: i64, byte_count: i64| Payload {
        source: source.to_owned(),
        received_ms,
        byte_count,
        kept_rows: 2,
        ..payload(id)
    };
    store.record(&of("p1", "ci", 10, 100), &observations("a", "p1", 2)).await?;
    store.record(&of("p2", "ci", 30, 1), &observations("b", "p2", 2)).await?;
    let partly = Payload { state: PayloadState::Partly, refused_rows: 5, ..of("p3", "ci", 20, 1) };
    let dead = Payload { state: PayloadState::Dead, refused_rows: 1, kept_rows: 0, ..of("p5", "form", 50, 3) };
    store.keep_payloads(&[partly, dead], &[]).await?;
    store.record(&of("p4", "form", 40, 7), &[]).await?;
    let summary = |source: &str, payloads, rows, refused_rows, dead, last_received_ms, bytes| SourceSummary {
        source: source.to_owned(),
        payloads,
        rows,
        refused_rows,
        dead,
        last_received_ms: Some(last_received_ms),
        bytes,
    };
    let expected = [summary("ci", 3, 6, 5, 1, 30, 102), summary("form", 2, 2, 1, 1, 50, 10)];
    assert_eq!(store.source_summaries().await?, expected);
    // What was refused counts nowhere.
    assert!(store.record(&of("p1", "ci", 60, 60), &[]).await.is_err());
    assert_eq!(store.source_summaries().await?, expected);
    Ok(())
}
