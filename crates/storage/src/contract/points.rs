//! Points in segments.

use super::{Backend, Outcome};
use crate::{PointLabelSet, PointSegment, PointSeries, PointWatermark, SettledPoints, StoreError};

fn series(number: i64, name: &str) -> PointSeries {
    PointSeries { number, name: name.to_owned(), source: "ci".to_owned(), has_samples: false }
}

fn segment(number: i64, series: i64) -> (PointSegment, Vec<u8>) {
    let bytes = vec![u8::try_from(number % 251).unwrap_or_default(); 3_000];
    (PointSegment { number, series, summary: vec![1, 2, 3] }, bytes)
}

fn label_set(number: i64, value: &str) -> PointLabelSet {
    let labels = vec![("host".to_owned(), value.to_owned())];
    PointLabelSet { number, labels, source: String::new() }
}

fn watermark(id: &str) -> PointWatermark {
    PointWatermark { version: 1, observation_id: id.to_owned(), origins: 3 }
}

pub async fn what_was_settled_comes_back(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    assert_eq!(store.point_watermark().await?, None);
    let settled = SettledPoints {
        series: vec![series(1, "a"), series(2, "Δ Zeit")],
        label_sets: (1..=250).map(|number| label_set(number, &format!("host {number}"))).collect(),
        segments: (1..=700).map(|number| segment(number, 1 + number % 2)).collect(),
        replaced: Vec::new(),
        watermark: watermark("m"),
    };
    store.settle_points(&settled).await?;
    store.close().await;
    let store = backend.open().await?;
    assert_eq!(store.point_watermark().await?, Some(watermark("m")));
    assert_eq!(store.point_series(0, 10).await?, settled.series);
    assert_eq!(store.point_label_sets(240, 100).await?, settled.label_sets[240..]);
    let segments: Vec<PointSegment> = settled.segments.iter().map(|(segment, _)| segment.clone()).collect();
    assert_eq!(store.point_segments(0, 1_000).await?, segments);
    assert_eq!(store.point_segments(690, 5).await?, segments[690..695]);
    let mut found = store.point_segment_bytes(&[700, 3, 9_999]).await?;
    found.sort();
    assert_eq!(found, [(3, settled.segments[2].1.clone()), (700, settled.segments[699].1.clone())]);
    assert_eq!(store.point_segment_bytes(&(1..=700).collect::<Vec<_>>()).await?.len(), 700);
    Ok(())
}

pub async fn segments_are_replaced_whole_or_not_at_all(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let first = SettledPoints {
        series: vec![series(1, "a")],
        segments: vec![segment(1, 1), segment(2, 1)],
        watermark: watermark("a"),
        ..SettledPoints::default()
    };
    store.settle_points(&first).await?;
    let taken = SettledPoints {
        segments: vec![segment(3, 1), segment(2, 1)],
        replaced: vec![1],
        watermark: watermark("b"),
        ..SettledPoints::default()
    };
    assert!(matches!(store.settle_points(&taken).await, Err(StoreError::Conflict { .. })));
    assert_eq!(store.point_watermark().await?, Some(watermark("a")));
    let numbers = |found: Vec<PointSegment>| found.into_iter().map(|segment| segment.number).collect::<Vec<_>>();
    assert_eq!(numbers(store.point_segments(0, 10).await?), [1, 2]);
    let next = SettledPoints {
        series: vec![PointSeries { has_samples: true, ..series(1, "a") }],
        segments: vec![segment(3, 1)],
        replaced: vec![1, 77],
        watermark: watermark("b"),
        ..SettledPoints::default()
    };
    store.settle_points(&next).await?;
    assert_eq!(numbers(store.point_segments(0, 10).await?), [2, 3]);
    assert_eq!(store.point_segment_bytes(&[1]).await?, []);
    assert_eq!(store.point_series(0, 10).await?, next.series);
    store.forget_points().await?;
    assert_eq!(store.point_watermark().await?, None);
    assert_eq!(store.point_segments(0, 10).await?, []);
    assert_eq!(store.point_series(0, 10).await?, []);
    store.settle_points(&first).await
}
