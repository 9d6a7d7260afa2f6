//! Blocks of buckets.

use super::samples::{block, rolled_row};
use super::{Backend, Outcome};
use crate::{RolledRow, SampleFlush, StoreError, StoredBlock};

fn flush_of(rolled: &[RolledRow]) -> SampleFlush {
    SampleFlush { rolled: rolled.to_vec(), ..SampleFlush::default() }
}

pub async fn buckets_are_replaced_and_read_in_order(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let all: Vec<RolledRow> = (-60..60).map(|number| rolled_row(1, 0, number * 10)).collect();
    let mut shuffled = all.clone();
    shuffled.reverse();
    shuffled.extend([rolled_row(1, 1, 0), rolled_row(2, 0, 0)]);
    store.flush_samples(&flush_of(&shuffled)).await?;
    assert_eq!(store.rolled(1, 0, i64::MIN, i64::MAX).await?, all);
    assert_eq!(store.rolled(1, 0, 10, 30).await?, all[61..64]);
    assert_eq!(store.rolled(1, 0, 11, 29).await?, all[62..63]);
    assert_eq!(store.rolled(1, 2, i64::MIN, i64::MAX).await?, []);
    let newer = RolledRow { bytes: vec![7; 50_000], ..rolled_row(1, 0, 20) };
    store.flush_samples(&flush_of(&[newer.clone(), rolled_row(1, 0, 1000)])).await?;
    assert_eq!(store.rolled(1, 0, 20, 30).await?, [newer, rolled_row(1, 0, 30)]);
    assert_eq!(store.rolled(1, 0, i64::MIN, i64::MAX).await?.len(), 121);
    Ok(())
}

pub async fn several_series_are_asked_for_together(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let rolled: Vec<RolledRow> =
        (1..=700).flat_map(|series| [rolled_row(series, 0, 10), rolled_row(series, 1, 10)]).collect();
    let blocks: Vec<StoredBlock> = (1..=700)
        .flat_map(|series| [block(series, 2 * series, 20, 29), block(series, 2 * series + 1, 10, 19)])
        .collect();
    store.flush_samples(&SampleFlush { blocks, ..flush_of(&rolled) }).await?;
    for wanted in [vec![], vec![3], vec![9, 7, 8], (1..=16).collect(), (1..=17).collect(), (40..=699).collect()] {
        let mut sorted: Vec<i64> = wanted.clone();
        sorted.sort_unstable();
        let found = store.rolled_of(&sorted, 0, 0, 10).await?;
        assert_eq!(found, sorted.iter().map(|series| rolled_row(*series, 0, 10)).collect::<Vec<_>>());
        let mut each = Vec::new();
        for series in &sorted {
            each.extend(store.block_extents(*series).await?);
        }
        assert_eq!(store.block_extents_of(&sorted).await?, each);
    }
    assert_eq!(store.rolled_of(&[1, 2], 0, 11, 20).await?, []);
    assert_eq!(store.block_extents_of(&[701]).await?, []);
    Ok(())
}

pub async fn a_flush_with_the_same_buckets_twice_is_refused(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let outcome =
        store.flush_samples(&flush_of(&[rolled_row(1, 0, 1), rolled_row(1, 0, 2), rolled_row(1, 0, 1)])).await;
    assert!(matches!(outcome, Err(StoreError::NotStorable { .. })), "{outcome:?}");
    assert_eq!(store.rolled(1, 0, i64::MIN, i64::MAX).await?, []);
    Ok(())
}

pub async fn old_buckets_of_one_resolution_are_deleted(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let mut rows: Vec<RolledRow> = (0..6).map(|number| rolled_row(number % 2, 0, number)).collect();
    rows.push(rolled_row(0, 1, 0));
    store.flush_samples(&flush_of(&rows)).await?;
    assert_eq!(store.drop_rolled(0, 4, 3).await?, 3);
    assert_eq!(store.rolled(0, 0, 0, 9).await?, [rolled_row(0, 0, 4)]);
    assert_eq!(store.rolled(1, 0, 0, 9).await?, [rolled_row(1, 0, 3), rolled_row(1, 0, 5)]);
    assert_eq!(store.drop_rolled(0, 4, 3).await?, 1);
    assert_eq!(store.drop_rolled(0, 4, 3).await?, 0);
    assert_eq!(store.rolled(0, 1, 0, 9).await?, [rolled_row(0, 1, 0)]);
    Ok(())
}
