//! Observations with their provenance, newest first, page by page.

use super::samples::{observation, observations, payload};
use super::{Backend, Outcome};
use crate::{Observation, ObservationQuery, Store, StoreError};

async fn ids(store: &dyn Store, query: ObservationQuery) -> Result<Vec<String>, StoreError> {
    let listed = store.observations(&query).await?;
    Ok(listed.into_iter().map(|row| row.id).collect())
}

fn at(time_ms: i64, series: &str, id: &str) -> Observation {
    Observation { time_ms, series: series.to_owned(), ..observation(id, "p") }
}

pub async fn observations_come_newest_first(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let rows = [at(20, "s", "a"), at(10, "s", "b"), at(30, "s", "c"), at(20, "s", "d")];
    store.record(&payload("p"), &rows).await?;
    let query = ObservationQuery::default();
    assert_eq!(ids(store.as_ref(), query.clone()).await?, ["c", "d", "a", "b"]);
    let two = ObservationQuery { limit: 2, ..query.clone() };
    assert_eq!(ids(store.as_ref(), two).await?, ["c", "d"]);
    let none = ObservationQuery { limit: 0, ..query };
    assert!(ids(store.as_ref(), none).await?.is_empty());
    Ok(())
}

pub async fn a_cursor_pages_through_equal_times_without_loss(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let mut rows = observations("o", "p", 40);
    for row in &mut rows {
        row.time_ms = row.payload_row / 8;
    }
    store.record(&payload("p"), &rows).await?;
    for series in [Vec::new(), vec!["build-time".to_owned()]] {
        let mut query = ObservationQuery { series, limit: 7, ..ObservationQuery::default() };
        let mut seen: Vec<Observation> = Vec::new();
        loop {
            let mut page = store.observations(&query).await?;
            let Some(last) = page.last() else { break };
            query.before = Some((last.time_ms, last.id.clone()));
            seen.append(&mut page);
        }
        seen.reverse();
        assert_eq!(seen, rows);
    }
    Ok(())
}

pub async fn a_list_keeps_to_its_series_and_times(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let rows = [at(10, "s", "a"), at(20, "s", "b"), at(20, "t", "c"), at(30, "s", "d"), at(30, "u", "e")];
    store.record(&payload("p"), &rows).await?;
    let of = |series: &[&str], from_ms, until_ms| ObservationQuery {
        series: series.iter().map(|name| (*name).to_owned()).collect(),
        from_ms,
        until_ms,
        ..ObservationQuery::default()
    };
    let store = store.as_ref();
    assert_eq!(ids(store, of(&["s"], 10, 20)).await?, ["b", "a"]);
    assert_eq!(ids(store, of(&["s"], 11, 19)).await?, [""; 0]);
    assert_eq!(ids(store, of(&["s", "t"], 20, 30)).await?, ["d", "c", "b"]);
    assert_eq!(ids(store, of(&["t", "t"], 0, 99)).await?, ["c"]);
    assert_eq!(ids(store, of(&[], 30, 30)).await?, ["e", "d"]);
    assert_eq!(ids(store, of(&["S", "s%", ""], 0, 99)).await?, [""; 0]);
    Ok(())
}

pub async fn a_list_of_many_series_holds_them_all(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let series: Vec<String> = (0..300).map(|number| format!("series {number}")).collect();
    let mut rows = observations("o", "p", 300);
    for (row, name) in rows.iter_mut().zip(&series) {
        row.series.clone_from(name);
    }
    store.record(&payload("p"), &rows).await?;
    let query = ObservationQuery { series, limit: 1000, ..ObservationQuery::default() };
    assert_eq!(store.observations(&query).await?.len(), 300);
    Ok(())
}
