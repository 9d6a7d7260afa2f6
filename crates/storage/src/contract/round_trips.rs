//! What goes in comes out, exactly, also after reopening.

use super::samples::{observation, payload};
use super::{Backend, Outcome};
use crate::{Observation, ObservationQuery, Payload, PayloadState, Recorded, StoreError};

pub async fn a_payload_comes_back_as_it_went_in(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let every_byte = Payload { body: (0..=u8::MAX).collect(), byte_count: 256, ..payload("every byte") };
    let empty = Payload { body: Vec::new(), byte_count: 0, ..payload("empty") };
    let large = Payload { body: vec![0xfe; 3_000_000], byte_count: 3_000_000, ..payload("large") };
    let full = Payload {
        format: "otlp-json".to_owned(),
        context_json: "{\"query\":\"precision=ms\"}".to_owned(),
        state: PayloadState::Partly,
        reason: Some("row 3: no number".to_owned()),
        refused_rows: 4,
        kept_rows: i64::MAX - 10,
        body_dropped_ms: Some(-1),
        number: i64::MAX,
        ..payload("full")
    };
    for payload in [every_byte, empty, large, full] {
        store.record(&payload, &[]).await?;
        assert!(store.payload(&payload.id).await? == Some(payload));
    }
    Ok(())
}

pub async fn an_observation_comes_back_as_it_went_in(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let bare = observation("bare", "p");
    let full = Observation {
        note: Some("warm cache".to_owned()),
        evidence: Some("https://ci.example/run/7".to_owned()),
        person: Some(String::new()),
        origin: "entered".to_owned(),
        payload_row: 41,
        ..observation("full", "p")
    };
    store.record(&payload("p"), &[bare.clone(), full.clone()]).await?;
    assert_eq!(store.observation("bare").await?, Some(bare.clone()));
    assert_eq!(store.observation("full").await?, Some(full.clone()));
    let listed = store.observations(&ObservationQuery::default()).await?;
    assert_eq!(listed, [full, bare]);
    Ok(())
}

pub async fn text_of_every_script_comes_back(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let texts =
        ["naïve façade", "测量 – 測定", "قياس", "🔥👩‍🚀", "e\u{301} \u{10FFFF}\u{FFFD}", "'; DROP TABLE x; --\n\t\\"];
    for (number, text) in texts.into_iter().enumerate() {
        let id = format!("{number} {text}");
        let written = Observation {
            series: text.to_owned(),
            unit_written: text.to_owned(),
            source: text.to_owned(),
            external_id: text.to_owned(),
            note: Some(text.to_owned()),
            person: Some(text.to_owned()),
            ..observation(&id, &id)
        };
        let payload = Payload { source: text.to_owned(), ..payload(&id) };
        store.record(&payload, std::slice::from_ref(&written)).await?;
        assert_eq!(store.observation(&id).await?, Some(written.clone()));
        assert_eq!(store.payload(&id).await?, Some(payload));
        let query = ObservationQuery { series: vec![text.to_owned()], ..ObservationQuery::default() };
        assert_eq!(store.observations(&query).await?, [written]);
    }
    Ok(())
}

pub async fn extreme_numbers_come_back_bit_for_bit(backend: &dyn Backend) -> Outcome {
    let numbers = [
        0.0,
        -0.0,
        1.0,
        -1.0,
        0.1,
        0.1 + 0.2,
        1e308,
        f64::MAX,
        f64::MIN,
        f64::MIN_POSITIVE,
        5e-324,
        -5e-324,
        2.2e-308,
        f64::EPSILON,
        9_007_199_254_740_993.0,
        1e15,
        1e19,
        -1e22,
        4_503_599_627_370_496.5,
    ];
    let store = backend.open().await?;
    let rows: Vec<Observation> = numbers
        .iter()
        .enumerate()
        .map(|(number, value)| Observation { value: *value, ..observation(&format!("{number:02}"), "p") })
        .collect();
    store.record(&payload("p"), &rows).await?;
    let points = store.points(None, 100).await?;
    assert_eq!(points.len(), numbers.len());
    for ((id, point), value) in points.iter().zip(numbers) {
        assert_eq!(point.value.to_bits(), value.to_bits(), "{value:e} as a point");
        let stored = store.observation(id).await?.map(|it| it.value.to_bits());
        assert_eq!(stored, Some(value.to_bits()), "{value:e} as an observation");
    }
    Ok(())
}

