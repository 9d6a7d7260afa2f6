//! Blocks of samples, and how far the log was flushed.

use std::sync::Arc;

use super::samples::block;
use super::{Backend, Outcome};
use crate::{BlockExtent, BlockKey, SampleFlush, SampleStore, StoreError, StoredBlock};

const DAY_MS: i64 = 86_400_000;
const NOVEMBER_MS: i64 = 1_698_796_800_000;

fn flush_of(blocks: &[StoredBlock]) -> SampleFlush {
    SampleFlush { blocks: blocks.to_vec(), ..SampleFlush::default() }
}

async fn numbers(store: &dyn SampleStore, series: i64) -> Result<Vec<i64>, StoreError> {
    Ok(store.block_extents(series).await?.into_iter().map(|extent| extent.key.number).collect())
}

pub async fn blocks_come_back_as_they_went_in(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let large = StoredBlock { bytes: vec![0xfe; 700_000], ..block(1, 3, 40, 50) };
    let empty = StoredBlock { bytes: Vec::new(), ..block(1, 4, 40, 40) };
    let all = [block(1, 2, -30, -10), block(1, 1, 10, 30), large, empty];
    let mut shuffled = all.to_vec();
    shuffled.reverse();
    shuffled.push(block(2, 5, 0, 100));
    store.flush_samples(&flush_of(&shuffled)).await?;
    store.close().await;
    let store = backend.open().await?;
    assert_eq!(store.blocks(1, i64::MIN, i64::MAX).await?, all);
    let extents: Vec<BlockExtent> = all.iter().map(|block| block.extent).collect();
    assert_eq!(store.block_extents(1).await?, extents);
    assert_eq!(store.latest_block().await?, 5);
    Ok(())
}

pub async fn blocks_that_reach_into_a_time_are_found(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let all = [block(1, 1, 10, 20), block(1, 2, 21, 30), block(1, 3, 40, 40), block(2, 4, 10, 99)];
    store.flush_samples(&flush_of(&all)).await?;
    for (from_ms, last_ms, expected) in [
        (0, 9, &[][..]),
        (0, 10, &[1]),
        (20, 20, &[1]),
        (20, 21, &[1, 2]),
        (30, 40, &[2, 3]),
        (31, 39, &[]),
        (i64::MIN, i64::MAX, &[1, 2, 3]),
        (41, 99, &[]),
    ] {
        let found: Vec<i64> =
            store.blocks(1, from_ms, last_ms).await?.iter().map(|block| block.extent.key.number).collect();
        assert_eq!(found, expected, "{from_ms} to {last_ms}");
    }
    Ok(())
}

pub async fn a_flush_replaces_blocks(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let old = [block(1, 1, 10, 20), block(1, 2, 30, 40)];
    store.flush_samples(&flush_of(&old)).await?;
    let new = block(1, 3, 10, 40);
    let absent = BlockKey { series: 1, first_ms: 77, number: 77 };
    let replaced = vec![old[0].extent.key, absent, old[1].extent.key];
    store.flush_samples(&SampleFlush { replaced, flushed_payload: 4, ..flush_of(std::slice::from_ref(&new)) }).await?;
    assert_eq!(store.blocks(1, 0, 100).await?, [new]);
    assert_eq!(store.flushed_payload().await?, 4);
    Ok(())
}

pub async fn a_flush_is_kept_whole_or_not_at_all(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let kept = [block(1, 1, 10, 20), block(1, 2, 30, 40)];
    store.flush_samples(&flush_of(&kept)).await?;
    let mut blocks: Vec<StoredBlock> = (3..130).map(|number| block(1, number, 100 + number, 200 + number)).collect();
    blocks.push(kept[1].clone());
    let flush = SampleFlush { replaced: vec![kept[0].extent.key], flushed_payload: 9, ..flush_of(&blocks) };
    let outcome = store.flush_samples(&flush).await;
    assert!(matches!(outcome, Err(StoreError::Conflict { .. })), "{outcome:?}");
    assert_eq!(store.blocks(1, i64::MIN, i64::MAX).await?, kept);
    assert_eq!(store.flushed_payload().await?, 0);
    Ok(())
}

