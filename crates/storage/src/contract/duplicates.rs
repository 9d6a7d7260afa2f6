//! A reading is kept once, however often it is sent.

use super::samples::{observation, observations, payload};
use super::{Backend, Outcome};
use crate::{Observation, Recorded};

pub async fn a_reading_sent_again_is_left_alone(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let first = observation("o1", "p1");
    store.record(&payload("p1"), std::slice::from_ref(&first)).await?;
    let again = Observation { id: "o2".to_owned(), value: 99.0, payload_id: "p2".to_owned(), ..first.clone() };
    let news = observation("o3", "p2");
    let recorded = store.record(&payload("p2"), &[again, news]).await?;
    let expected = Recorded { inserted_ids: vec!["o3".to_owned()], duplicates: 1 };
    assert_eq!(recorded, expected);
    assert_eq!(store.observation("o1").await?, Some(first));
    assert_eq!(store.observation("o2").await?, None);
    Ok(())
}

pub async fn a_reading_sent_twice_in_one_batch_is_kept_once(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let mut batch = observations("o", "p", 250);
    let mut repeated = batch.clone();
    for row in &mut repeated {
        row.id.insert(0, 'z');
        row.value = -1.0;
    }
    batch.append(&mut repeated);
    let recorded = store.record(&payload("p"), &batch).await?;
    assert_eq!(recorded.duplicates, 250);
    assert_eq!(recorded.inserted_ids.len(), 250);
    let points = store.points(None, 1000).await?;
    assert_eq!(points.len(), 250);
    assert!(points.iter().all(|(id, point)| id.starts_with('o') && point.value >= 0.0));
    Ok(())
}

pub async fn the_same_external_id_of_another_source_is_another_reading(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let first = observation("o1", "p");
    let second = Observation { id: "o2".to_owned(), source: "somebody else".to_owned(), ..first.clone() };
    let recorded = store.record(&payload("p"), &[first, second]).await?;
    assert_eq!(recorded.inserted_ids, ["o1", "o2"]);
    Ok(())
}

pub async fn a_payload_without_news_is_kept(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let recorded = store.record(&payload("p"), &[]).await?;
    assert_eq!(recorded, Recorded::default());
    assert_eq!(store.payload("p").await?, Some(payload("p")));
    Ok(())
}

pub async fn new_ids_come_in_the_order_given(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let mut batch = observations("o", "p", 123);
    batch.reverse();
    let given: Vec<String> = batch.iter().map(|row| row.id.clone()).collect();
    let recorded = store.record(&payload("p"), &batch).await?;
    assert_eq!(recorded.inserted_ids, given);
    assert_eq!(recorded.duplicates, 0);
    Ok(())
}