pub async fn extreme_times_come_back(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let rows = [i64::MIN, -1, 0, i64::MAX].map(|time_ms| Observation {
        time_ms,
        recorded_ms: time_ms,
        ..observation(&format!("at {time_ms}"), "p")
    });
    store.record(&payload("p"), &rows).await?;
    let newest_first: Vec<Observation> = rows.into_iter().rev().collect();
    let listed = store.observations(&ObservationQuery::default()).await?;
    assert_eq!(listed, newest_first);
    Ok(())
}

pub async fn an_empty_store_has_nothing(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    store.check().await?;
    assert_eq!(store.points(None, 10).await?, []);
    assert_eq!(store.points(Some("x"), 10).await?, []);
    assert_eq!(store.observations(&ObservationQuery::default()).await?, []);
    assert_eq!(store.observation("x").await?, None);
    assert_eq!(store.payload("x").await?, None);
    assert_eq!(store.source_summaries().await?, []);
    assert_eq!(store.benchmark_runs(10).await?, []);
    assert_eq!(store.benchmark_run("x").await?, None);
    assert_eq!(store.interrupt_running_benchmarks(1, "killed").await?, 0);
    assert_eq!(store.journal(None, 10).await?, []);
    assert_eq!(store.journal_of("x", None, 10).await?, []);
    assert_eq!(store.document("x").await?, None);
    assert_eq!(store.due_messages(i64::MAX, 10).await?, []);
    assert_eq!(store.messages(10).await?, []);
    assert_eq!(store.payload_of_number(1).await?, None);
    assert_eq!((store.latest_payload().await?, store.flushed_payload().await?, store.latest_block().await?), (0, 0, 0));
    assert_eq!(store.payloads_after(0, &["influx"], 10).await?, []);
    assert_eq!(store.sample_series(0, 10).await?, []);
    assert_eq!(store.block_extents(1).await?, []);
    assert_eq!(store.blocks(1, i64::MIN, i64::MAX).await?, []);
    assert_eq!(store.rolled(1, 0, i64::MIN, i64::MAX).await?, []);
    assert_eq!(store.drop_bodies(i64::MAX, 1, 10).await?, 0);
    assert_eq!(store.drop_blocks(i64::MAX, 10).await?, 0);
    assert_eq!(store.drop_rolled(0, i64::MAX, 10).await?, 0);
    Ok(())
}

pub async fn records_are_there_after_reopening(backend: &dyn Backend) -> Outcome {
    let row = observation("o", "p");
    let first = backend.open().await?;
    first.record(&payload("p"), std::slice::from_ref(&row)).await?;
    let before = first.describe().await?.migrations_applied;
    first.close().await;
    let second = backend.open().await?;
    assert_eq!(second.observation("o").await?, Some(row.clone()));
    assert_eq!(second.payload("p").await?, Some(payload("p")));
    assert_eq!(second.describe().await?.migrations_applied, before);
    let again = Observation { id: "o2".to_owned(), payload_id: "p2".to_owned(), ..row };
    let recorded = second.record(&payload("p2"), &[again]).await?;
    assert_eq!(recorded, Recorded { inserted_ids: Vec::new(), duplicates: 1 });
    Ok(())
}

pub async fn what_no_database_can_hold_is_refused(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let good = || observation("o", "p");
    let refused = [
        (Observation { value: f64::NAN, ..good() }, "observation.value"),
        (Observation { value: f64::INFINITY, ..good() }, "observation.value"),
        (Observation { id: String::new(), ..good() }, "observation.id"),
        (Observation { series: "a\0b".to_owned(), ..good() }, "observation.series"),
        (Observation { note: Some("\0".to_owned()), ..good() }, "observation.note"),
    ];
    for (row, expected) in refused {
        let outcome = store.record(&payload("p"), &[observation("fine", "p"), row]).await;
        let named = matches!(&outcome, Err(StoreError::NotStorable { field, .. }) if *field == expected);
        assert!(named, "{outcome:?} does not name {expected}");
    }
    let outcome = store.record(&Payload { source: "\0".to_owned(), ..payload("p") }, &[]).await;
    assert!(matches!(outcome, Err(StoreError::NotStorable { .. })), "{outcome:?}");
    assert_eq!(store.payload("p").await?, None);
    assert_eq!(store.points(None, 10).await?, []);
    Ok(())
}

pub async fn an_id_that_can_not_be_is_not_found(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    for id in ["", "\0", "a\0b"] {
        assert_eq!(store.observation(id).await?, None);
        assert_eq!(store.payload(id).await?, None);
        assert_eq!(store.benchmark_run(id).await?, None);
        assert_eq!(store.document(id).await?, None);
    }
    Ok(())
}
