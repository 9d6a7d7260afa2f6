//! A source with too many series, and series of payloads that are never kept.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use storage::StoreError;
use timeseries::{RowRefusal, Settings, What};

use crate::memory_store::MemoryStore;
use crate::support::{NOW_MS, keep, labels, number, open, payload, read, settings};

#[tokio::test]
async fn a_source_with_too_many_series_is_refused_and_the_others_are_not() {
    let few = Settings { most_series_of_source: 3, most_series: 5, ..settings() };
    let store = Arc::new(MemoryStore::default());
    let desk = open(&store, few.clone()).await;
    keep(&desk, NOW_MS, &[(0, NOW_MS, 1.0), (1, NOW_MS, 1.0), (2, NOW_MS, 1.0)]).await;
    let mut batch = desk.batch("agent", NOW_MS);
    assert_eq!(batch.resolve("cpu", &labels(3)), Err(RowRefusal::TooManySeries { limit: 3, of_source: true }));
    assert!(batch.resolve("cpu", &labels(2)).is_ok());
    let mut other = desk.batch("other", NOW_MS);
    assert!(other.resolve("cpu", &labels(3)).is_ok());
    assert!(other.resolve("cpu", &labels(4)).is_ok());
    assert_eq!(other.resolve("cpu", &labels(5)), Err(RowRefusal::TooManySeries { limit: 5, of_source: false }));
    drop(other);
    assert_eq!(desk.stats().series, 3);
    let desk = open(&store, few).await;
    let mut batch = desk.batch("agent", NOW_MS);
    assert!(batch.resolve("cpu", &labels(9)).is_err(), "the limit holds after a start too");
}

#[tokio::test]
async fn the_last_tenth_is_left_to_sources_with_few_series() {
    let settings = Settings { most_series_of_source: 18, most_series: 20, few_series: 2, ..settings() };
    let desk = open(&Arc::new(MemoryStore::default()), settings).await;
    let mut greedy = desk.batch("greedy", NOW_MS);
    for number in 0..18 {
        assert!(greedy.resolve("cpu", &labels(number)).is_ok(), "{number}");
    }
    let mut middle = desk.batch("middle", NOW_MS);
    assert!(middle.resolve("cpu", &labels(18)).is_ok());
    let mut small = desk.batch("small", NOW_MS);
    assert!(small.resolve("cpu", &labels(19)).is_ok());
    assert_eq!(small.resolve("cpu", &labels(20)), Err(RowRefusal::TooManySeries { limit: 20, of_source: false }));
    drop(small);
    drop(middle);
    let mut another = desk.batch("another", NOW_MS);
    assert!(another.resolve("cpu", &labels(21)).is_ok());
    assert!(another.resolve("cpu", &labels(22)).is_ok());
    assert!(another.resolve("cpu", &labels(23)).is_err());
}

#[tokio::test]
async fn series_of_payloads_that_are_not_kept_are_gone() {
    let store = Arc::new(MemoryStore::default());
    let desk = open(&store, settings()).await;
    store.fails.store(true, Ordering::SeqCst);
    for _ in 0..50 {
        let rows = [(1, NOW_MS, 1.0), (2, NOW_MS, 1.0)];
        let payload = payload("agent", &rows);
        let mut batch = desk.batch("agent", NOW_MS);
        assert_eq!(read(&payload, &mut batch), None);
        // Another one knows one of them as well, for a while.
        let mut other = desk.batch("agent", NOW_MS);
        assert!(other.resolve("cpu", &labels(1)).is_ok());
        assert!(matches!(desk.keep(payload, batch).await, Err(StoreError::Unavailable { .. })));
        assert_eq!(desk.stats().series, 1);
    }
    assert_eq!((desk.stats().series, desk.stats().held_samples), (0, 0));
    assert_eq!(number(&desk, 1), None);
    store.fails.store(false, Ordering::SeqCst);
    keep(&desk, NOW_MS, &[(2, NOW_MS, 1.0)]).await;
    assert_eq!(desk.stats().series, 1);
}

#[tokio::test]
async fn a_payload_that_can_not_be_stored_does_not_spoil_its_neighbours() {
    let store = Arc::new(MemoryStore::default());
    let desk = open(&store, settings()).await;
    let send = |source: &'static str, series: u8| {
        let desk = desk.clone();
        async move {
            let payload = payload(source, &[(series, NOW_MS, 1.0)]);
            let mut batch = desk.batch(source, NOW_MS);
            read(&payload, &mut batch);
            desk.keep(payload, batch).await
        }
    };
    let (one, two, three) = tokio::join!(send("a", 1), send("b\0", 1), send("c", 3));
    assert!(one.is_ok() && three.is_ok());
    assert!(matches!(two, Err(StoreError::NotStorable { .. })));
    assert_eq!(desk.stats().series, 2);
    assert_eq!(store.tables.lock().unwrap().payloads.len(), 2);
}

#[tokio::test]
async fn series_without_samples_in_memory_take_no_room_and_come_back() {
    let store = Arc::new(MemoryStore::default());
    let desk = open(&store, settings()).await;
    for series in 0..100 {
        keep(&desk, NOW_MS, &[(series, NOW_MS, 1.0)]).await;
    }
    desk.flush(NOW_MS, What::Everything).await.unwrap();
    let busy = desk.stats();
    assert_eq!(busy.heads, 0);
    for hour in 1..4 {
        desk.flush(NOW_MS + hour * 3_600_001, What::Due).await.unwrap();
    }
    assert!(desk.stats().bytes < busy.bytes, "the blocks of idle series are not remembered");
    keep(&desk, NOW_MS + 5_000, &[(7, NOW_MS + 5_000, 2.0)]).await;
    desk.flush(NOW_MS + 5_000, What::Everything).await.unwrap();
    let found = desk.samples(number(&desk, 7).unwrap(), 0, i64::MAX, 10).await.unwrap();
    assert_eq!(found.iter().map(|sample| sample.value).collect::<Vec<_>>(), [1.0, 2.0]);
    assert_eq!(store.tables.lock().unwrap().blocks.len(), 100);
}

#[tokio::test]
async fn memory_stays_bounded_where_nothing_can_be_flushed() {
    let store = Arc::new(MemoryStore::default());
    let little = Settings { most_held_samples: 10, most_wait_ms: 50, ..settings() };
    let desk = open(&store, little).await;
    let rows: Vec<_> = (0..30).map(|at| (1, NOW_MS + at, 1.0)).collect();
    keep(&desk, NOW_MS, &rows).await;
    desk.flush_wanted().await;
    let more = payload("agent", &[(1, NOW_MS, 1.0)]);
    let mut batch = desk.batch("agent", NOW_MS);
    read(&more, &mut batch);
    assert!(matches!(desk.keep(more.clone(), batch).await, Err(StoreError::Unavailable { .. })));
    desk.flush(NOW_MS, What::Due).await.unwrap();
    assert_eq!(desk.stats().held_samples, 0, "a full memory is flushed whole");
    let mut batch = desk.batch("agent", NOW_MS);
    read(&more, &mut batch);
    assert!(desk.keep(more, batch).await.is_ok());
}
