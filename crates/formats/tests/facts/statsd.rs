//! `StatsD`. Recorded are datagrams of the Python clients `statsd` 4.0.1 and `datadog` 0.56, one after the other.

use formats::statsd::{self, Aggregate, Datagram, Metric, Said};
use formats::{Limits, Sample};

use crate::{line_of, recorded};

fn read(text: &str) -> Datagram {
    statsd::read(text.as_bytes(), &Limits::default())
}

#[expect(clippy::expect_used, reason = "a helper of tests")]
fn flushed(text: &str) -> Vec<String> {
    let mut aggregate = Aggregate::new(&Limits::default());
    for metric in read(text).metrics {
        aggregate.add(metric).expect("room for a few metrics");
    }
    aggregate.flush(1_772_357_400_000).iter().map(|sample| line_of(sample).replace(" @1772357400000", "")).collect()
}

#[test]
fn python_clients_are_read() {
    let datagram = statsd::read(&recorded("statsd/python.txt"), &Limits::default());
    assert_eq!(datagram.problems, []);
    assert_eq!(datagram.left_out.get("event"), Some(&1));
    assert_eq!(datagram.left_out.get("service check"), Some(&1));
    let samples = flushed(std::str::from_utf8(&recorded("statsd/python.txt")).unwrap());
    for expected in [
        "app.logins{} 3",
        "app.queue{} -2",
        "app.response.count{} 1",
        "app.response{quantile=0.95} 320.25 ms",
        "app.sampled{} 8",
        "app.users{} 1",
        "page.views{env=prod,flag=true,page=home} 1",
        "h.sum{a=b:c,env=prod} 3",
        "dist.max{env=prod} 4",
        "gt{env=prod} 7",
    ] {
        assert!(samples.contains(&expected.to_owned()), "{expected} in {samples:#?}");
    }
}

#[test]
fn each_type_says_something_else() {
    for (line, said) in [
        ("a:3|c", Said::Count(3.0)),
        ("a:-1|c|@0.5", Said::Count(-2.0)),
        ("a:1.5|m", Said::Count(1.5)),
        ("a:4|g", Said::Gauge(4.0)),
        ("a:+4|g", Said::GaugeChange(4.0)),
        ("a:-4|g", Said::GaugeChange(-4.0)),
        ("a:320|ms|@0.1", Said::Timing { value: 320.0, weight: 10.0, is_ms: true }),
        ("a:2|h|#", Said::Timing { value: 2.0, weight: 1.0, is_ms: false }),
        ("a:x:y|s", Said::Member("x:y".to_owned())),
    ] {
        let datagram = read(line);
        let series = "a".to_owned();
        assert_eq!(datagram.metrics, [Metric { series, labels: Vec::new(), said, time_ms: None }], "{line}");
    }
    assert_eq!(read("a:1:2:3|h").metrics.len(), 3);
    assert_eq!(read("gt:7|g|T1772357400").metrics[0].time_ms, Some(1_772_357_400_000));
}

#[test]
fn wrong_lines_do_not_hurt_the_others() {
    for (line, code) in [
        ("nothing", "syntax"),
        ("a:1", "syntax"),
        ("a:1|x", "syntax"),
        ("a:one|c", "not-a-number"),
        ("a:|c", "not-a-number"),
        ("a:NaN|g", "not-finite"),
        ("a:inf|ms", "not-finite"),
        ("a:1e308|c|@0.001", "not-finite"),
        ("a:1|c|@0", "bad-rate"),
        ("a:1|c|@2", "bad-rate"),
        ("a:1|c|@x", "bad-rate"),
        ("a:1|g|T12", "bad-time"),
        (":1|c", "missing"),
        ("a:1|c|#b:1,b:2", "duplicate-field"),
        ("a:1|c|#b:1,#b:2", "duplicate-field"),
    ] {
        let datagram = read(&format!("before:1|c\n{line}\nafter:1|c\n"));
        assert_eq!(datagram.metrics.len(), 2, "{line}");
        let problems: Vec<_> = datagram.problems.iter().map(|problem| (problem.row, problem.code)).collect();
        assert_eq!(problems, [(2, code)], "{line}");
    }
    assert_eq!(statsd::read(b"a:\xff|c", &Limits::default()).problems[0].code, "not-utf8");
    let limits = Limits { rows: 2, ..Limits::default() };
    let datagram = statsd::read(b"a:1|c\na:1|c\na:1|c\na:1|c", &limits);
    assert_eq!((datagram.metrics.len(), datagram.problems.len()), (2, 1));
}

