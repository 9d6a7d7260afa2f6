//! Rollups: kept while samples come they are what a recomputation gives, and their blocks read back to the last bit.

use std::collections::BTreeMap;

use proptest::prelude::*;
use series_block::{BlockError, Bucket, Pushed, Resolution, RolledBlock, Rollups, Sample};

use crate::support::{DAY_MS, MINUTE_MS, batches, inside, ordered, recomputed, sample};

/// Buckets as the bytes of their blocks: equal bytes are equal bits.
fn bytes_of(resolution: Resolution, buckets: &[Bucket]) -> Vec<Vec<u8>> {
    let block_of = |bucket: &Bucket| resolution.block_start_ms(bucket.start_ms);
    let blocks = buckets.chunk_by(|one, next| block_of(one) == block_of(next));
    blocks.map(|block| RolledBlock::encode(resolution, block).unwrap().bytes().to_vec()).collect()
}

#[test]
fn buckets_that_are_not_of_one_block_are_not_encoded() {
    let bucket =
        |time_ms: i64| Bucket::of(Resolution::Minute.start_ms(time_ms), &[sample(time_ms, 1.0, 1, 0)]).unwrap();
    let cases = [
        vec![],
        vec![bucket(0), bucket(DAY_MS)],
        vec![bucket(MINUTE_MS), bucket(0)],
        vec![bucket(0), bucket(1)],
        vec![Bucket { start_ms: 7, ..bucket(7) }],
        vec![Bucket { start_ms: MINUTE_MS, ..bucket(7) }],
    ];
    for buckets in cases {
        assert!(RolledBlock::encode(Resolution::Minute, &buckets).is_err(), "{buckets:?}");
    }
}

#[test]
fn a_correction_of_the_same_time_is_counted_again() {
    let mut rollups = Rollups::default();
    let (first, corrected) = (sample(5, 1.0, 1, 0), sample(5, 3.0, 2, 0));
    assert_eq!(rollups.push(&first), Pushed::Added);
    assert_eq!(rollups.push(&corrected), Pushed::Late);
    assert_eq!(rollups.stale().count(), 3);
    let closed = rollups.settle(|_, _| Ok::<Vec<Sample>, BlockError>(vec![first, corrected])).unwrap();
    assert!(closed.is_empty());
    let digest = rollups.open(Resolution::Hour).unwrap().digest;
    assert_eq!((digest.count, digest.sum.total().to_bits()), (1, 3.0_f64.to_bits()));
    assert_eq!(digest.recorded_ms, corrected.recorded_ms);
}

#[test]
fn a_failed_recount_is_made_again() {
    let mut rollups = Rollups::default();
    let samples = [sample(4, 2.0, 2, 0), sample(5, 1.0, 1, 0)];
    rollups.push(&samples[1]);
    rollups.late(4);
    assert_eq!(rollups.settle(|_, _| Err(BlockError::Short)), Err(BlockError::Short));
    assert!(rollups.settle(|_, _| Ok::<_, BlockError>(samples.to_vec())).unwrap().is_empty());
    assert_eq!(rollups.open(Resolution::Day).unwrap().digest.count, 2);
}

