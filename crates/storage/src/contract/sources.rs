//! What each source has delivered.

use super::samples::{observations, payload};
use super::{Backend, Outcome};
use crate::{Payload, SourceSummary};

pub async fn each_source_is_summed_up(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let of = |id: &str, source: &str, received_ms: i64, byte_count: i64| Payload {
        source: source.to_owned(),
        received_ms,
        byte_count,
        ..payload(id)
    };
    store.record(&of("p1", "ci", 10, 100), &observations("a", "p1", 3)).await?;
    store.record(&of("p2", "ci", 30, 1), &observations("b", "p2", 2)).await?;
    store.record(&of("p3", "ci", 20, 1), &[]).await?;
    let mut borrowed = observations("c", "p4", 1);
    "a person".clone_into(&mut borrowed[0].source);
    store.record(&of("p4", "form", 40, 7), &borrowed).await?;
    let summary = |source: &str, payloads, observations, last_received_ms, bytes| SourceSummary {
        source: source.to_owned(),
        payloads,
        observations,
        last_received_ms,
        bytes,
    };
    let expected =
        [summary("a person", 0, 1, None, 0), summary("ci", 3, 5, Some(30), 102), summary("form", 1, 0, Some(40), 7)];
    assert_eq!(store.source_summaries().await?, expected);
    Ok(())
}
