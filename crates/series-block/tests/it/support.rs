//! Random samples, and what brute force says of them.

use std::collections::BTreeMap;

use kpi::point::Origin;
use proptest::prelude::*;
use series_block::{Bucket, Resolution, Sample};

pub const MINUTE_MS: i64 = 60_000;
pub const DAY_MS: i64 = 86_400_000;

/// A sample; its payload tells when it was recorded and its origin.
pub fn sample(time_ms: i64, value: f64, payload: u64, row: u32) -> Sample {
    let origin = Origin::ALL[usize::try_from(payload % 5).unwrap()];
    let recorded_ms = 1_700_000_000_000 + 700 * i64::try_from(payload % 1_000_000).unwrap();
    Sample { time_ms, value, payload, row, recorded_ms, origin }
}

/// Values as systems send them, and those that break careless code.
pub fn values() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => (-10_000..10_000_i32).prop_map(|units| f64::from(units) / 100.0),
        2 => -1e6..1e6_f64,
        1 => prop_oneof![Just(0.0), Just(-0.0), Just(1.0)],
    ]
}

/// Every finite value there is.
pub fn finite() -> impl Strategy<Value = f64> {
    any::<u64>().prop_map(f64::from_bits).prop_filter("finite", |value| value.is_finite())
}

/// Batches as senders send them: mostly onward in time, at times late, at the same time, and some sent twice.
pub fn batches(most: usize) -> impl Strategy<Value = Vec<Vec<Sample>>> {
    let step = prop_oneof![
        6 => 1_i64..20_000,
        1 => Just(0_i64),
        1 => -200_000_i64..0,
        1 => 0_i64..5_000_000,
        1 => -90_000_000_i64..90_000_000,
    ];
    let batch = prop::collection::vec((step, values()), 1..30);
    (prop::collection::vec((batch, any::<prop::sample::Index>(), 0_u8..6), 1..most), -DAY_MS..DAY_MS).prop_map(
        |(batches, start_ms)| {
            let mut time_ms = start_ms;
            let mut all: Vec<Vec<Sample>> = Vec::new();
            for (payload, (steps, again, dice)) in (1..).zip(batches) {
                let batch = (0..).zip(steps).map(|(row, (step_ms, value))| {
                    time_ms += step_ms;
                    sample(time_ms, value, payload, row)
                });
                all.push(batch.collect());
                if dice == 0 {
                    all.push(all[again.index(all.len())].clone());
                }
            }
            all
        },
    )
}

/// Every sample once, ordered by key.
pub fn ordered(batches: &[Vec<Sample>]) -> Vec<Sample> {
    let mut all = batches.concat();
    all.sort_by_key(Sample::key);
    all.dedup_by_key(|sample| sample.key());
    all
}

/// The samples from one instant up to another.
pub fn inside(samples: &[Sample], from_ms: i64, until_ms: i64) -> Vec<Sample> {
    samples.iter().filter(|sample| (from_ms..until_ms).contains(&sample.time_ms)).copied().collect()
}

/// All buckets, from the samples alone.
pub fn recomputed(samples: &[Sample], resolution: Resolution) -> Vec<Bucket> {
    let mut of_bucket: BTreeMap<i64, Vec<Sample>> = BTreeMap::new();
    for sample in samples {
        of_bucket.entry(resolution.start_ms(sample.time_ms)).or_default().push(*sample);
    }
    of_bucket.into_iter().filter_map(|(start_ms, samples)| Bucket::of(start_ms, &samples)).collect()
}