#[test]
fn an_interval_has_one_sample_for_each_series() {
    assert_eq!(flushed("a:1|c\na:2|c|@0.5\na:1|c|#x:y"), ["a{} 5", "a{x=y} 1"]);
    assert_eq!(flushed("u:ann|s\nu:bob|s\nu:ann|s"), ["u{} 2"]);
    assert_eq!(flushed("g:5|g\ng:+2|g\ng:-3|g"), ["g{} 4"]);
    assert_eq!(
        flushed("t:1|ms\nt:2|ms\nt:3|ms\nt:4|ms|@0.25"),
        [
            "t.count{} 7",
            "t.sum{} 22 ms",
            "t.min{} 1 ms",
            "t.max{} 4 ms",
            "t{quantile=0.5} 4 ms",
            "t{quantile=0.9} 4 ms",
            "t{quantile=0.95} 4 ms",
            "t{quantile=0.99} 4 ms",
        ]
    );
}

#[test]
fn gauges_outlive_their_interval_and_counters_do_not() {
    let mut aggregate = Aggregate::new(&Limits::default());
    let mut interval = |text: &str, time_ms| {
        for metric in read(text).metrics {
            aggregate.add(metric).unwrap();
        }
        aggregate.flush(time_ms)
    };
    let values = |samples: &[Sample]| samples.iter().map(|sample| sample.value).collect::<Vec<_>>();
    assert_eq!(values(&interval("g:5|g\nc:1|c", 1_772_357_400_000)), [1.0, 5.0]);
    assert!(interval("", 1_772_357_410_000).is_empty());
    assert_eq!(values(&interval("g:+2|g\nc:1|c", 1_772_357_420_000)), [1.0, 7.0]);
}

#[test]
fn a_full_aggregate_gives_the_metric_back() {
    let limits = Limits { rows: 2, ..Limits::default() };
    let mut aggregate = Aggregate::new(&limits);
    let metrics = read("a:1|ms\na:2|ms\na:3|ms").metrics;
    let [first, second, third] = metrics.as_slice() else { panic!("three metrics") };
    aggregate.add(first.clone()).unwrap();
    aggregate.add(second.clone()).unwrap();
    assert_eq!(*aggregate.add(third.clone()).unwrap_err(), *third);
    assert_eq!(line_of(&aggregate.flush(1_772_357_400_000)[0]), "a.count{} 2 @1772357400000");
    aggregate.add(third.clone()).unwrap();
}

#[test]
fn tags_are_named_without_the_sign_before_them_and_in_any_script() {
    for (line, series, labels) in [
        ("a:1|c|#a:1,#b:2", "a", vec![("a", "1"), ("b", "2")]),
        ("室温:21|g|#комната:кухня,部屋", "室温", vec![("комната", "кухня"), ("部屋", "true")]),
    ] {
        let datagram = read(line);
        let labels: Vec<_> = labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        assert_eq!((datagram.metrics[0].series.as_str(), &datagram.metrics[0].labels), (series, &labels), "{line}");
    }
}

#[test]
fn tags_behind_a_name_are_tags_in_any_script() {
    let datagram = read("sd,k=v,город=М:1|c|#b:2\nsd,k=v:1|c\na,b:1|c\nмир,труд:1|c");
    let told: Vec<String> = datagram
        .metrics
        .iter()
        .map(|metric| {
            let labels: Vec<String> = metric.labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
            format!("{}{{{}}}", metric.series, labels.join(" "))
        })
        .collect();
    assert_eq!(told, ["sd{b=2 k=v город=М}", "sd{k=v}", "a,b{}", "мир,труд{}"]);
}
