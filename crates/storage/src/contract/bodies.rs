//! How long the bytes of payloads are kept.

use super::samples::{logged_payload, observation, payload};
use super::{Backend, Outcome};
use crate::{Payload, PayloadQuery, PayloadState, PayloadVerdict, SampleFlush, StoreError};

fn received(received_ms: i64, payload: Payload) -> Payload {
    Payload { received_ms, ..payload }
}

fn flushed(flushed_payload: i64) -> SampleFlush {
    SampleFlush { flushed_payload, ..SampleFlush::default() }
}

pub async fn old_bodies_are_deleted_and_their_payloads_stay(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let all: Vec<Payload> = (1..=5).map(|number| received(number * 10, logged_payload(number))).collect();
    store.keep_payloads(&all, &[]).await?;
    store.flush_samples(&flushed(5)).await?;
    let totals = store.source_summaries().await?;
    assert_eq!(store.drop_bodies(40, 1000, 2).await?, 2);
    let dropped = |payload: &Payload| Payload { body: Vec::new(), body_dropped_ms: Some(1000), ..payload.clone() };
    assert_eq!(store.payload_of_number(1).await?, Some(dropped(&all[0])));
    assert_eq!(store.payload(&all[1].id).await?, Some(dropped(&all[1])));
    assert_eq!(store.payload_of_number(3).await?, Some(all[2].clone()));
    assert_eq!(store.drop_bodies(40, 2000, 2).await?, 1);
    assert_eq!(store.drop_bodies(40, 3000, 2).await?, 0);
    assert_eq!(store.payloads_after(3, &["influx"], 9).await?, all[3..]);
    assert_eq!(store.payload_of_number(2).await?, Some(dropped(&all[1])));
    assert_eq!(store.source_summaries().await?, totals);
    Ok(())
}

pub async fn bodies_that_are_still_needed_stay(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let of = |number, state| Payload { state, ..logged_payload(number) };
    let all =
        [of(1, PayloadState::Read), of(2, PayloadState::Partly), of(3, PayloadState::Dead), of(4, PayloadState::Read)];
    store.keep_payloads(&all, &[]).await?;
    let observed = Payload { number: 9, ..payload("observed") };
    store.record(&observed, &[observation("o", "observed")]).await?;
    let emptied = async || {
        let query = PayloadQuery { source: None, states: Vec::new(), before_number: None, limit: 9 };
        let listed = store.payloads(&query).await?;
        let with_body = listed.into_iter().filter(|payload| payload.body_dropped_ms.is_some());
        Ok::<Vec<i64>, StoreError>(with_body.map(|payload| payload.number).collect())
    };
    // Observations are rows already; of what is only in the log nothing is flushed yet.
    assert_eq!(store.drop_bodies(i64::MAX, 1, 100).await?, 1);
    assert_eq!(emptied().await?, [9]);
    store.flush_samples(&flushed(3)).await?;
    assert_eq!(store.drop_bodies(i64::MAX, 1, 100).await?, 1);
    assert_eq!(emptied().await?, [9, 1]);
    for (number, state) in [(2, PayloadState::Read), (3, PayloadState::Discarded)] {
        let verdict = PayloadVerdict { state, reason: None, refused_rows: 0, kept_rows: 0 };
        store.judge_payload(number, &verdict).await?;
    }
    assert_eq!(store.drop_bodies(i64::MAX, 1, 100).await?, 2);
    assert_eq!(emptied().await?, [9, 3, 2, 1]);
    assert_eq!(store.payload_of_number(4).await?, Some(logged_payload(4)));
    Ok(())
}
