//! What feeds make of the samples of other systems.

mod counters;
mod histograms;
mod platform;

use std::sync::LazyLock;

use kpi::catalogue::Catalogue;
use kpi::feed::{Fed, Feed, Feeder, Feeds, Kind, Target, whole};
use kpi::point::{LabelSet, Origin, Point};
use kpi::unit::Unit;

use crate::support::{Series, framework};

/// A feed of the metric `m` into the series `s` that changes nothing.
fn plain(kind: Kind) -> Feed {
    Feed {
        metric: "m".to_owned(),
        kind,
        target: Target::Series("s".to_owned()),
        labels: Vec::new(),
        above: None,
        below: None,
        rename: Vec::new(),
        set: Vec::new(),
        scale: 1.0,
        per_second: false,
        unit: None,
        note: "A test.".to_owned(),
    }
}

fn with(feeds: Vec<Feed>) -> Catalogue {
    static FRAMEWORK: LazyLock<Catalogue> = LazyLock::new(framework);
    Catalogue { feeds, ..FRAMEWORK.clone() }
}

fn texts(labels: &[(&str, &str)]) -> Vec<(String, String)> {
    labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// A sample of the metric `m`, or of its buckets.
type Sample<'a> = (i64, f64, &'a [(&'a str, &'a str)]);

