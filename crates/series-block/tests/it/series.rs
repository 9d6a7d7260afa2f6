//! A whole series: windows, percentiles, charts and past instants against brute force.

use std::collections::BTreeMap;

use proptest::prelude::*;
use series_block::{
    Block, Bucket, Mark, RELATIVE_ERROR, Resolution, RolledBlock, Sample, Series, Source, counted, window,
};

use crate::support::{DAY_MS, MINUTE_MS, batches, inside, ordered, recomputed, sample};

/// A series of these batches, flushed after some of them.
fn series_of(batches: &[Vec<Sample>], flush: u8) -> Series {
    let mut series = Series::default();
    for (index, batch) in (0_u8..).zip(batches) {
        series.append(batch).unwrap();
        if flush > 0 && index % flush == 0 {
            series.flush(index % 2 == 0).unwrap();
        }
    }
    series
}

/// That a series holds these samples and the rollups that a recomputation gives.
fn assert_is_whole(series: &Series, all: &[Sample]) {
    assert_eq!(series.samples(i64::MIN, i64::MAX).unwrap(), all);
    for resolution in Resolution::ALL {
        assert_eq!(series.buckets(resolution, i64::MIN, i64::MAX).unwrap(), recomputed(all, resolution));
    }
}

/// That a window is what its samples come to; quantiles within their error.
fn assert_is_of(found: Option<&Bucket>, samples: &[Sample], share: f64) {
    let mut values: Vec<f64> = counted(samples).map(|one| one.value).collect();
    let Some(expected) = Bucket::of(0, samples) else {
        assert_eq!(found, None);
        return;
    };
    let found = found.unwrap();
    assert_eq!(found.digest, expected.digest);
    assert_eq!(found.sketch, expected.sketch);
    let plain: f64 = values.iter().sum();
    let magnitude: f64 = values.iter().map(|value| value.abs()).sum();
    assert!((found.digest.sum.total() - plain).abs() <= magnitude * 1e-12);
    values.sort_by(f64::total_cmp);
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a short list"
    )]
    let exact = values[(share * (values.len() - 1) as f64) as usize];
    assert!((found.quantile(share) - exact).abs() <= exact.abs() * RELATIVE_ERROR * (1.0 + 1e-12));
}

proptest! {
    #[test]
    fn a_series_holds_every_sample_and_right_rollups(batches in batches(15), flush in 0_u8..5) {
        let series = series_of(&batches, flush);
        assert_is_whole(&series, &ordered(&batches));
    }

    #[test]
    fn a_series_that_lost_its_head_is_whole_again_once_its_payloads_are_read_again(
        batches in batches(15),
        flush in 1_u8..5,
        lost in any::<prop::sample::Index>(),
    ) {
        let lost = lost.index(batches.len());
        let mut before = Series::default();
        let mut stored: (Vec<Block>, BTreeMap<(Resolution, i64), RolledBlock>) = Default::default();
        // The number of the first batch that no flush of everything has stored.
        let mut from_batch = 0;
        for (index, batch) in batches[..lost].iter().enumerate() {
            before.append(batch).unwrap();
            if index % usize::from(flush) == 0 {
                let written = before.flush(index % 2 == 0).unwrap();
                from_batch = if index % 2 == 0 { index + 1 } else { from_batch };
                let mut place = 0;
                stored.0.retain(|_| { place += 1; !written.samples.replaced.contains(&(place - 1)) });
                stored.0.extend(written.samples.blocks);
                stored.0.sort_by_key(|block| block.digest().first.time_ms);
                stored.1.extend(written.rolled.into_iter().map(|(start, block)| ((block.resolution(), start), block)));
            }
        }
        prop_assert_eq!(before.blocks(), stored.0.clone());
        let rolled = stored.1.into_iter().map(|((_, start), block)| (start, block));
        let mut series = Series::restored(stored.0, rolled).unwrap();
        for batch in &batches[from_batch.saturating_sub(1)..] {
            series.append(batch).unwrap();
        }
        assert_is_whole(&series, &ordered(&batches));
        series.flush(true).unwrap();
        assert_is_whole(&series, &ordered(&batches));
    }

    #[test]
    fn a_window_is_what_its_samples_come_to(
        batches in batches(15),
        flush in 0_u8..5,
        from in any::<prop::sample::Index>(),
        length_ms in prop_oneof![0..MINUTE_MS, 0..4 * DAY_MS],
        nudge_ms in -1_i64..=1,
        share in 0.0..=1.0_f64,
    ) {
        let series = series_of(&batches, flush);
        let all = ordered(&batches);
        let from_ms = all[from.index(all.len())].time_ms + nudge_ms;
        let found = window(&series, from_ms, from_ms + length_ms, None).unwrap();
        assert_is_of(found.as_ref(), &inside(&all, from_ms, from_ms + length_ms), share);
    }

    #[test]
    fn a_past_instant_knows_what_was_recorded_by_then(batches in batches(12), flush in 0_u8..5, payload in 0_u64..14) {
        let series = series_of(&batches, flush);
        let as_of_ms = sample(0, 0.0, payload, 0).recorded_ms;
        let mut known = ordered(&batches);
        known.retain(|sample| sample.recorded_ms <= as_of_ms);
        let found = window(&series, -9 * DAY_MS, 9 * DAY_MS, Some(as_of_ms)).unwrap();
        assert_is_of(found.as_ref(), &inside(&known, -9 * DAY_MS, 9 * DAY_MS), 0.5);
    }

    #[test]
    fn a_chart_keeps_ends_and_extremes_and_invents_nothing(
        batches in batches(15),
        flush in 0_u8..5,
        columns in 1_usize..40,
        from_ms in -3 * DAY_MS..3 * DAY_MS,
        length_ms in 1..9 * DAY_MS,
    ) {
        let series = series_of(&batches, flush);
        let samples = inside(&ordered(&batches), from_ms, from_ms + length_ms);
        let real: Vec<Mark> = counted(&samples).map(|one| Mark { time_ms: one.time_ms, value: one.value }).collect();
        let marks = series.chart(from_ms, from_ms + length_ms, columns).unwrap();
        prop_assert!(marks.len() <= 4 * columns);
        prop_assert!(marks.iter().all(|mark| real.contains(mark)));
        prop_assert!(marks.windows(2).all(|pair| pair[0].time_ms < pair[1].time_ms));
        prop_assert_eq!(marks.first(), real.first());
        prop_assert_eq!(marks.last(), real.last());
        let greatest = |marks: &[Mark]| marks.iter().map(|mark| mark.value).fold(f64::NEG_INFINITY, f64::max);
        let least = |marks: &[Mark]| marks.iter().map(|mark| mark.value).fold(f64::INFINITY, f64::min);
        prop_assert!(greatest(&marks) >= greatest(&real) && least(&marks) <= least(&real));
    }
}

