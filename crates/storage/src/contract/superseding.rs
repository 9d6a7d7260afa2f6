//! An observation takes the place of another one, which stays to be read.

use super::samples::{observation, payload};
use super::{Backend, Outcome};
use crate::{Observation, ObservationQuery, Payload, StoreError};

fn of_report(id: &str, payload_id: &str, supersedes: Option<&str>) -> Observation {
    Observation {
        report: Some("tests of a run".to_owned()),
        supersedes: supersedes.map(str::to_owned),
        ..observation(id, payload_id)
    }
}

pub async fn what_is_superseded_says_since_when_wherever_it_is_read(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let first = of_report("o1", "p1", None);
    store.record(&payload("p1"), std::slice::from_ref(&first)).await?;
    let second = Observation { recorded_ms: first.recorded_ms + 7, ..of_report("o2", "p2", Some("o1")) };
    store.record(&payload("p2"), std::slice::from_ref(&second)).await?;
    let superseded = Observation { superseded_ms: Some(second.recorded_ms), ..first };
    assert_eq!(store.observation("o1").await?, Some(superseded.clone()));
    assert_eq!(store.observation("o2").await?, Some(second.clone()));
    let both = [second.clone(), superseded.clone()];
    assert_eq!(store.observations(&ObservationQuery::default()).await?, both);
    let of_series = ObservationQuery { series: vec!["build-time".to_owned()], ..ObservationQuery::default() };
    assert_eq!(store.observations(&of_series).await?, both);
    let points: Vec<(String, Option<String>, Option<i64>)> = store
        .points(None, 10)
        .await?
        .into_iter()
        .map(|(id, point)| (id, point.supersedes, point.superseded_ms))
        .collect();
    let expected = [("o1".to_owned(), None, Some(second.recorded_ms)), ("o2".to_owned(), Some("o1".to_owned()), None)];
    assert_eq!(points, expected);
    Ok(())
}

pub async fn what_stands_of_a_report_and_what_brought_it_is_found(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let first = [of_report("o1", "p1", None), observation("o2", "p1"), of_report("o3", "p1", None)];
    store.record(&payload("p1"), &first).await?;
    let second = [of_report("o4", "p2", Some("o1")), of_report("o5", "p2", None)];
    store.record(&payload("p2"), &second).await?;
    let other = Observation { report: Some("another".to_owned()), ..observation("o6", "p3") };
    store.record(&payload("p3"), &[other]).await?;
    let name = "tests of a run";
    let ids = |found: Vec<Observation>| found.into_iter().map(|row| row.id).collect::<Vec<_>>();
    assert_eq!(ids(store.standing_of_report(name, "", 10).await?), ["o3", "o4", "o5"]);
    assert_eq!(ids(store.standing_of_report(name, "o3", 1).await?), ["o4"]);
    assert_eq!(ids(store.standing_of_report("none", "", 10).await?), [""; 0]);
    let listed = |id: &str| Payload { body: Vec::new(), ..payload(id) };
    assert_eq!(store.payloads_of_reports("tests of", 10).await?, [listed("p2"), listed("p1")]);
    assert_eq!(store.payloads_of_reports(name, 1).await?, [listed("p2")]);
    assert_eq!(store.payloads_of_reports("none", 1).await?, []);
    Ok(())
}

pub async fn a_reading_that_is_known_supersedes_nothing(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let (first, second) = (of_report("o1", "p1", None), of_report("o2", "p1", None));
    store.record(&payload("p1"), &[first, second.clone()]).await?;
    let again = Observation { supersedes: Some("o1".to_owned()), id: "o3".to_owned(), ..second };
    let recorded = store.record(&payload("p2"), &[Observation { payload_id: "p2".to_owned(), ..again }]).await?;
    assert_eq!(recorded.duplicates, 1);
    assert_eq!(store.observation("o1").await?.and_then(|row| row.superseded_ms), None);
    Ok(())
}

pub async fn an_observation_is_superseded_once(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    store.record(&payload("p1"), &[of_report("o1", "p1", None)]).await?;
    store.record(&payload("p2"), &[of_report("o2", "p2", Some("o1"))]).await?;
    let third = of_report("o3", "p3", Some("o1"));
    assert!(matches!(store.record(&payload("p3"), &[third]).await, Err(StoreError::Conflict { .. })));
    assert_eq!(store.observation("o3").await?, None, "all or nothing");
    Ok(())
}
