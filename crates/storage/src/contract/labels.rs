//! Labels of observations.

use super::samples::{labels, observation, payload};
use super::{Backend, Outcome};
use crate::{Observation, ObservationQuery, StoreError};

pub async fn labels_come_back_as_they_went_in(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let sets = [
        labels(&[]),
        labels(&[("branch", "main")]),
        // In order of bytes, which is no dictionary's.
        labels(&[("-", "x"), ("B", ""), ("a", "1"), ("a.b:c_d", "2"), ("é", "3"), ("🔥", "4")]),
        labels(&[("quoted", "\"a\" \\ {b}"), ("script", "测量 e\u{301}\u{FFFD}"), ("space", " \n\t\u{1}\u{7f} ")]),
        labels(&[("'; DROP TABLE x; --", "$1 ? :a @b")]),
    ];
    let rows: Vec<Observation> = sets
        .into_iter()
        .zip(0..)
        .map(|(labels, number)| Observation { labels, ..observation(&format!("o{number}"), "p") })
        .collect();
    store.record(&payload("p"), &rows).await?;
    let points = store.points(None, 10).await?;
    assert!(points.iter().map(|(_, point)| &point.labels).eq(rows.iter().map(|row| &row.labels)), "{points:?}");
    for row in &rows {
        assert_eq!(store.observation(&row.id).await?.as_ref(), Some(row));
    }
    for series in [Vec::new(), vec!["build-time".to_owned()]] {
        let mut listed = store.observations(&ObservationQuery { series, ..ObservationQuery::default() }).await?;
        listed.reverse();
        assert_eq!(listed, rows);
    }
    Ok(())
}

pub async fn labels_out_of_order_are_refused(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    for wrong in [&[("b", "1"), ("a", "2")][..], &[("a", "1"), ("a", "1")], &[("", "1")], &[("a", "\0")]] {
        let row = Observation { labels: labels(wrong), ..observation("o", "p") };
        let outcome = store.record(&payload("p"), &[row]).await;
        let named = matches!(&outcome, Err(StoreError::NotStorable { field: "observation.labels", .. }));
        assert!(named, "{outcome:?}");
    }
    assert_eq!(store.payload("p").await?, None);
    Ok(())
}
