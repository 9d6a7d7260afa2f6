//! Cumulative counters become what they rose by.

use kpi::feed::{Feed, Feeds, Kind};
use proptest::prelude::*;

use super::{Sample, at_once, numbers, one_by_one, plain, told, with};

fn feeds() -> Feeds {
    Feeds::new(&with(vec![plain(Kind::Counter)]))
}

#[test]
fn a_counter_gives_what_it_rose_by_and_begins_anew_after_a_restart() {
    for (values, rises) in [
        (&[][..], &[][..]),
        (&[7.0], &[]),
        (&[7.0, 7.0, 9.5], &[0.0, 2.5]),
        // It fell: the process began anew at zero, and has counted 3 since.
        (&[7.0, 3.0, 4.0], &[3.0, 1.0]),
        (&[7.0, 0.0, 4.0], &[0.0, 4.0]),
    ] {
        let samples: Vec<Sample<'_>> =
            (0..).map(|step| step * 30_000).zip(values).map(|(t, v)| (t, *v, &[][..])).collect();
        let fed: Vec<f64> = at_once(&feeds(), "m", &samples).iter().map(|fed| fed.point.value).collect();
        assert_eq!(fed, rises, "{values:?}");
    }
}

#[test]
fn the_rise_over_a_gap_stands_at_its_end() {
    let samples: &[Sample<'_>] = &[(0, 10.0, &[]), (1_000, 12.0, &[]), (3_601_000, 50.0, &[])];
    assert_eq!(numbers(&at_once(&feeds(), "m", samples)), [(1_000, 2.0), (3_601_000, 38.0)]);
    let rate = Feeds::new(&with(vec![Feed { per_second: true, scale: 100.0, ..plain(Kind::Counter) }]));
    let expected = [(1_000, 200.0), (3_601_000, 38.0 / 3_600.0 * 100.0)];
    for ((time_ms, value), (expected_ms, expected)) in numbers(&at_once(&rate, "m", samples)).into_iter().zip(expected)
    {
        assert_eq!(time_ms, expected_ms);
        assert!((value - expected).abs() < 1e-12, "{value}");
    }
}

#[test]
fn each_set_of_labels_is_a_counter_of_its_own() {
    let samples: &[Sample<'_>] =
        &[(0, 10.0, &[("i", "a")]), (0, 100.0, &[("i", "b")]), (1, 11.0, &[("i", "a")]), (1, 150.0, &[("i", "b")])];
    assert_eq!(numbers(&one_by_one(&feeds(), "m", samples).0), [(1, 1.0), (1, 50.0)]);
}

#[test]
fn a_late_sample_is_left_out_and_its_rise_is_not_lost() {
    let samples: &[Sample<'_>] = &[(0, 0.0, &[]), (20, 8.0, &[]), (10, 5.0, &[]), (20, 9.0, &[]), (30, 10.0, &[])];
    let (fed, late) = one_by_one(&feeds(), "m", samples);
    assert_eq!((numbers(&fed), late), (vec![(20, 8.0), (30, 2.0)], 2));
    // Everything at once knows when it came about.
    assert_eq!(numbers(&at_once(&feeds(), "m", samples)), [(10, 5.0), (20, 3.0), (30, 2.0)]);
}

/// Rises by reading the definition: of each counter by itself, from each instant to the next one.
fn expected(samples: &[(i64, u16, bool)]) -> Vec<(bool, i64, f64)> {
    let mut all = Vec::new();
    for which in [false, true] {
        let mut own: Vec<(i64, f64)> =
            samples.iter().filter(|sample| sample.2 == which).map(|sample| (sample.0, f64::from(sample.1))).collect();
        own.sort_by_key(|(time_ms, _)| *time_ms);
        own.dedup_by_key(|(time_ms, _)| *time_ms);
        for pair in own.windows(2) {
            let [(_, before), (time_ms, after)] = pair else { continue };
            all.push((which, *time_ms, if after < before { *after } else { after - before }));
        }
    }
    all.sort_by(|one, other| one.partial_cmp(other).unwrap());
    all
}

proptest! {
    #[test]
    fn rises_are_those_of_the_definition_at_once_and_one_by_one(
        samples in proptest::collection::vec((0i64..60, any::<u16>(), any::<bool>()), 0..60),
    ) {
        let labelled = |samples: &[(i64, u16, bool)]| -> Vec<Sample<'static>> {
            let labels = |which| if which { &[("i", "b")][..] } else { &[][..] };
            samples.iter().map(|(time_ms, value, which)| (*time_ms, f64::from(*value), labels(*which))).collect()
        };
        let at_once = at_once(&feeds(), "m", &labelled(&samples));
        let mut found: Vec<(bool, i64, f64)> = told(&at_once)
            .into_iter()
            .map(|(_, labels, time_ms, value)| (!labels.is_empty(), time_ms, value))
            .collect();
        found.sort_by(|one, other| one.partial_cmp(other).unwrap());
        prop_assert_eq!(found, expected(&samples));
        let mut in_order = samples.clone();
        in_order.sort_by_key(|sample| sample.0);
        prop_assert_eq!(told(&one_by_one(&feeds(), "m", &labelled(&in_order)).0), told(&at_once));
    }

    #[test]
    fn in_any_order_the_sum_is_what_the_counter_rose_by(rises in proptest::collection::vec(0u16..1_000, 2..40), seed in any::<u64>()) {
        let mut samples: Vec<(i64, f64)> = Vec::new();
        let mut total = 0.0;
        for (step, rise) in (0i64..).zip(&rises) {
            total += f64::from(*rise);
            samples.push((step, total));
        }
        // The first and the last come first and last; what lies between comes in any order.
        let last = samples.len() - 1;
        samples[1..last].sort_by_key(|(time_ms, _)| time_ms.cast_unsigned().wrapping_mul(seed | 1) >> 7);
        let samples: Vec<Sample<'_>> = samples.iter().map(|(time_ms, value)| (*time_ms, *value, &[][..])).collect();
        let (fed, late) = one_by_one(&feeds(), "m", &samples);
        let sum: f64 = fed.iter().map(|fed| fed.point.value).sum();
        prop_assert!((sum - (total - f64::from(rises[0]))).abs() < 1e-6, "{sum}");
        prop_assert_eq!(fed.len() + usize::try_from(late).unwrap(), samples.len() - 1);
    }
}

#[test]
fn increments_are_added_up_as_they_are() {
    const DELTA: &[(&str, &str)] = &[("temporality", "delta")];
    let feeds = Feeds::new(&with(vec![plain(Kind::Counter)]));
    let samples: Vec<Sample<'_>> = [10, 20, 40, 30, 50].map(|time_ms| (time_ms, 5.0, DELTA)).to_vec();
    let (fed, late) = one_by_one(&feeds, "m", &samples);
    assert_eq!((fed.iter().map(|fed| fed.point.value).sum::<f64>(), late), (25.0, 0));
    // How fast is known from the second one on, in the order of time.
    let per_second = Feeds::new(&with(vec![Feed { per_second: true, ..plain(Kind::Counter) }]));
    assert_eq!(numbers(&one_by_one(&per_second, "m", &samples).0), [(20, 500.0), (40, 250.0), (50, 500.0)]);
}
