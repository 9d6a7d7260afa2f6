//! Provenance, stamps of the watermark, and how long a chart of a year takes.

use std::sync::Arc;

use timeseries::{SeriesFilter, What};

use crate::memory_store::MemoryStore;
use crate::support::{DAY_MS, NOW_MS, keep, labels, number, open, settings};

#[tokio::test]
async fn a_point_leads_back_to_its_payload_and_row() {
    let store = Arc::new(MemoryStore::default());
    let desk = open(&store, settings()).await;
    keep(&desk, NOW_MS, &[(1, NOW_MS - 5, 1.0)]).await;
    let payload = keep(&desk, NOW_MS, &[(2, NOW_MS, 8.0), (1, NOW_MS - 7, 2.0), (1, NOW_MS - 5, 3.0)]).await;
    for _ in 0..2 {
        let series = number(&desk, 1).unwrap();
        let mark = desk.chart(series, NOW_MS - DAY_MS, NOW_MS, 100).await.unwrap()[1];
        let found = desk.samples(series, mark.time_ms, mark.time_ms + 1, 10).await.unwrap();
        let last = found.last().unwrap();
        assert_eq!((last.value, last.payload, last.row), (3.0, payload.cast_unsigned(), 2));
        assert_eq!(found.len(), 2, "the value that was corrected is still there");
        desk.flush(NOW_MS, What::Everything).await.unwrap();
    }
}

#[tokio::test]
async fn the_watermark_waits_for_the_slowest_series() {
    let store = Arc::new(MemoryStore::default());
    let desk = open(&store, settings()).await;
    let slow = keep(&desk, NOW_MS, &[(1, NOW_MS, 1.0)]).await;
    let rows: Vec<_> = (0..5_000).map(|at| (2, NOW_MS - 6_000_000 + at * 1_000, 1.0)).collect();
    keep(&desk, NOW_MS + 1_000, &rows).await;
    let done = desk.flush(NOW_MS + 1_000, What::Due).await.unwrap();
    assert_eq!((done.series, done.samples, done.payload), (1, 4_096, slow - 1));
    let done = desk.flush(NOW_MS + 600_000, What::Due).await.unwrap();
    assert_eq!((done.series, done.samples, done.payload), (1, 1, slow), "the first one has waited for ten minutes");
    let done = desk.flush(NOW_MS + 601_000, What::Due).await.unwrap();
    assert_eq!((done.samples, done.payload), (904, slow + 1));
    assert_eq!(desk.stats().oldest_held_ms, None);
}

#[tokio::test]
async fn samples_that_came_under_a_clock_that_was_ahead_wait_no_longer_than_others() {
    let store = Arc::new(MemoryStore::default());
    let desk = open(&store, settings()).await;
    let ahead_ms = NOW_MS + 10 * DAY_MS;
    keep(&desk, ahead_ms, &[(1, ahead_ms, 1.0)]).await;
    assert_eq!(desk.flush(ahead_ms, What::Due).await.unwrap().samples, 0);
    let payload = keep(&desk, NOW_MS, &[(2, NOW_MS, 1.0)]).await;
    assert_eq!(desk.flush(NOW_MS, What::Due).await.unwrap().samples, 1, "that of the later time");
    let done = desk.flush(NOW_MS + 600_000, What::Due).await.unwrap();
    assert_eq!((done.samples, done.payload), (1, payload));
}

#[tokio::test]
async fn series_are_found_by_name_source_and_labels() {
    let desk = open(&Arc::new(MemoryStore::default()), settings()).await;
    keep(&desk, NOW_MS, &[(1, NOW_MS, 1.0), (2, NOW_MS, 1.0), (3, NOW_MS, 1.0)]).await;
    let count = |filter: SeriesFilter| desk.series_list(&filter, 100).len();
    assert_eq!(count(SeriesFilter::default()), 3);
    assert_eq!(count(SeriesFilter { name_part: Some("cp".to_owned()), ..Default::default() }), 3);
    assert_eq!(count(SeriesFilter { name: Some("cp".to_owned()), ..Default::default() }), 0);
    assert_eq!(count(SeriesFilter { source: Some("agent".to_owned()), after_number: 1, ..Default::default() }), 2);
    assert_eq!(count(SeriesFilter { labels: labels(2), ..Default::default() }), 1);
    assert_eq!(desk.series_list(&SeriesFilter::default(), 2).len(), 2);
    assert_eq!(desk.series(2).unwrap().labels, labels(2));
    assert_eq!(desk.chart(99, 0, NOW_MS, 100).await.unwrap(), []);
}