#[test]
fn a_long_series_is_read_from_few_buckets() {
    let samples: Vec<Sample> = (0..100_000_u32)
        .map(|index| sample(i64::from(index) * 10_000, f64::from(index % 1_000), u64::from(index / 500), index % 500))
        .collect();
    let mut series = Series::default();
    for batch in samples.chunks(500) {
        series.append(batch).unwrap();
        series.flush(false).unwrap();
    }
    assert_eq!(series.blocks().len(), 24);
    assert!(series.rolled(Resolution::Minute).count() >= 10);
    let marks = series.chart(0, 1_000_000_000, 300).unwrap();
    assert!(marks.len() > 300 && marks.len() <= 1_200, "{}", marks.len());
    let whole = window(&series, 0, 1_000_000_000, None).unwrap().unwrap();
    assert_eq!(whole.digest.count, 100_000);
    assert_eq!(whole.digest.sum.total().to_bits(), 49_950_000.0_f64.to_bits());
    assert_is_of(Some(&whole), &samples, 0.95);
}

#[test]
fn a_late_year_fits_between_the_blocks_of_a_series() {
    let batch = |start: u32, payload: u64| -> Vec<Sample> {
        (0..700).map(|row| sample(i64::from(start + row * 20) * 5_000, f64::from(start % 7), payload, row)).collect()
    };
    // Twenty batches whose times lie between one another, the later half of them sent twice.
    let batches: Vec<Vec<Sample>> = (0..30_u32).map(|index| batch(index * 7 % 20, u64::from(index * 7 % 20))).collect();
    let mut series = Series::default();
    for batch in &batches {
        series.append(batch).unwrap();
        series.flush(series.head().samples().len() > 2_000).unwrap();
    }
    let all = ordered(&batches);
    assert_eq!(all.len(), 14_000);
    assert_is_whole(&series, &all);
    series.flush(true).unwrap();
    assert_is_whole(&series, &all);
    assert!(series.blocks().len() > 2);
    let found = window(&series, 12_345, 60_000_001, None).unwrap();
    assert_is_of(found.as_ref(), &inside(&all, 12_345, 60_000_001), 0.9);
}

#[test]
fn a_restored_series_tells_what_is_late() {
    let batch: Vec<Sample> = (0..10).map(|row| sample(i64::from(row) * 1_000, 1.0, 7, row)).collect();
    let mut series = Series::default();
    series.append(&batch).unwrap();
    let written = series.flush(true).unwrap();
    let mut restored = Series::restored(written.samples.blocks, written.rolled).unwrap();
    let appended = restored.append(&[batch[9], sample(9_000, 2.0, 8, 0), sample(500, 2.0, 8, 1)]).unwrap();
    assert_eq!((appended.in_order, appended.late_ms), (1, vec![500, 9_000]));
    let minute = window(&restored, 0, 60_000, None).unwrap().unwrap();
    assert_eq!((minute.digest.count, minute.digest.last.value.to_bits()), (11, 2.0_f64.to_bits()));
}