proptest! {
    #[test]
    fn kept_while_samples_come_they_are_what_recomputing_gives(batches in batches(15)) {
        let mut rollups = Rollups::default();
        let mut stored: BTreeMap<(Resolution, i64), Bucket> = BTreeMap::new();
        let mut known: Vec<Vec<Sample>> = Vec::new();
        for batch in batches {
            for sample in &batch {
                rollups.push(sample);
            }
            known.push(batch);
            let all = ordered(&known);
            let changed = rollups.settle(|first_ms, last_ms| Ok::<_, BlockError>(inside(&all, first_ms, last_ms + 1))).unwrap();
            stored.extend(changed.into_iter().map(|(resolution, bucket)| ((resolution, bucket.start_ms), bucket)));
        }
        let all = ordered(&known);
        for resolution in Resolution::ALL {
            let mut found: Vec<Bucket> =
                stored.iter().filter(|((known, _), _)| *known == resolution).map(|(_, bucket)| bucket.clone()).collect();
            found.extend(rollups.open(resolution).cloned());
            prop_assert_eq!(bytes_of(resolution, &found), bytes_of(resolution, &recomputed(&all, resolution)));
        }
        let last_ms = all.last().unwrap().time_ms;
        let day_ms = Resolution::Day.start_ms(last_ms);
        let resumed = Rollups::resumed(last_ms, &inside(&all, day_ms, day_ms + DAY_MS));
        for resolution in Resolution::ALL {
            prop_assert_eq!(resumed.open(resolution), rollups.open(resolution));
        }
    }

    #[test]
    fn finer_buckets_make_the_coarser_ones(batches in batches(15)) {
        let all = ordered(&batches);
        for (fine, coarse) in [(Resolution::Minute, Resolution::Hour), (Resolution::Hour, Resolution::Day)] {
            let mut merged: Vec<Bucket> = Vec::new();
            for bucket in recomputed(&all, fine) {
                let start_ms = coarse.start_ms(bucket.start_ms);
                match merged.last_mut() {
                    Some(last) if last.start_ms == start_ms => last.merge(&bucket),
                    _ => merged.push(Bucket { start_ms, ..bucket }),
                }
            }
            // The values of these samples fit into a sum's 105 bits, so even sums are the same.
            prop_assert_eq!(bytes_of(coarse, &merged), bytes_of(coarse, &recomputed(&all, coarse)));
        }
    }

    #[test]
    fn blocks_of_buckets_read_back(batches in batches(10)) {
        let all = ordered(&batches);
        for resolution in Resolution::ALL {
            let buckets = recomputed(&all, resolution);
            let block_of = |bucket: &Bucket| resolution.block_start_ms(bucket.start_ms);
            for together in buckets.chunk_by(|one, next| block_of(one) == block_of(next)) {
                let block = RolledBlock::encode(resolution, together).unwrap();
                let read = RolledBlock::from_bytes(block.bytes().to_vec()).unwrap();
                prop_assert_eq!((read.resolution(), read.count()), (resolution, together.len()));
                prop_assert_eq!(read.buckets().unwrap(), together);
                let digests: Vec<_> = together.iter().map(|bucket| (bucket.start_ms, bucket.digest)).collect();
                prop_assert_eq!(read.digests().unwrap(), digests);
                let (some, rest) = together.split_at(together.len() / 2);
                let half = (!some.is_empty()).then(|| RolledBlock::encode(resolution, some).unwrap());
                prop_assert_eq!(RolledBlock::overlaid(resolution, half.as_ref(), rest).unwrap(), block);
            }
        }
    }

    #[test]
    fn changed_bytes_do_no_harm(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6), raw in prop::collection::vec(any::<u8>(), 0..200)) {
        let samples: Vec<Sample> = (0..300_u32).map(|row| sample(i64::from(row) * 7_000, f64::from(row) / 3.0, 1, row)).collect();
        let block = RolledBlock::encode(Resolution::Minute, &recomputed(&samples, Resolution::Minute)).unwrap();
        let mut random = block.bytes()[..6].to_vec();
        random.extend_from_slice(&raw);
        random.extend_from_slice(&[0; 4]);
        for mut bytes in [block.bytes().to_vec(), random] {
            let body = bytes.len() - 4;
            for (at, byte) in &changes {
                bytes[5 + at.index(body - 5)] = *byte;
            }
            let unchanged = bytes == block.bytes();
            prop_assert!(unchanged || changes.is_empty() || bytes.len() != block.bytes().len() || RolledBlock::from_bytes(bytes.clone()).is_err());
            let checksum = crc32fast::hash(&bytes[..body]).to_le_bytes();
            bytes[body..].copy_from_slice(&checksum);
            if let Ok(buckets) = RolledBlock::from_bytes(bytes).and_then(|block| block.buckets()) {
                prop_assert!(buckets.iter().all(|bucket| bucket.sketch.count() == bucket.digest.count));
            }
        }
    }
}
