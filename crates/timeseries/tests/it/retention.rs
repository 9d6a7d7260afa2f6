//! What is old goes, and what is left is still drawn.

use std::sync::Arc;

use series_block::Resolution;
use timeseries::{Retention, RowRefusal, What};

use crate::memory_store::MemoryStore;
use crate::support::{DAY_MS, NOW_MS, keep, number, open, settings};

const MINUTE_MS: i64 = 60_000;

#[tokio::test]
async fn charts_go_on_with_rollups_where_samples_are_gone() {
    let store = Arc::new(MemoryStore::default());
    let desk = open(&store, settings()).await;
    let first_ms = NOW_MS - 100 * DAY_MS;
    // Every ten minutes, so that a block holds a month.
    let all: Vec<(u8, i64, f64)> = (0..100 * 144)
        .map(|at| (1, first_ms + at * 10 * MINUTE_MS, f64::from(u16::try_from(at % 997).unwrap())))
        .collect();
    for rows in all.chunks(5_000) {
        keep(&desk, NOW_MS, rows).await;
    }
    desk.flush(NOW_MS, What::Everything).await.unwrap();
    let series = number(&desk, 1).unwrap();
    let before = desk.window(series, first_ms, NOW_MS, None).await.unwrap().unwrap();
    assert_eq!(before.digest.count, 14_400);

    let days = |days: i64| Some(days * DAY_MS);
    let retention = Retention { raw_ms: days(10), minutes_ms: days(30), hours_ms: days(60), days_ms: None };
    let dropped = desk.retain(NOW_MS, &retention).await.unwrap();
    assert!(dropped.blocks >= 2 && dropped.rolled[0] > 0 && dropped.rolled[1] > 0 && dropped.rolled[2] == 0);
    for step in 0..2 {
        let found = desk.samples(series, 0, i64::MAX, usize::MAX).await.unwrap();
        assert!(found.len() < 14_400 && found.first().unwrap().time_ms < NOW_MS - 10 * DAY_MS);
        let after = desk.window(series, Resolution::Day.start_ms(first_ms), NOW_MS, None).await.unwrap().unwrap();
        assert_eq!((after.digest.count, after.digest.greatest.value), (14_400, 996.0), "step {step}");
        for (from_ms, until_ms) in [
            (first_ms, NOW_MS),
            (first_ms, first_ms + 20 * DAY_MS),
            (NOW_MS - 50 * DAY_MS, NOW_MS - 48 * DAY_MS),
            (NOW_MS - 40 * DAY_MS, NOW_MS),
            (NOW_MS - 25 * DAY_MS, NOW_MS - 24 * DAY_MS),
            (NOW_MS - DAY_MS, NOW_MS),
            (first_ms - 300 * DAY_MS, NOW_MS + 30 * DAY_MS),
        ] {
            let chart = desk.chart(series, from_ms, until_ms, 100).await.unwrap();
            assert!(chart.windows(2).all(|pair| pair[0].time_ms < pair[1].time_ms));
            assert!(chart.iter().all(|mark| (from_ms..until_ms).contains(&mark.time_ms)));
            let span_ms = until_ms.min(NOW_MS) - from_ms.max(first_ms);
            let expected = (span_ms / DAY_MS).min(100 * span_ms / (until_ms - from_ms));
            assert!(i64::try_from(chart.len()).unwrap() > expected, "{} points of {expected} days", chart.len());
        }
        if step == 0 {
            // A late sample of a time whose samples are kept changes its day, and no other.
            keep(&desk, NOW_MS, &[(1, NOW_MS - 9 * DAY_MS + 1, -5.0)]).await;
            desk.flush(NOW_MS, What::Everything).await.unwrap();
            let late = desk.window(series, first_ms, NOW_MS, None).await.unwrap().unwrap();
            assert_eq!(late.digest.least.value.to_bits(), (-5.0_f64).to_bits());
            break;
        }
    }
}

#[tokio::test]
async fn samples_of_a_time_that_is_not_kept_are_refused() {
    let store = Arc::new(MemoryStore::default());
    let desk = open(&store, settings()).await;
    let retention = Retention { raw_ms: Some(10 * DAY_MS), ..Retention::default() };
    desk.retain(NOW_MS, &retention).await.unwrap();
    let batch = desk.batch("agent", NOW_MS);
    let earliest_ms = NOW_MS - 10 * DAY_MS;
    assert_eq!(batch.check_time(earliest_ms), Ok(()));
    let refusal = batch.check_time(earliest_ms - 1).unwrap_err();
    assert_eq!(refusal, RowRefusal::TooOld { time_ms: earliest_ms - 1, earliest_ms });
    assert_eq!(refusal.problem(7).code, "too-old");
    assert!(batch.check_time(NOW_MS + 5 * MINUTE_MS).is_ok());
    assert_eq!(batch.check_time(NOW_MS + 5 * MINUTE_MS + 1).unwrap_err().problem(7).code, "future");
}

#[tokio::test]
async fn samples_of_a_day_stay_as_long_as_one_in_memory_may_be_late_for_it() {
    let store = Arc::new(MemoryStore::default());
    let desk = open(&store, settings()).await;
    let day_ms = Resolution::Day.start_ms(NOW_MS - 20 * DAY_MS);
    keep(&desk, NOW_MS, &[(1, day_ms, 1.0), (1, day_ms + 2, 3.0)]).await;
    desk.flush(NOW_MS, What::Everything).await.unwrap();
    keep(&desk, NOW_MS, &[(1, day_ms + 1, 2.0)]).await;
    let retention = Retention { raw_ms: Some(DAY_MS), ..Retention::default() };
    assert_eq!(desk.retain(NOW_MS, &retention).await.unwrap().blocks, 0);
    desk.flush(NOW_MS, What::Everything).await.unwrap();
    assert_eq!(desk.retain(NOW_MS, &retention).await.unwrap().blocks, 1);
    let day = desk.window(number(&desk, 1).unwrap(), day_ms, day_ms + DAY_MS, None).await.unwrap().unwrap();
    assert_eq!((day.digest.count, day.digest.sum.total()), (3, 6.0));
}
