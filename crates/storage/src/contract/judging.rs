//! What becomes of a payload that is read again or set aside.

use std::sync::Arc;

use super::samples::logged_payload;
use super::{Backend, Outcome};
use crate::{Payload, PayloadState, PayloadVerdict, Store, StoreError};

fn verdict(state: PayloadState, refused_rows: i64, kept_rows: i64) -> PayloadVerdict {
    let reason = (refused_rows > 0).then(|| "line 2: no number".to_owned());
    PayloadVerdict { state, reason, refused_rows, kept_rows }
}

/// Rows, refused rows and dead payloads of the only source.
async fn totals(store: &dyn Store) -> Result<(i64, i64, i64), StoreError> {
    let summaries = store.source_summaries().await?;
    Ok(summaries.first().map_or((0, 0, 0), |it| (it.rows, it.refused_rows, it.dead)))
}

pub async fn a_verdict_is_kept_and_corrects_the_totals(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let dead = Payload { state: PayloadState::Dead, refused_rows: 1, kept_rows: 0, ..logged_payload(1) };
    store.keep_payloads(&[dead.clone(), logged_payload(2)], &[]).await?;
    assert_eq!(totals(store.as_ref()).await?, (20, 1, 1));
    for (verdict, expected) in [
        (verdict(PayloadState::Partly, 5, 15), (35, 5, 1)),
        (verdict(PayloadState::Partly, 5, 15), (35, 5, 1)),
        (verdict(PayloadState::Read, 0, 20), (40, 0, 0)),
        (verdict(PayloadState::Dead, 3, 0), (20, 3, 1)),
        (verdict(PayloadState::Discarded, 3, 0), (20, 3, 0)),
    ] {
        store.judge_payload(1, &verdict).await?;
        let PayloadVerdict { state, reason, refused_rows, kept_rows } = verdict;
        let judged = Payload { state, reason, refused_rows, kept_rows, ..dead.clone() };
        assert_eq!(store.payload_of_number(1).await?, Some(judged));
        assert_eq!(totals(store.as_ref()).await?, expected);
    }
    let summary = store.source_summaries().await?.remove(0);
    assert_eq!((summary.payloads, summary.last_received_ms), (2, Some(dead.received_ms)));
    assert_eq!(store.payload_of_number(2).await?, Some(logged_payload(2)));
    Ok(())
}

pub async fn a_verdict_on_no_payload_is_a_conflict(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    store.keep_payloads(&[logged_payload(1)], &[]).await?;
    let outcome = store.judge_payload(2, &verdict(PayloadState::Read, 0, 7)).await;
    assert!(matches!(outcome, Err(StoreError::Conflict { .. })), "{outcome:?}");
    let outcome = store.judge_payload(1, &verdict(PayloadState::Read, 0, -7)).await;
    assert!(matches!(outcome, Err(StoreError::NotStorable { .. })), "{outcome:?}");
    assert_eq!(totals(store.as_ref()).await?, (20, 0, 0));
    Ok(())
}

pub async fn judges_of_the_same_payload_leave_totals_that_agree(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    store.keep_payloads(&[logged_payload(1)], &[]).await?;
    let judge = |judge: i64| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            for round in 0..10 {
                let state = if (judge + round) % 2 == 0 { PayloadState::Dead } else { PayloadState::Read };
                store.judge_payload(1, &verdict(state, judge, round)).await?;
            }
            Ok::<(), StoreError>(())
        })
    };
    for task in (0..6).map(judge).collect::<Vec<_>>() {
        task.await
            .map_err(|error| StoreError::Failed { operation: "run a judging task", source: Box::new(error) })??;
    }
    let payload = store.payload_of_number(1).await?.unwrap_or_else(|| logged_payload(2));
    let dead = i64::from(payload.state == PayloadState::Dead);
    assert_eq!(payload.number, 1);
    assert_eq!(totals(store.as_ref()).await?, (payload.kept_rows, payload.refused_rows, dead));
    Ok(())
}
