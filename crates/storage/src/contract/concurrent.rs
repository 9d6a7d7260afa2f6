//! Many tasks on one store.

use std::sync::Arc;

use super::samples::{observations, payload};
use super::{Backend, Outcome};
use crate::{ObservationQuery, Recorded, Store, StoreError};

/// Runs both to the end, at the same time, and gives what each recorded.
async fn join(tasks: Vec<tokio::task::JoinHandle<Result<Recorded, StoreError>>>) -> Result<Vec<Recorded>, StoreError> {
    let mut recorded = Vec::new();
    for task in tasks {
        let outcome = task
            .await
            .map_err(|error| StoreError::Failed { operation: "run a writing task", source: Box::new(error) })?;
        recorded.push(outcome?);
    }
    Ok(recorded)
}

pub async fn concurrent_writers_lose_nothing(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let write = |writer: usize| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            let mut all = Recorded::default();
            for batch in 0..10 {
                let id = format!("p-{writer}-{batch}");
                let rows = observations(&format!("o-{writer}-{batch}"), &id, 25);
                let recorded = store.record(&payload(&id), &rows).await?;
                // What was acknowledged can be read at once.
                let newest = store.observations(&ObservationQuery::default()).await?;
                assert!(!newest.is_empty());
                assert_eq!(store.observation(&rows[24].id).await?.as_ref(), rows.last());
                all.inserted_ids.extend(recorded.inserted_ids);
                all.duplicates += recorded.duplicates;
            }
            Ok(all)
        })
    };
    let recorded = join((0..8).map(write).collect()).await?;
    assert!(recorded.iter().all(|it| it.duplicates == 0 && it.inserted_ids.len() == 250));
    let mut acknowledged: Vec<String> = recorded.into_iter().flat_map(|it| it.inserted_ids).collect();
    acknowledged.sort();
    let stored = store.points(None, 10_000).await?;
    assert!(stored.iter().map(|(id, _)| id).eq(acknowledged.iter()));
    assert_eq!(acknowledged.len(), 2000);
    Ok(())
}

pub async fn writers_of_the_same_readings_in_opposite_order_both_succeed(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    for round in 0..5 {
        let write = |writer: usize| {
            let store: Arc<dyn Store> = Arc::clone(&store);
            tokio::spawn(async move {
                let id = format!("p-{round}-{writer}");
                let mut rows = observations(&format!("{round}"), &id, 300);
                for row in &mut rows {
                    row.id = format!("{writer}-{}", row.id);
                }
                if writer % 2 == 1 {
                    rows.reverse();
                }
                store.record(&payload(&id), &rows).await
            })
        };
        let recorded = join((0..4).map(write).collect()).await?;
        let inserted: usize = recorded.iter().map(|it| it.inserted_ids.len()).sum();
        let duplicates: usize = recorded.iter().map(|it| it.duplicates).sum();
        assert_eq!((inserted, duplicates), (300, 900));
    }
    assert_eq!(store.points(None, 10_000).await?.len(), 1500);
    Ok(())
}

pub async fn a_closed_store_is_unavailable(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    store.close().await;
    let outcome = store.check().await;
    assert!(matches!(outcome, Err(StoreError::Unavailable { .. })), "{outcome:?}");
    let outcome = store.record(&payload("p"), &[]).await;
    assert!(matches!(outcome, Err(StoreError::Unavailable { .. })), "{outcome:?}");
    Ok(())
}
