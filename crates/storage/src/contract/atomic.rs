//! All or nothing: what fails leaves no row behind, not even the payload.

use super::samples::{observation, observations, payload};
use super::{Backend, Outcome};
use crate::{Observation, Payload, Store, StoreError};

async fn is_refused_without_trace(store: &dyn Store, batch: (&Payload, &[Observation]), kept_before: usize) -> Outcome {
    let outcome = store.record(batch.0, batch.1).await;
    assert!(matches!(outcome, Err(StoreError::Conflict { .. })), "{outcome:?}");
    assert_eq!(store.payload(&batch.0.id).await?, None);
    assert_eq!(store.points(None, 1000).await?.len(), kept_before);
    // The store goes on working.
    let recorded = store.record(&payload("next"), &[observation("next", "next")]).await?;
    assert_eq!(recorded.inserted_ids, ["next"]);
    Ok(())
}

pub async fn a_batch_with_a_repeated_id_leaves_nothing(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let mut batch = observations("o", "p", 321);
    let first_id = batch[0].id.clone();
    batch[320].id = first_id;
    is_refused_without_trace(store.as_ref(), (&payload("p"), &batch), 0).await
}

pub async fn a_batch_with_a_taken_id_leaves_nothing(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let first = observation("taken", "p1");
    store.record(&payload("p1"), std::slice::from_ref(&first)).await?;
    let mut batch = observations("o", "p2", 150);
    "taken".clone_into(&mut batch[149].id);
    is_refused_without_trace(store.as_ref(), (&payload("p2"), &batch), 1).await?;
    assert_eq!(store.observation("taken").await?, Some(first));
    Ok(())
}

pub async fn a_batch_of_an_absent_payload_leaves_nothing(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let mut batch = observations("o", "p", 12);
    "absent".clone_into(&mut batch[11].payload_id);
    is_refused_without_trace(store.as_ref(), (&payload("p"), &batch), 0).await
}

pub async fn a_repeated_payload_leaves_its_observations_out(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    store.record(&payload("p"), &[]).await?;
    let other = Payload { body: b"other".to_vec(), ..payload("p") };
    let outcome = store.record(&other, &[observation("o", "p")]).await;
    assert!(matches!(outcome, Err(StoreError::Conflict { .. })), "{outcome:?}");
    assert_eq!(store.payload("p").await?, Some(payload("p")));
    assert_eq!(store.points(None, 10).await?, []);
    Ok(())
}
