//! Payloads as a log, and the series that appear with them.

use std::sync::Arc;

use super::samples::{labels, logged_payload, payload, sample_series};
use super::{Backend, Outcome};
use crate::{Payload, PayloadState, SampleSeries, StoreError};

pub async fn logged_payloads_come_back_as_they_went_in(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let plain = logged_payload(7);
    let noted = Payload {
        state: PayloadState::Dead,
        reason: Some("line 1: no field".to_owned()),
        refused_rows: 20,
        kept_rows: 0,
        context_json: "{\"precision\":\"s\"}".to_owned(),
        ..logged_payload(8)
    };
    store.keep_payloads(&[plain.clone(), noted.clone()], &[]).await?;
    store.close().await;
    let store = backend.open().await?;
    assert_eq!(store.payloads_after(0, &["influx"], 10).await?, [plain, noted]);
    assert_eq!(store.latest_payload().await?, 8);
    Ok(())
}

pub async fn payloads_of_the_formats_asked_for_come_by_number_and_page_on(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let formats = ["influx", "json", "statsd"];
    let of = |number: i64| {
        let format = formats[usize::try_from(number % 3).unwrap_or_default()].to_owned();
        Payload { format, ..logged_payload(number) }
    };
    let mut all: Vec<Payload> = (1..=12).rev().map(of).collect();
    store.keep_payloads(&all, &[]).await?;
    all.reverse();
    all.retain(|payload| payload.format != "json");
    assert_eq!(store.payloads_after(0, &["statsd", "influx"], 100).await?, all);
    assert_eq!(store.payloads_after(0, &["statsd", "influx"], 3).await?, all[..3]);
    assert_eq!(store.payloads_after(3, &["statsd", "influx"], 3).await?, all[2..5]);
    assert_eq!(store.payloads_after(12, &["statsd", "influx"], 3).await?, []);
    assert_eq!(store.payloads_after(0, &[], 3).await?, []);
    assert_eq!(store.payloads_after(0, &["other"], 3).await?, []);
    Ok(())
}

pub async fn a_log_is_kept_whole_or_not_at_all(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    store.keep_payloads(&[logged_payload(1)], &[sample_series(1, "cpu")]).await?;
    let totals = store.source_summaries().await?;
    let taken_number = Payload { id: "other".to_owned(), ..logged_payload(1) };
    let taken_id = Payload { id: logged_payload(1).id, ..logged_payload(3) };
    let attempts = [
        (vec![logged_payload(2), taken_number], vec![]),
        (vec![logged_payload(2), taken_id], vec![]),
        (vec![logged_payload(2)], vec![sample_series(2, "memory"), sample_series(1, "disk")]),
        (vec![logged_payload(2)], vec![sample_series(2, "memory"), sample_series(3, "cpu")]),
    ];
    for (payloads, series) in attempts {
        let outcome = store.keep_payloads(&payloads, &series).await;
        assert!(matches!(outcome, Err(StoreError::Conflict { .. })), "{outcome:?}");
        assert_eq!(store.payload_of_number(2).await?, None);
        assert_eq!(store.sample_series(0, 10).await?, [sample_series(1, "cpu")]);
        assert_eq!(store.source_summaries().await?, totals);
    }
    store.keep_payloads(&[logged_payload(2)], &[sample_series(2, "memory")]).await?;
    assert_eq!(store.latest_payload().await?, 2);
    Ok(())
}

pub async fn a_series_is_kept_once(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let bare = SampleSeries { labels: Vec::new(), ..sample_series(2, "cpu") };
    let other = SampleSeries { labels: labels(&[("host", "b"), ("zone", "测")]), ..sample_series(3, "cpu") };
    let all = [sample_series(1, "cpu"), bare, other];
    store.keep_payloads(&[], &all).await?;
    let again = SampleSeries { source: "another".to_owned(), ..sample_series(4, "cpu") };
    let outcome = store.keep_payloads(&[logged_payload(1)], &[again]).await;
    assert!(matches!(outcome, Err(StoreError::Conflict { .. })), "{outcome:?}");
    assert_eq!(store.sample_series(0, 10).await?, all);
    let disordered = SampleSeries { labels: labels(&[("b", "1"), ("a", "1")]), ..sample_series(5, "cpu") };
    let outcome = store.keep_payloads(&[], &[disordered]).await;
    assert!(matches!(outcome, Err(StoreError::NotStorable { field: "series.labels", .. })), "{outcome:?}");
    Ok(())
}

