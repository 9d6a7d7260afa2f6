//! Cumulative histograms become the values that were observed in between.

use kpi::feed::{Feed, Feeds, Kind, MOST_POINTS};
use proptest::prelude::*;

use super::{Fed, Sample, at_once, numbers, one_by_one, plain, told, with};
use crate::support::{Series, framework, value};

fn feeds() -> Feeds {
    Feeds::new(&with(vec![plain(Kind::Histogram)]))
}

/// The cumulative buckets of one instant, of counts for each bucket.
fn instant(time_ms: i64, counts: [u32; 4]) -> Vec<Sample<'static>> {
    let labels: [&[(&str, &str)]; 4] = [&[("le", "0.1")], &[("le", "0.5")], &[("le", "1")], &[("le", "+Inf")]];
    let mut below = 0.0;
    counts
        .iter()
        .zip(labels)
        .map(|(count, labels)| {
            below += f64::from(*count);
            (time_ms, below, labels)
        })
        .collect()
}

fn values(fed: &[Fed]) -> Vec<f64> {
    fed.iter().map(|fed| fed.point.value).collect()
}

fn near(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for (one, other) in found.iter().zip(expected) {
        assert!((one - other).abs() < 1e-9, "{found:?} {expected:?}");
    }
}

#[test]
fn what_was_observed_between_two_instants_lies_evenly_inside_its_bucket() {
    let samples = [instant(0, [5, 0, 0, 0]), instant(30, [7, 1, 0, 1])].concat();
    let fed = at_once(&feeds(), "m_bucket", &samples);
    // Two up to 0.1, one up to 0.5, and one over the last bound, which counts as that bound.
    near(&values(&fed), &[0.025, 0.075, 0.3, 1.0]);
    assert!(fed.iter().all(|fed| fed.point.time_ms == 30 && fed.labels.is_empty()));
    assert_eq!(feeds().metrics().collect::<Vec<_>>(), ["m_bucket"]);
}

#[test]
fn a_restart_begins_anew_at_zero() {
    let samples = [instant(0, [5, 5, 0, 0]), instant(30, [0, 1, 0, 0]), instant(60, [0, 2, 0, 0])].concat();
    let fed = at_once(&feeds(), "m_bucket", &samples);
    near(&values(&fed), &[0.3, 0.3]);
    assert_eq!(numbers(&fed).iter().map(|(time_ms, _)| *time_ms).collect::<Vec<_>>(), [30, 60]);
}

#[test]
fn nothing_new_gives_nothing() {
    let samples = [instant(0, [5, 5, 0, 0]), instant(30, [5, 5, 0, 0])].concat();
    assert_eq!(at_once(&feeds(), "m_bucket", &samples), []);
}

#[test]
fn buckets_may_come_in_any_order_and_values_follow_the_last_one() {
    let mut second = instant(30, [1, 0, 0, 0]);
    second.reverse();
    let samples = [instant(0, [0; 4]), second].concat();
    for known in 0..samples.len() {
        assert_eq!(one_by_one(&feeds(), "m_bucket", &samples[..known]).0, [], "after {known}");
    }
    near(&values(&one_by_one(&feeds(), "m_bucket", &samples).0), &[0.05]);
}

/// As OpenTelemetry tells what came since the instant before.
fn increments(time_ms: i64, counts: [u32; 3]) -> Vec<Sample<'static>> {
    const LABELS: [&[(&str, &str)]; 3] = [
        &[("le", "0.1"), ("temporality", "delta")],
        &[("le", "0.5"), ("temporality", "delta")],
        &[("le", "+Inf"), ("temporality", "delta")],
    ];
    let mut below = 0;
    let cumulative = counts.map(|count| {
        below += count;
        f64::from(below)
    });
    cumulative.into_iter().zip(LABELS).map(|(below, labels)| (time_ms, below, labels)).collect()
}

#[test]
fn increments_need_nothing_before_them_and_may_come_in_any_order_and_twice() {
    let samples = [
        increments(60, [1, 0, 0]),
        increments(30, [0, 2, 0]),
        increments(60, [1, 0, 0]),
        increments(90, [0, 0, 1]),
        increments(120, [0, 0, 0]),
    ]
    .concat();
    let (fed, late) = one_by_one(&feeds(), "m_bucket", &samples);
    assert_eq!(numbers(&fed).iter().map(|(time_ms, _)| *time_ms).collect::<Vec<_>>(), [60, 30, 30, 90]);
    near(&values(&fed), &[0.05, 0.2, 0.4, 0.5]);
    assert_eq!(late, 3);
    near(&values(&at_once(&feeds(), "m_bucket", &samples)), &[0.2, 0.4, 0.05, 0.5]);
}

