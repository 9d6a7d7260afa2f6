//! Prometheus remote write. Recorded are requests of Prometheus 2.42 that scraped the Python client and itself; those of
//! version 2.0 are built after its `types.proto`.

use formats::remote_write::{self, Request, Version, Written};
use formats::{Limits, Refusal};

use crate::protobuf::Message;
use crate::{codes, line_of, lines_of, recorded, refused};

const STALE: u64 = 0x7ff0_0000_0000_0002;
const TIME_MS: u64 = 1_772_357_400_000;

#[expect(clippy::expect_used, reason = "a helper of tests")]
fn recording(name: &str) -> Request {
    let bytes = recorded(&format!("remote_write/prometheus-2.42-{name}.snappy"));
    remote_write::read(&bytes, Version::One, &Limits::default()).expect("a request of Prometheus")
}

fn sample(value: f64, time_ms: u64) -> Message {
    Message::default().double(1, value).varint(2, time_ms)
}

fn label(name: &str, value: &str) -> Message {
    Message::default().bytes(1, name).bytes(2, value)
}

/// A request of version 1.0 with one series.
fn version_1(labels: &[(&str, &str)], samples: &[Message]) -> Message {
    let series = labels.iter().fold(Message::default(), |series, (name, value)| series.message(1, &label(name, value)));
    let series = samples.iter().fold(series, |series, sample| series.message(2, sample));
    Message::default().message(1, &series)
}

fn read(request: &Message, version: Version) -> Result<Request, Refusal> {
    remote_write::read(&request.snappy(), version, &Limits::default())
}

#[test]
fn requests_of_prometheus_give_its_samples() {
    let request = recording("exemplars");
    let latency: Vec<String> = request
        .received
        .samples
        .samples
        .iter()
        .filter(|sample| sample.series == "latency_seconds_bucket")
        .map(line_of)
        .collect();
    assert_eq!(latency.len(), 3);
    assert!(
        latency[0]
            .starts_with("latency_seconds_bucket{cluster=test,instance=127.0.0.1:19991,job=inferno,le=0.1} 0 @1795489"),
        "{latency:?}"
    );
    assert_eq!(request.received.left_out.get("exemplar"), Some(&2));
    // One gauge of the target is NaN, and one label's value has two lines.
    assert_eq!(
        codes(&request.received).iter().map(|(_, code)| *code).collect::<Vec<_>>(),
        ["control-character", "not-finite"]
    );
    let received = &request.received.samples;
    assert_eq!(received.rows, received.samples.len() + 2);
    assert_eq!(request.written, Written { samples: received.samples.len(), histograms: 0, exemplars: 0 });
}

#[test]
fn stale_markers_are_counted_and_no_problem() {
    let request = recording("stale");
    // One is of a series that can't be kept: a label's value has two lines.
    assert_eq!(request.received.left_out.get("stale marker"), Some(&15));
    assert_eq!(request.written.samples + 1, request.received.samples.rows);
    assert_eq!(codes(&request.received).iter().map(|(_, code)| *code).collect::<Vec<_>>(), ["control-character"]);
}

#[test]
fn a_request_with_metadata_alone_holds_nothing() {
    let request = recording("metadata");
    assert!(request.received.left_out["metadata"] > 50);
    assert_eq!((request.received.samples.rows, request.written), (0, Written::default()));
}

#[test]
fn version_1_takes_a_series_apart() {
    let stale = Message::default().fixed64(1, STALE).varint(2, TIME_MS);
    let request = version_1(
        &[("__name__", "up"), ("job", "a"), ("empty", "")],
        &[sample(1.0, TIME_MS), stale, sample(f64::INFINITY, TIME_MS), sample(2.0, 5), sample(0.5, TIME_MS + 1)],
    );
    let request = read(&request, Version::One).unwrap();
    assert_eq!(lines_of(&request.received), ["up{job=a} 1 @1772357400000", "up{job=a} 0.5 @1772357400001"]);
    assert_eq!(codes(&request.received), [(3, "not-finite"), (4, "bad-time")]);
    assert_eq!((request.written.samples, request.received.rejected()), (3, 2));
}

#[test]
fn series_that_can_not_be_named_are_problems_of_each_sample() {
    let long = "x".repeat(201);
    for (labels, code) in [
        (vec![("job", "a")], "missing"),
        (vec![("__name__", "up"), ("job", "a"), ("job", "b")], "duplicate-field"),
        (vec![("__name__", "up"), ("job", long.as_str())], "too-long"),
    ] {
        let request = read(&version_1(&labels, &[sample(1.0, TIME_MS), sample(1.0, TIME_MS)]), Version::One).unwrap();
        assert_eq!(codes(&request.received), [(1, code), (2, code)]);
    }
}