pub async fn blocks_of_every_time_are_kept(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let times = [i64::MIN, -1, 0, 951_868_799_999, 951_868_800_000, NOVEMBER_MS, 7_258_118_400_000, i64::MAX];
    let blocks: Vec<StoredBlock> =
        times.iter().zip(1..).map(|(first_ms, number)| block(1, number, *first_ms, *first_ms)).collect();
    store.flush_samples(&flush_of(&blocks)).await?;
    assert_eq!(store.blocks(1, i64::MIN, i64::MAX).await?, blocks);
    Ok(())
}

pub async fn the_watermark_never_falls(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    for (flushed_payload, expected) in [(5, 5), (3, 5), (0, 5), (8, 8)] {
        store.flush_samples(&SampleFlush { flushed_payload, ..SampleFlush::default() }).await?;
        assert_eq!(store.flushed_payload().await?, expected);
    }
    Ok(())
}

pub async fn flushes_at_once_lose_nothing(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let flush = |writer: i64| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            for round in 0..8 {
                let number = writer * 100 + round;
                // Everybody needs the same new month at the same time.
                let first_ms = NOVEMBER_MS + round * 31 * DAY_MS;
                let flush =
                    SampleFlush { flushed_payload: number, ..flush_of(&[block(writer, number, first_ms, first_ms)]) };
                store.flush_samples(&flush).await?;
            }
            Ok::<(), StoreError>(())
        })
    };
    for task in (1..=5).map(flush).collect::<Vec<_>>() {
        task.await
            .map_err(|error| StoreError::Failed { operation: "run a flushing task", source: Box::new(error) })??;
    }
    for writer in 1..=5 {
        assert_eq!(
            numbers(store.as_ref(), writer).await?,
            (0..8).map(|round| writer * 100 + round).collect::<Vec<_>>()
        );
    }
    assert_eq!(store.flushed_payload().await?, 507);
    Ok(())
}

pub async fn old_blocks_are_deleted_up_to_the_limit(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let at = |day: i64| NOVEMBER_MS + day * DAY_MS;
    let blocks: Vec<StoredBlock> = (0..6).map(|day| block(1 + day % 2, day + 1, at(day), at(day + 1) - 1)).collect();
    store.flush_samples(&flush_of(&blocks)).await?;
    assert_eq!(store.drop_blocks(at(1) - 1, 100).await?, 0);
    assert_eq!(store.drop_blocks(at(1), 100).await?, 1);
    assert_eq!(store.drop_blocks(at(4), 2).await?, 2);
    assert_eq!((numbers(store.as_ref(), 1).await?, numbers(store.as_ref(), 2).await?), (vec![5], vec![4, 6]));
    assert_eq!(store.drop_blocks(at(4), 2).await?, 1);
    assert_eq!(store.drop_blocks(at(4), 2).await?, 0);
    assert_eq!(store.blocks(1, i64::MIN, i64::MAX).await?, [blocks[4].clone()]);
    // The whole month at once.
    assert_eq!(store.drop_blocks(at(60), 100).await?, 2);
    assert_eq!(numbers(store.as_ref(), 1).await?, [0; 0]);
    store.flush_samples(&flush_of(&blocks)).await?;
    assert_eq!(numbers(store.as_ref(), 1).await?, [1, 3, 5]);
    Ok(())
}

pub async fn a_thousand_blocks_are_flushed_whole(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let blocks: Vec<StoredBlock> =
        (1..=1234).map(|number| block(number % 7, number, NOVEMBER_MS + number, NOVEMBER_MS + number)).collect();
    store.flush_samples(&flush_of(&blocks)).await?;
    let mut kept: Vec<StoredBlock> = Vec::new();
    for series in 0..7 {
        kept.extend(store.blocks(series, i64::MIN, i64::MAX).await?);
    }
    kept.sort_by_key(|block| block.extent.key.number);
    assert!(kept == blocks);
    Ok(())
}