/// The points that samples become one after the other, as time and value, and how many came too late.
fn one_by_one(feeds: &Feeds, metric: &str, samples: &[Sample<'_>]) -> (Vec<Fed>, u64) {
    let mut feeder = Feeder::default();
    let mut all = Vec::new();
    for (time_ms, value, labels) in samples {
        let (origin, labels) = (Origin::Measured, texts(labels));
        let point = Point {
            time_ms: *time_ms,
            value: *value,
            recorded_ms: *time_ms,
            origin,
            labels: LabelSet::NONE,
            weight: 1,
        };
        all.extend(feeder.feed(feeds, metric, &labels, &point));
    }
    (all, feeder.late())
}

fn at_once(feeds: &Feeds, metric: &str, samples: &[Sample<'_>]) -> Vec<Fed> {
    let mut series = Series::default();
    for (time_ms, value, labels) in samples {
        series.add_labelled(metric, *time_ms, *value, *time_ms, labels);
    }
    whole(feeds, metric, &series)
}

fn numbers(fed: &[Fed]) -> Vec<(i64, f64)> {
    fed.iter().map(|fed| (fed.point.time_ms, fed.point.value)).collect()
}

/// Series, labels, time and value of a point.
type Told = (String, Vec<(String, String)>, i64, f64);

/// The same with labels, and without the label set of the sample behind it.
fn told(fed: &[Fed]) -> Vec<Told> {
    fed.iter().map(|fed| (fed.series.to_string(), fed.labels.to_vec(), fed.point.time_ms, fed.point.value)).collect()
}

#[test]
fn a_gauge_is_taken_as_it_is_in_any_order() {
    let feeds = Feeds::new(&with(vec![plain(Kind::Gauge)]));
    let (fed, late) = one_by_one(&feeds, "m", &[(20, 5.0, &[]), (10, 4.0, &[]), (10, 3.0, &[])]);
    assert_eq!((numbers(&fed), late), (vec![(20, 5.0), (10, 4.0), (10, 3.0)], 0));
}

#[test]
fn a_metric_that_nothing_awaits_becomes_nothing() {
    let feeds = Feeds::new(&with(vec![plain(Kind::Gauge)]));
    assert_eq!(one_by_one(&feeds, "other", &[(1, 1.0, &[])]).0, []);
    assert_eq!(at_once(&feeds, "other", &[(1, 1.0, &[])]), []);
    assert_eq!(feeds.metrics().collect::<Vec<_>>(), ["m"]);
    assert!(Feeds::new(&with(Vec::new())).is_empty());
}

#[test]
fn values_are_scaled_and_then_converted_from_their_unit() {
    let feed = |scale, unit: &str| Feed { scale, unit: Some(Unit::parse(unit).unwrap()), ..plain(Kind::Gauge) };
    for (scale, unit, came, becomes) in [
        (1.0, "ms", 250.0, 0.25),
        (1.0 / 1024.0, "B", 4096.0, 4.0),
        (2.0, "KiB", 3.0, 6144.0),
        (1.0, "fraction", 0.5, 50.0),
        (-1.0, "count", 3.0, -3.0),
    ] {
        let feeds = Feeds::new(&with(vec![feed(scale, unit)]));
        assert_eq!(numbers(&one_by_one(&feeds, "m", &[(0, came, &[])]).0), [(0, becomes)], "{came} {unit}");
    }
    // What would not be finite is no value.
    let feeds = Feeds::new(&with(vec![feed(1e300, "GB")]));
    assert_eq!(one_by_one(&feeds, "m", &[(0, 1e300, &[])]).0, []);
}

#[test]
fn only_samples_with_the_wanted_labels_and_values_are_taken() {
    let feed = Feed {
        labels: vec![("job".to_owned(), vec!["web".to_owned(), "api".to_owned()])],
        above: Some(0.0),
        below: Some(10.0),
        ..plain(Kind::Gauge)
    };
    let feeds = Feeds::new(&with(vec![feed]));
    let samples: &[Sample<'_>] = &[
        (1, 5.0, &[("job", "web")]),
        (2, 5.0, &[("job", "other")]),
        (3, 5.0, &[]),
        (4, 0.0, &[("job", "web")]),
        (5, 10.0, &[("job", "web")]),
        (6, 9.5, &[("a", "b"), ("job", "api")]),
    ];
    assert_eq!(numbers(&one_by_one(&feeds, "m", samples).0), [(1, 5.0), (6, 9.5)]);
}

#[test]
fn labels_are_renamed_and_set_and_the_others_stay() {
    let feed = Feed {
        rename: texts(&[("instance", "host"), ("gone", "nothing")]),
        set: texts(&[("result", "success"), ("code", "any")]),
        ..plain(Kind::Gauge)
    };
    for (came, becomes) in [
        (&[("instance", "a:1")][..], &[("code", "any"), ("host", "a:1"), ("result", "success")][..]),
        (&[("code", "200"), ("z", "1")], &[("code", "any"), ("result", "success"), ("z", "1")]),
        // The renamed label takes the place of one that has its name already.
        (&[("host", "b"), ("instance", "a:1")], &[("code", "any"), ("host", "a:1"), ("result", "success")]),
        // Only buckets lose their bound.
        (&[("le", "5")], &[("code", "any"), ("le", "5"), ("result", "success")]),
    ] {
        assert_eq!(feed.labels_of(&texts(came)), texts(becomes));
    }
}

#[test]
fn one_metric_may_fill_several_series_and_the_ready_numbers_of_a_kpi() {
    let kpi = Feed { target: Target::Kpi("test-coverage".to_owned()), scale: 100.0, ..plain(Kind::Gauge) };
    let catalogue = with(vec![plain(Kind::Gauge), plain(Kind::Counter), kpi]);
    let measure = catalogue.kpi("test-coverage").unwrap().1.measure.clone();
    let feeds = Feeds::new(&catalogue);
    assert_eq!(feeds.feeds("m").len(), 3);
    let fed = one_by_one(&feeds, "m", &[(0, 0.5, &[]), (1_000, 0.75, &[])]).0;
    let told: Vec<(String, i64, f64)> =
        told(&fed).into_iter().map(|(series, _, time_ms, value)| (series, time_ms, value)).collect();
    let expected =
        [("s", 0, 0.5), (&measure, 0, 50.0), ("s", 1_000, 0.75), ("s", 1_000, 0.25), (&measure, 1_000, 75.0)];
    assert_eq!(told, expected.map(|(series, time_ms, value)| (series.to_owned(), time_ms, value)));
}

#[test]
fn where_a_point_came_from_stays() {
    let feeds = Feeds::new(&with(vec![plain(Kind::Gauge)]));
    let point = Point { time_ms: 5, value: 1.0, recorded_ms: 9, origin: Origin::Demo, labels: LabelSet(3), weight: 1 };
    let fed = Feeder::default().feed(&feeds, "m", &[], &point);
    assert_eq!((fed.len(), fed[0].point), (1, point));
}

#[test]
fn a_sample_of_a_time_that_the_clock_had_not_reached_holds_no_later_one_back() {
    let (now_ms, ten_days_ms) = (1_780_272_000_000, 864_000_000);
    for kind in [Kind::Counter, Kind::Histogram] {
        let feeds = Feeds::new(&with(vec![plain(kind)]));
        let labels = match kind {
            Kind::Histogram => vec![texts(&[("le", "1")]), texts(&[("le", "+Inf")])],
            _ => vec![Vec::new()],
        };
        let mut feeder = Feeder::default();
        let mut fed = |time_ms: i64, recorded_ms: i64, value: f64| {
            let point =
                Point { time_ms, value, recorded_ms, origin: Origin::Measured, labels: LabelSet::NONE, weight: 1 };
            let metric = if kind == Kind::Histogram { "m_bucket" } else { "m" };
            labels.iter().map(|labels| feeder.feed(&feeds, metric, labels, &point).len()).sum::<usize>()
        };
        assert_eq!((fed(now_ms, now_ms, 1.0), fed(now_ms + 1_000, now_ms + 1_000, 2.0)), (0, 1), "{kind:?}");
        let ahead_ms = now_ms + ten_days_ms;
        assert_eq!(fed(ahead_ms, ahead_ms, 3.0), 1);
        assert_eq!(fed(now_ms + 2_000, now_ms + 2_000, 4.0), 0, "there is nothing to compare it with");
        assert_eq!(fed(now_ms + 3_000, now_ms + 3_000, 5.0), 1, "{kind:?}");
        assert_eq!(fed(now_ms + 1_500, now_ms + 3_000, 4.5), 0, "a late one is late as before");
    }
}