#[test]
fn names_of_any_script_stay_as_they_are() {
    for (labels, line) in [
        (vec![("__name__", "室温"), ("метка", "x")], "室温{метка=x} 1 @1772357400000"),
        (vec![("__name__", "U___5ba4__6e29_"), ("U__http_2e_method", "GET")], "室温{http.method=GET} 1 @1772357400000"),
        (vec![("__name__", "up"), ("a b", "1"), ("a/b", "2"), ("a_b", "3")], "up{a b=1,a/b=2,a_b=3} 1 @1772357400000"),
        (vec![("__name__", "a b"), ("c/d", "e")], "a b{c/d=e} 1 @1772357400000"),
    ] {
        let request = read(&version_1(&labels, &[sample(1.0, TIME_MS)]), Version::One).unwrap();
        assert_eq!(lines_of(&request.received), [line]);
    }
    for name in ["a\nb", "室\u{202e}温", "\u{feff}室温", " 室温"] {
        let request = read(&version_1(&[("__name__", name)], &[sample(1.0, TIME_MS)]), Version::One).unwrap();
        assert_eq!(codes(&request.received), [(1, "bad-name")], "{name:?}");
    }
}

fn histogram() -> Message {
    Message::default().varint(1, 7).double(3, 1.5).varint(15, TIME_MS)
}

#[test]
fn native_histograms_give_count_and_sum() {
    let series = Message::default().message(1, &label("__name__", "latency")).message(4, &histogram());
    let request = read(&Message::default().message(1, &series), Version::One).unwrap();
    assert_eq!(lines_of(&request.received), ["latency_count{} 7 @1772357400000", "latency_sum{} 1.5 @1772357400000"]);
    assert_eq!(request.written, Written { samples: 0, histograms: 1, exemplars: 0 });
}

/// What the wire has of a signed number.
fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)).cast_unsigned()
}

fn varints(numbers: &[u64]) -> Vec<u8> {
    numbers.iter().flat_map(|number| Message::default().varint(1, *number).0[1..].to_vec()).collect()
}

fn span(offset: i64, length: u64) -> Message {
    Message::default().varint(1, zigzag(offset)).varint(2, length)
}

#[expect(clippy::unwrap_used, reason = "a helper of tests")]
fn of_histogram(histogram: &Message) -> Request {
    let series = Message::default().message(1, &label("__name__", "m")).message(4, histogram);
    read(&Message::default().message(1, &series), Version::One).unwrap()
}

#[test]
fn native_histograms_give_classic_buckets() {
    let at = |histogram: Message| histogram.varint(15, TIME_MS);
    // Schema 0: base 2. Two buckets up to 1 and 2, one left out, one up to 8; counts 1, 3, 2 as differences.
    let integer = at(Message::default().varint(1, 10).double(3, 20.0).varint(4, 0).double(5, 0.001).varint(6, 4))
        .message(11, &span(0, 2))
        .message(11, &span(1, 1))
        .bytes(12, varints(&[1, 2, -1].map(zigzag)));
    let expected = [
        "m_count{} 10",
        "m_sum{} 20",
        "m_bucket{le=-0.001} 0",
        "m_bucket{le=0.001} 4",
        "m_bucket{le=0.5} 4",
        "m_bucket{le=1} 5",
        "m_bucket{le=2} 8",
        "m_bucket{le=4} 8",
        "m_bucket{le=8} 10",
        "m_bucket{le=+Inf} 10",
    ];
    let timeless = |request: &Request| -> Vec<String> {
        lines_of(&request.received).iter().map(|line| line.replace(" @1772357400000", "")).collect()
    };
    let request = of_histogram(&integer);
    assert_eq!(timeless(&request), expected);
    assert_eq!(request.written, Written { samples: 0, histograms: 1, exemplars: 0 });
    let packed: Vec<u8> = [1.0_f64, 3.0, 2.0].iter().flat_map(|count| count.to_le_bytes()).collect();
    let float = at(Message::default().double(2, 10.0).double(3, 20.0).double(5, 0.001).double(7, 4.0))
        .message(11, &span(0, 2))
        .message(11, &span(1, 1))
        .bytes(13, packed);
    assert_eq!(timeless(&of_histogram(&float)), expected);
    let bounds: Vec<u8> = [0.1_f64, 0.5].iter().flat_map(|bound| bound.to_le_bytes()).collect();
    let custom = at(Message::default().varint(1, 6).double(3, 2.0).varint(4, zigzag(-53)))
        .bytes(16, bounds)
        .message(11, &span(0, 3))
        .bytes(12, varints(&[3, -1, -1].map(zigzag)));
    assert_eq!(
        timeless(&of_histogram(&custom)),
        ["m_count{} 6", "m_sum{} 2", "m_bucket{le=0.1} 3", "m_bucket{le=0.5} 5", "m_bucket{le=+Inf} 6"]
    );
    for wrong in [
        at(Message::default().varint(1, 6).varint(4, 9)).message(11, &span(0, 1)).bytes(12, varints(&[2])),
        at(Message::default().varint(1, 1)).message(11, &span(0, 2)).bytes(12, varints(&[2])),
        at(Message::default().varint(1, 1)).message(11, &span(0, 1)).bytes(12, varints(&[10])),
    ] {
        let request = of_histogram(&wrong);
        assert_eq!(codes(&request.received), [(1, "bad-buckets")]);
        assert_eq!((request.written.histograms, request.received.samples.samples.len()), (0, 0));
    }
}