pub async fn series_come_by_number_and_page_on(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let all: Vec<SampleSeries> = (1..=237).map(|number| sample_series(number, &format!("s{number}"))).collect();
    let mut shuffled = all.clone();
    shuffled.reverse();
    store.keep_payloads(&[], &shuffled).await?;
    assert_eq!(store.sample_series(0, 1000).await?, all);
    assert_eq!(store.sample_series(0, 5).await?, all[..5]);
    assert_eq!(store.sample_series(235, 5).await?, all[235..]);
    Ok(())
}

pub async fn labels_of_any_length_make_a_series(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    // Text that does not pack well: an index of it would be too large for a page.
    let long: String = (0_u32..20_000).map(|number| number.wrapping_mul(2_654_435_761).to_string()).collect();
    let series = |number, ending: &str| SampleSeries {
        labels: vec![("path".to_owned(), format!("{long}{ending}"))],
        ..sample_series(number, "cpu")
    };
    let both = [series(1, "a"), series(2, "b")];
    store.keep_payloads(&[], &both).await?;
    assert_eq!(store.sample_series(0, 10).await?, both);
    let outcome = store.keep_payloads(&[], &[series(3, "b")]).await;
    assert!(matches!(outcome, Err(StoreError::Conflict { .. })), "{outcome:?}");
    Ok(())
}

pub async fn a_payload_without_a_number_is_refused(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let outcome = store.keep_payloads(&[logged_payload(1), logged_payload(0)], &[]).await;
    assert!(matches!(outcome, Err(StoreError::NotStorable { field: "payload.number", .. })), "{outcome:?}");
    let negative = Payload { kept_rows: -1, ..logged_payload(2) };
    let outcome = store.record(&negative, &[]).await;
    assert!(matches!(outcome, Err(StoreError::NotStorable { field: "payload.kept_rows", .. })), "{outcome:?}");
    assert_eq!(store.latest_payload().await?, 0);
    Ok(())
}

pub async fn writers_of_the_log_lose_nothing_and_the_totals_agree(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let sources = ["a", "b", "c"];
    let write = |writer: i64| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            for batch in 0..10 {
                let first = writer * 1000 + batch * 3 + 1;
                let mut payloads: Vec<Payload> = (first..first + 3).map(logged_payload).collect();
                for (payload, source) in payloads.iter_mut().zip(sources) {
                    source.clone_into(&mut payload.source);
                }
                if writer % 2 == 1 {
                    payloads.reverse();
                }
                store.keep_payloads(&payloads, &[sample_series(first, &format!("s{first}"))]).await?;
                let id = format!("{writer}-{batch}");
                store.record(&Payload { source: "a".to_owned(), kept_rows: 1, ..payload(&id) }, &[]).await?;
            }
            Ok::<(), StoreError>(())
        })
    };
    for task in (0..6).map(write).collect::<Vec<_>>() {
        task.await
            .map_err(|error| StoreError::Failed { operation: "run a writing task", source: Box::new(error) })??;
    }
    assert_eq!(store.payloads_after(0, &["influx"], 1000).await?.len(), 180);
    assert_eq!(store.sample_series(0, 1000).await?.len(), 60);
    let totals: Vec<(i64, i64)> = store.source_summaries().await?.iter().map(|it| (it.payloads, it.rows)).collect();
    assert_eq!(totals, [(120, 60 * 20 + 60), (60, 1200), (60, 1200)]);
    Ok(())
}