/// The cumulative buckets of an exponential histogram: bounds and counts.
fn exponential<'a>(time_ms: i64, labels: &'a [[(&'a str, &'a str); 1]], counts: &[f64]) -> Vec<Sample<'a>> {
    labels.iter().zip(counts).map(|(labels, count)| (time_ms, *count, &labels[..])).collect()
}

#[test]
fn an_exponential_histogram_fills_new_buckets_and_takes_on_wider_ones() {
    let of = |bounds: [&'static str; 3]| bounds.map(|bound| [("le", bound)]);
    let (first, wider) = (of(["1", "2", "+Inf"]), of(["1", "4", "+Inf"]));
    let more = ["1", "2", "8", "16", "+Inf"].map(|bound| [("le", bound)]);
    let fine = ["1", "1.4142135623730951", "+Inf"].map(|bound| [("le", bound)]);
    for (samples, expected) in [
        // A bucket that was empty before needs no bound before.
        (
            [exponential(0, &first, &[0.0, 3.0, 3.0]), exponential(30, &more, &[0.0, 3.0, 3.0, 4.0, 4.0])].concat(),
            vec![12.0],
        ),
        // Scale 0 becomes -1: what was between 1 and 2 lies between 1 and 4.
        (
            [exponential(0, &first, &[0.0, 3.0, 3.0]), exponential(30, &wider, &[0.0, 5.0, 5.0])].concat(),
            vec![1.75, 3.25],
        ),
        // Scale 1 becomes 0.
        ([exponential(0, &fine, &[0.0, 1.0, 1.0]), exponential(30, &first, &[0.0, 2.0, 2.0])].concat(), vec![1.5]),
        // A restart that the last bucket does not show.
        (
            [exponential(0, &first, &[0.0, 3.0, 3.0]), exponential(30, &more, &[0.0, 0.0, 0.0, 4.0, 4.0])].concat(),
            vec![9.0, 11.0, 13.0, 15.0],
        ),
        // One that shows it, with other buckets and of the same scale.
        (
            [exponential(0, &more, &[0.0, 3.0, 3.0, 5.0, 5.0]), exponential(30, &first, &[0.0, 1.0, 1.0])].concat(),
            vec![1.5],
        ),
    ] {
        near(&values(&one_by_one(&feeds(), "m_bucket", &samples).0), &expected);
        near(&values(&at_once(&feeds(), "m_bucket", &samples)), &expected);
    }
}

#[test]
fn points_stand_for_as_many_observations_as_were_counted() {
    for counts in [[900_000, 90_000, 10_000, 0], [7_000_000, 1, 0, 0], [101, 1, 1, 1], [1, 500, 2, 0], [60, 40, 0, 0]] {
        let samples = [instant(0, [0; 4]), instant(30, counts)].concat();
        let fed = at_once(&feeds(), "m_bucket", &samples);
        let of = |from: f64, to: f64| -> u64 {
            let inside = fed.iter().filter(|fed| fed.point.value > from && fed.point.value <= to);
            inside.map(|fed| fed.point.weight).sum()
        };
        let expected = [counts[0], counts[1], counts[2] + counts[3]].map(u64::from);
        assert_eq!([of(0.0, 0.1), of(0.1, 0.5), of(0.5, 1.0)], expected);
        assert!(fed.len() <= 120, "{}", fed.len());
    }
}

#[test]
fn an_instant_that_lacks_a_bucket_is_told_with_the_next_one() {
    let mut broken = instant(30, [1, 0, 0, 0]);
    broken.remove(3);
    let samples = [instant(0, [0; 4]), broken, instant(60, [1, 1, 0, 0])].concat();
    let fed = at_once(&feeds(), "m_bucket", &samples);
    near(&values(&fed), &[0.05, 0.3]);
    assert!(fed.iter().all(|fed| fed.point.time_ms == 60));
}

#[test]
fn a_histogram_with_other_buckets_is_told_again_after_two_instants() {
    let without_one = |time_ms, counts| {
        let mut samples = instant(time_ms, counts);
        samples.remove(2);
        samples
    };
    let steps = [without_one(30, [1, 0, 0, 1]), without_one(60, [2, 0, 0, 1]), without_one(90, [3, 0, 0, 1])].concat();
    let samples = [instant(0, [0; 4]), steps].concat();
    assert_eq!(numbers(&at_once(&feeds(), "m_bucket", &samples)), [(90, 0.05)]);
}

#[test]
fn buckets_without_a_bound_or_without_the_last_one_tell_nothing() {
    let broken: [Sample<'_>; 6] = [
        (0, 1.0, &[]),
        (0, 1.0, &[("le", "many")]),
        (0, 1.0, &[("le", "NaN")]),
        (1, 2.0, &[("le", "1")]),
        (2, 3.0, &[("le", "1")]),
        (3, 4.0, &[("le", "1")]),
    ];
    assert_eq!(at_once(&feeds(), "m_bucket", &broken), []);
}

#[test]
fn a_histogram_without_bounds_says_nothing_of_its_values() {
    let samples: [Sample<'_>; 3] = [
        (0, 0.0, &[("le", "+Inf")]),
        (30, 50.0, &[("le", "+Inf")]),
        (60, 50.0, &[("le", "+Inf"), ("temporality", "delta")]),
    ];
    assert_eq!(at_once(&feeds(), "m_bucket", &samples), []);
}

#[test]
fn many_observations_are_thinned_out_evenly() {
    let samples = [instant(0, [0; 4]), instant(30, [900_000, 90_000, 10_000, 0])].concat();
    let values = values(&at_once(&feeds(), "m_bucket", &samples));
    assert_eq!(values.len(), MOST_POINTS);
    assert_eq!(values.iter().filter(|value| **value < 0.1).count(), 90);
    assert_eq!(values.iter().filter(|value| **value > 0.5).count(), 1);
}

#[test]
fn latencies_of_a_proxy_give_the_95th_percentile() {
    let feed = Feed { target: kpi::feed::Target::Series("request".to_owned()), ..plain(Kind::Histogram) };
    let catalogue = with(vec![feed]);
    let samples = [instant(0, [0; 4]), instant(30_000, [80, 18, 2, 0])].concat();
    let mut series = Series::default();
    for fed in at_once(&Feeds::new(&catalogue), "m_bucket", &samples) {
        series.add(&fed.series, fed.point.time_ms, fed.point.value, fed.point.recorded_ms);
    }
    let derived = value(&framework(), framework().measure("response-time-p95").unwrap(), 86_400_000, &series, 60_000);
    let seconds = derived.unwrap().value;
    // As histogram_quantile says: 0.1 + 0.4 * 15 / 18.
    assert!((seconds - (0.1 + 0.4 * 15.0 / 18.0)).abs() < 0.02, "{seconds}");
}

proptest! {
    #[test]
    fn as_many_values_as_were_counted_inside_the_buckets(
        counts in proptest::collection::vec(proptest::array::uniform4(0u32..40), 1..8),
        restarts in proptest::collection::vec(any::<bool>(), 8),
        reversed in any::<bool>(),
    ) {
        let mut samples = instant(0, [0; 4]);
        let mut total = [0u32; 4];
        let mut expected = Vec::new();
        for ((step, counts), restart) in (1i64..).zip(&counts).zip(restarts) {
            let (before, now): (u32, u32) = (total.iter().sum(), counts.iter().sum());
            // A restart shows itself by the last bucket, which counts everything.
            let has_restarted = restart && now < before;
            total = if has_restarted { *counts } else { std::array::from_fn(|place| total[place] + counts[place]) };
            expected.push((step, counts.iter().sum::<u32>().min(100)));
            let mut buckets = instant(step, total);
            if reversed { buckets.reverse(); }
            samples.extend(buckets);
        }
        let at_once = at_once(&feeds(), "m_bucket", &samples);
        for (step, count) in expected {
            let here: Vec<f64> = numbers(&at_once).iter().filter(|(time_ms, _)| *time_ms == step).map(|(_, value)| *value).collect();
            prop_assert_eq!(here.len(), usize::try_from(count).unwrap());
            prop_assert!(here.is_sorted() && here.iter().all(|value| (0.0..=1.0).contains(value)));
        }
        prop_assert_eq!(told(&one_by_one(&feeds(), "m_bucket", &samples).0), told(&at_once));
    }
}

#[test]
fn histograms_of_two_targets_are_not_mixed() {
    let mut samples: Vec<Sample<'_>> = Vec::new();
    for (time_ms, one, other) in [(0, 0.0, 0.0), (1, 1.0, 2.0)] {
        for labels in [&[("i", "a"), ("le", "1")][..], &[("i", "a"), ("le", "+Inf")]] {
            samples.push((time_ms, one, labels));
        }
        for labels in [&[("i", "b"), ("le", "1")][..], &[("i", "b"), ("le", "+Inf")]] {
            samples.push((time_ms, other, labels));
        }
    }
    let fed = one_by_one(&feeds(), "m_bucket", &samples).0;
    let of = |target: &str| fed.iter().filter(|fed| fed.labels[..] == [("i".to_owned(), target.to_owned())]).count();
    assert_eq!((of("a"), of("b"), fed.len()), (1, 2, 3));
}

/// How many observations were fed.
fn counted(fed: &[Fed]) -> u64 {
    fed.iter().map(|fed| fed.point.weight).sum()
}

#[test]
fn counts_of_any_size_become_few_points_and_stay_exact() {
    let labels: [&[(&str, &str)]; 3] = [&[("le", "1")], &[("le", "2")], &[("le", "+Inf")]];
    let at = |time_ms, counts: [f64; 3]| -> Vec<Sample<'static>> {
        counts.into_iter().zip(labels).map(|(count, labels)| (time_ms, count, labels)).collect()
    };
    for (counts, expected) in [
        ([1e12, 1e12, 1e12], 1_000_000_000_000),
        ([1e15, 1e15, 1e15 + 1.0], 1_000_000_000_000_001),
        ([1.0, 1e15, 9_007_199_254_740_992.0], 9_007_199_254_740_992),
        // What can't be counted exactly is no count.
        ([1e17, 1e17, 1e17], 0),
        ([f64::MAX, f64::MAX, f64::MAX], 0),
        ([-1.0, -1.0, -1.0], 0),
    ] {
        let fed = at_once(&feeds(), "m_bucket", &[at(0, [0.0; 3]), at(30, counts)].concat());
        assert_eq!(counted(&fed), expected, "{counts:?}");
        assert!(fed.len() <= MOST_POINTS + 3, "{counts:?}: {}", fed.len());
    }
}