/// Symbols: 0 is empty, then name, series, label, value and unit.
fn version_2(series: &Message) -> Message {
    let symbols = ["", "__name__", "latency_seconds_sum", "job", "a", "seconds", "latency_seconds_count"];
    symbols.iter().fold(Message::default(), |request, symbol| request.bytes(4, symbol)).message(5, series)
}

#[test]
fn version_2_looks_names_up_in_its_table() {
    let metadata = Message::default().varint(1, 3).varint(4, 5);
    let series = |name: u8| {
        Message::default()
            .bytes(1, [1, name, 3, 4])
            .message(2, &sample(2.5, TIME_MS))
            .message(3, &histogram())
            .message(4, &sample(1.0, TIME_MS))
            .message(5, &metadata)
    };
    let request = read(&version_2(&series(2)).message(5, &series(6)), Version::Two).unwrap();
    assert_eq!(
        lines_of(&request.received)[..3],
        [
            "latency_seconds_sum{job=a} 2.5 seconds @1772357400000",
            "latency_seconds_sum_count{job=a} 7 @1772357400000",
            "latency_seconds_sum_sum{job=a} 1.5 seconds @1772357400000",
        ]
    );
    // How often something was measured is not in seconds.
    assert_eq!(lines_of(&request.received)[3], "latency_seconds_count{job=a} 2.5 @1772357400000");
    assert_eq!(
        request.written.headers(),
        [
            ("X-Prometheus-Remote-Write-Samples-Written", 2),
            ("X-Prometheus-Remote-Write-Histograms-Written", 2),
            ("X-Prometheus-Remote-Write-Exemplars-Written", 0),
        ]
    );
    assert_eq!(request.received.left_out.get("exemplar"), Some(&2));
}

#[test]
fn version_2_says_since_when_a_total_counts() {
    const START_MS: u64 = TIME_MS - 30_000;
    let series = |message: Message| version_2(&message.bytes(1, [1, 2, 3, 4]));
    for message in [
        Message::default().message(2, &sample(2.5, TIME_MS).varint(3, START_MS)),
        Message::default().message(2, &sample(2.5, TIME_MS)).varint(6, START_MS),
        Message::default().message(3, &histogram().varint(17, START_MS)),
        Message::default().message(3, &histogram()).varint(6, START_MS),
    ] {
        let request = read(&series(message), Version::Two).unwrap();
        let samples = &request.received.samples.samples;
        assert!(!samples.is_empty() && samples.iter().all(|sample| sample.start_ms == i64::try_from(START_MS).ok()));
    }
    let request = read(&series(Message::default().message(2, &sample(2.5, TIME_MS))), Version::Two).unwrap();
    assert_eq!(request.received.samples.samples[0].start_ms, None);
}

#[test]
fn version_2_with_references_that_lead_nowhere_is_refused() {
    for references in [vec![1, 99], vec![1, 2, 3], vec![0xff]] {
        let series = Message::default().bytes(1, references).message(2, &sample(1.0, TIME_MS));
        assert_eq!(refused(read(&version_2(&series), Version::Two)).code(), "protobuf");
    }
    let first = Message::default().bytes(4, "not empty");
    assert_eq!(refused(read(&first, Version::Two)).code(), "protobuf");
}

