//! Reading every point in order of id, page by page.

use super::samples::{observation, observations, payload};
use super::{Backend, Outcome};
use crate::{Observation, Point};

pub async fn points_come_in_order_of_id_and_page_on(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let rows = observations("o", "p", 25);
    let mut shuffled = rows.clone();
    shuffled.reverse();
    store.record(&payload("p"), &shuffled).await?;
    let expected: Vec<(String, Point)> = rows
        .into_iter()
        .map(|row| {
            let point = Point {
                series: row.series,
                time_ms: row.time_ms,
                value: row.value,
                source: row.source,
                recorded_ms: row.recorded_ms,
                origin: row.origin,
                labels: row.labels,
                supersedes: None,
                superseded_ms: None,
            };
            (row.id, point)
        })
        .collect();
    let mut loaded: Vec<(String, Point)> = Vec::new();
    loop {
        let after = loaded.last().map(|(id, _)| id.clone());
        let mut page = store.points(after.as_deref(), 10).await?;
        assert!(page.len() <= 10);
        if page.is_empty() {
            break;
        }
        loaded.append(&mut page);
    }
    assert_eq!(loaded, expected);
    Ok(())
}

pub async fn ids_are_ordered_by_their_bytes(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    // Any language's dictionary would have these otherwise.
    let ordered = ["-b", "B", "a", "a-c", "ab", "z", "é", "🔥"];
    let mut rows: Vec<Observation> = ordered.iter().map(|id| observation(id, "p")).collect();
    rows.rotate_left(3);
    store.record(&payload("p"), &rows).await?;
    let ids: Vec<String> = store.points(None, 10).await?.into_iter().map(|(id, _)| id).collect();
    assert_eq!(ids, ordered);
    let after: Vec<String> = store.points(Some("a"), 2).await?.into_iter().map(|(id, _)| id).collect();
    assert_eq!(after, ["a-c", "ab"]);
    Ok(())
}

pub async fn a_batch_of_thousands_is_kept_whole(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let rows = observations("o", "p", 5_237);
    let recorded = store.record(&payload("p"), &rows).await?;
    assert_eq!(recorded.inserted_ids.len(), rows.len());
    let points = store.points(None, 10_000).await?;
    assert!(points.iter().map(|(id, _)| id).eq(rows.iter().map(|row| &row.id)));
    assert!(points.iter().map(|(_, point)| point.value).eq(rows.iter().map(|row| row.value)));
    Ok(())
}