#[test]
fn a_point_takes_no_more_memory_than_five_numbers() {
    assert!(size_of::<kpi::point::Point>() <= 40);
}

#[test]
fn a_restart_with_other_buckets_loses_and_doubles_nothing() {
    fn at<'a>(time_ms: i64, buckets: &'a [(Vec<(&'a str, &'a str)>, f64)]) -> Vec<Sample<'a>> {
        buckets.iter().map(|(labels, count)| (time_ms, *count, &labels[..])).collect()
    }
    let of = |buckets: &[(&'static str, f64)]| -> Vec<(Vec<(&'static str, &'static str)>, f64)> {
        buckets.iter().map(|(bound, count)| (vec![("le", *bound)], *count)).collect()
    };
    for (instants, expected) in [
        // A filled bucket of an exponential histogram is never empty again.
        (
            vec![
                of(&[("1", 0.0), ("2", 20.0), ("+Inf", 20.0)]),
                of(&[("2", 0.0), ("4", 30.0), ("+Inf", 30.0)]),
                of(&[("2", 0.0), ("4", 40.0), ("+Inf", 40.0)]),
                of(&[("2", 0.0), ("4", 45.0), ("+Inf", 45.0)]),
            ],
            [30, 40, 45],
        ),
        // Other bounds, and fewer or more observations than before.
        (
            vec![
                of(&[("0.1", 10.0), ("0.5", 18.0), ("+Inf", 20.0)]),
                of(&[("0.2", 3.0), ("+Inf", 7.0)]),
                of(&[("0.2", 4.0), ("+Inf", 9.0)]),
                of(&[("0.2", 4.0), ("+Inf", 9.0)]),
            ],
            [7, 9, 9],
        ),
        (
            vec![
                of(&[("0.1", 10.0), ("0.5", 18.0), ("+Inf", 20.0)]),
                of(&[("0.2", 20.0), ("0.7", 33.0), ("+Inf", 40.0)]),
                of(&[("0.2", 20.0), ("0.7", 33.0), ("+Inf", 41.0)]),
                of(&[("0.2", 20.0), ("0.7", 33.0), ("+Inf", 41.0)]),
            ],
            [40, 41, 41],
        ),
        // Bounds and counts of zero, as where a sender says since when it counts.
        (
            vec![
                of(&[("0.1", 10.0), ("0.5", 18.0), ("+Inf", 20.0)]),
                of(&[("0.2", 0.0), ("+Inf", 0.0)]),
                of(&[("0.2", 20.0), ("+Inf", 40.0)]),
                of(&[("0.2", 20.0), ("+Inf", 40.0)]),
            ],
            [0, 40, 40],
        ),
        // Fewer of the same bounds: told with the next instant.
        (
            vec![
                of(&[("0.1", 10.0), ("0.5", 18.0), ("+Inf", 20.0)]),
                of(&[("0.1", 1.0), ("+Inf", 7.0)]),
                of(&[("0.1", 2.0), ("+Inf", 9.0)]),
                of(&[("0.1", 2.0), ("+Inf", 9.0)]),
            ],
            [0, 9, 9],
        ),
    ] {
        for (known, expected) in (2..).zip(expected) {
            let samples: Vec<Sample<'_>> =
                (0..).zip(&instants).take(known).flat_map(|(place, buckets)| at(place * 30, buckets)).collect();
            let (one, whole) = (one_by_one(&feeds(), "m_bucket", &samples).0, at_once(&feeds(), "m_bucket", &samples));
            assert_eq!((counted(&one), counted(&whole)), (expected, expected), "{instants:?} {known}");
        }
    }
}