#[test]
fn what_is_no_such_message_is_refused() {
    for bytes in [
        vec![0x0a, 0x05, 0x01],
        vec![0x0b],
        vec![0x00, 0x01],
        vec![0x08],
        vec![0x0a, 0x02, 0x08, 0x01],
        vec![0xff; 11],
        vec![0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
    ] {
        let refusal = refused(read(&Message(bytes.clone()), Version::One));
        assert_eq!(refusal.code(), "protobuf", "{bytes:?}");
    }
}

#[test]
fn few_bytes_that_stand_for_much_text_are_refused() {
    let value = "x".repeat(200);
    let samples: Vec<Message> = (0..5_000).map(|number| sample(1.0, TIME_MS + number)).collect();
    let request = version_1(&[("__name__", "up"), ("a", &value)], &samples).snappy();
    let limits = Limits { text_bytes: 100_000, ..Limits::default() };
    assert_eq!(refused(remote_write::read(&request, Version::One, &limits)).code(), "too-much-text");
    let limits = Limits { rows: 4_999, ..Limits::default() };
    assert_eq!(refused(remote_write::read(&request, Version::One, &limits)).code(), "too-many-rows");
}

#[test]
fn content_types_name_the_version() {
    for (content_type, version) in [
        ("application/x-protobuf", Some(Version::One)),
        ("application/x-protobuf;proto=prometheus.WriteRequest", Some(Version::One)),
        ("application/x-protobuf; proto=io.prometheus.write.v2.Request", Some(Version::Two)),
        ("application/x-protobuf;proto=other", None),
        ("application/json", None),
        ("", None),
    ] {
        assert_eq!(Version::of(content_type), version, "{content_type}");
    }
}

#[test]
fn native_histograms_say_that_they_began_anew_and_may_not_lie() {
    let of = |count: u64, sum: f64, hint: u64| {
        Message::default()
            .varint(1, count)
            .double(3, sum)
            .varint(4, 0)
            .message(11, &span(0, 1))
            .bytes(12, varints(&[zigzag(20)]))
            .varint(14, hint)
            .varint(15, TIME_MS)
    };
    let starts = |request: &Request| -> Vec<Option<i64>> {
        request.received.samples.samples.iter().map(|sample| sample.start_ms).collect()
    };
    assert_eq!(starts(&of_histogram(&of(20, 5.0, 1))), vec![Some(i64::try_from(TIME_MS).unwrap() - 1); 5]);
    assert_eq!(starts(&of_histogram(&of(20, 5.0, 2))), vec![None; 5]);
    // Two gauge histograms can't be compared.
    let gauge = of_histogram(&of(20, 5.0, 3));
    assert_eq!((gauge.received.samples.samples.len(), gauge.received.rejected()), (2, 0));
    assert_eq!(gauge.received.warning(), "not kept: buckets of a gauge histogram (1)");
    // Observations in no bucket are no numbers, and then their sum is none.
    assert_eq!(codes(&of_histogram(&of(99, 5.0, 0)).received), [(1, "bad-buckets")]);
    assert_eq!(codes(&of_histogram(&of(99, f64::NAN, 0)).received), []);
    assert_eq!(of_histogram(&histogram()).received.warning(), "not kept: values of a histogram without buckets (1)");
}

#[test]
fn the_unit_of_a_bucket_is_that_of_its_bound() {
    let symbols = ["", "__name__", "m_bucket", "le", "100", "milliseconds", "m_count", "m"];
    let request = |series: &Message| {
        symbols.iter().fold(Message::default(), |request, symbol| request.bytes(4, symbol)).message(5, series)
    };
    let metadata = Message::default().varint(1, 3).varint(4, 5);
    let units = |series: Message| -> Vec<Option<String>> {
        let read = read(&request(&series.message(5, &metadata)), Version::Two).unwrap();
        read.received.samples.samples.into_iter().map(|sample| sample.unit).collect()
    };
    let milliseconds = Some("milliseconds".to_owned());
    let classic = Message::default().bytes(1, [1, 2, 3, 4]).message(2, &sample(2.0, TIME_MS));
    assert_eq!(units(classic), std::slice::from_ref(&milliseconds));
    assert_eq!(units(Message::default().bytes(1, [1, 6]).message(2, &sample(2.0, TIME_MS))), [None]);
    let native = Message::default()
        .varint(1, 2)
        .double(3, 5.0)
        .message(11, &span(0, 1))
        .bytes(12, varints(&[zigzag(2)]))
        .varint(15, TIME_MS);
    let mut expected = vec![None];
    expected.extend(vec![milliseconds; 4]);
    assert_eq!(units(Message::default().bytes(1, [1, 7]).message(3, &native)), expected);
}