#[test]
fn samples_of_one_body_have_one_order() {
    let owned = |labels: &[(&str, &str)]| -> Vec<(String, String)> {
        labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    };
    let mut samples = Vec::new();
    // Each bucket with all its instants, as remote write has them.
    for (bound, counts) in [("+Inf", [0.0, 30.0, 35.0]), ("1", [0.0, 20.0, 25.0]), ("2", [0.0, 30.0, 35.0])] {
        samples.extend((0..).zip(counts).map(|(time_ms, count)| (time_ms, count, owned(&[("le", bound)]))));
    }
    samples.sort_by_key(|(time_ms, _, labels)| kpi::feed::order(*time_ms, labels));
    let borrowed: Vec<Vec<(&str, &str)>> = samples
        .iter()
        .map(|(.., labels)| labels.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect())
        .collect();
    let samples: Vec<Sample<'_>> =
        samples.iter().zip(&borrowed).map(|((time_ms, count, _), labels)| (*time_ms, *count, &labels[..])).collect();
    let (one, late) = one_by_one(&feeds(), "m_bucket", &samples);
    assert_eq!((counted(&one), late), (35, 0));
}

#[test]
fn a_feed_accepts_what_begins_as_its_catalogue_says() {
    let feed = |accepted: &[&str]| Feed {
        labels: vec![("code".to_owned(), accepted.iter().map(|one| (*one).to_owned()).collect())],
        ..plain(Kind::Gauge)
    };
    for (accepted, code, is_taken) in [
        (&["5*"][..], "500", true),
        (&["5*"], "599", true),
        (&["5*"], "5xx", true),
        (&["5*"], "499", false),
        (&["5*"], "", false),
        (&["1*", "2*"], "218", true),
        (&["*"], "218", false),
        (&["50"], "500", false),
    ] {
        assert_eq!(feed(accepted).takes(&[("code".to_owned(), code.to_owned())]), is_taken, "{accepted:?} {code}");
    }
}

#[test]
fn every_status_of_http_succeeded_or_failed() {
    let feeds = Feeds::new(&framework());
    for (metric, name) in [
        ("http.server.request.duration_bucket", "http.response.status_code"),
        ("http_server_request_duration_seconds_bucket", "http_response_status_code"),
    ] {
        for code in 100..600 {
            let labels = [(name.to_owned(), code.to_string())];
            let taken: Vec<&str> = feeds
                .feeds(metric)
                .iter()
                .filter(|ready| ready.feed.takes(&labels))
                .flat_map(|ready| ready.feed.set.iter().map(|(_, result)| result.as_str()))
                .collect();
            assert_eq!(taken, [if code < 500 { "success" } else { "failure" }], "{metric} {code}");
        }
    }
}
