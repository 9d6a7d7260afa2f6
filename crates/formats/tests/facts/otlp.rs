//! OpenTelemetry metrics. Recorded are requests of the Python exporter 1.45.2 (protobuf, plain, gzip and deflate) and of the
//! JavaScript exporter (JSON).

use formats::otlp::{self, Encoding, Options, reply};
use formats::{Limits, Received, Refusal, encoding};

use crate::protobuf::Message;
use crate::{codes, lines_of, recorded, refused};

const TIME_NS: u64 = 1_772_357_400_000_000_000;

fn read(bytes: &[u8], encoding: Encoding) -> Result<Received, Refusal> {
    otlp::read(bytes, encoding, &Options::default(), &Limits::default())
}

/// Samples without their times.
fn timeless(received: &Received) -> Vec<String> {
    lines_of(received).iter().map(|line| line.split(" @").next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn the_python_exporter_is_read_and_twice_gives_the_same() {
    let body = recorded("otlp/python.pb");
    let received = read(&body, Encoding::Protobuf).unwrap();
    let common = "otel.scope.name=tests.meter,service.instance.id=one,service.name=inferno";
    let duration = format!("model=llama,{common},temporality=cumulative");
    let is_shown = |line: &String| !line.contains("_bucket{") || line.contains("le=0,") || line.contains("le=5,");
    assert_eq!(
        timeless(&received).into_iter().filter(is_shown).collect::<Vec<_>>(),
        [
            format!("inference.requests{{model=llama,ok=true,{common},temporality=cumulative}} 3 {{request}}"),
            format!("inference.requests{{model=mistral,ok=false,{common},temporality=cumulative}} 2 {{request}}"),
            format!("inference.duration.count{{{duration}}} 3"),
            format!("inference.duration.sum{{{duration}}} 0.85 s"),
            format!("inference.duration.min{{{duration}}} 0.1 s"),
            format!("inference.duration.max{{{duration}}} 0.5 s"),
            // What the exporter's default bounds say of three durations of less than a second.
            format!("inference.duration_bucket{{le=0,{duration}}} 0 s"),
            format!("inference.duration_bucket{{le=5,{duration}}} 3 s"),
            format!("queue.length{{{common},temporality=cumulative}} 3"),
            "memory.usage{otel.scope.name=tests.meter,pool=kv,service.instance.id=one,service.name=inferno} 1536 By"
                .to_owned(),
        ]
    );
    assert!(received.samples.samples.iter().all(|sample| sample.time_ms.is_some()));
    assert!(received.samples.problems.is_empty());
    assert_eq!(read(&body, Encoding::Protobuf).unwrap(), received);
    for (file, name) in [("otlp/python.pb.gz", "gzip"), ("otlp/python.pb.zz", "deflate")] {
        let body = encoding::decode(&recorded(file), Some(name), &Limits::default()).unwrap().into_owned();
        assert_eq!(timeless(&read(&body, Encoding::Protobuf).unwrap()), timeless(&received));
    }
}

#[test]
fn the_javascript_exporter_is_read() {
    let received = read(&recorded("otlp/javascript.json"), Encoding::Json).unwrap();
    let common = "otel.scope.name=js.meter,service.name=inferno-js";
    let mut lines = timeless(&received);
    lines.retain(|line| !line.starts_with("latency_bucket{") || line.contains("{le=25,"));
    lines.sort();
    assert_eq!(
        lines,
        [
            format!("exp.duration.count{{{common},temporality=cumulative}} 1"),
            format!("exp.duration.max{{{common},temporality=cumulative}} 1.5 s"),
            format!("exp.duration.min{{{common},temporality=cumulative}} 1.5 s"),
            format!("exp.duration.sum{{{common},temporality=cumulative}} 1.5 s"),
            // An exponential histogram of one value of 1.5, at the finest scale.
            format!("exp.duration_bucket{{le=+Inf,{common},temporality=cumulative}} 1 s"),
            format!("exp.duration_bucket{{le=1.4999993662416238,{common},temporality=cumulative}} 0 s"),
            format!("exp.duration_bucket{{le=1.500000357796528,{common},temporality=cumulative}} 1 s"),
            format!("latency.count{{{common},temporality=cumulative}} 2"),
            format!("latency.max{{{common},temporality=cumulative}} 40.5 ms"),
            format!("latency.min{{{common},temporality=cumulative}} 12 ms"),
            format!("latency.sum{{{common},temporality=cumulative}} 52.5 ms"),
            format!("latency_bucket{{le=25,{common},temporality=cumulative}} 1 ms"),
            "requests{d=0.5,n=7,otel.scope.name=js.meter,route=/v1/chat,service.name=inferno-js,temporality=cumulative} 5 1".to_string(),
            format!("temp{{{common}}} 21.5 Cel"),
        ]
    );
    // A list among the resource's attributes, and one among a point's.
    assert_eq!(received.left_out.get("attribute that is no plain value"), Some(&2));
    assert!(received.samples.problems.is_empty());
}

/// A request with one metric of the kind that `field` numbers, whose data is `data`.
fn request(field: u64, data: &Message) -> Vec<u8> {
    let metric = Message::default().bytes(1, "m").bytes(3, "s").message(field, data);
    let scope_metrics = Message::default().message(2, &metric);
    Message::default().message(1, &Message::default().message(2, &scope_metrics)).0
}

#[test]
fn each_kind_of_data_point_has_its_samples() {
    let time = || Message::default().fixed64(3, TIME_NS);
    let quantile = |quantile, value| Message::default().double(1, quantile).double(2, value);
    let summary =
        time().fixed64(4, 9).double(5, 4.5).message(6, &quantile(0.5, 0.25)).message(6, &quantile(0.99, f64::NAN));
    for (field, data, samples) in [
        (5, Message::default().message(1, &time().double(4, 1.5)), vec!["m{} 1.5 s"]),
        (5, Message::default().message(1, &time().fixed64(6, (-3_i64).cast_unsigned())), vec!["m{} -3 s"]),
        (7, Message::default().message(1, &time().fixed64(6, 3)).varint(2, 1), vec!["m{temporality=delta} 3 s"]),
        (
            9,
            Message::default().message(1, &time().fixed64(4, 2).double(5, 3.0)).varint(2, 2),
            vec!["m.count{temporality=cumulative} 2", "m.sum{temporality=cumulative} 3 s"],
        ),
        (
            10,
            Message::default().message(1, &time().fixed64(4, 2).double(12, 1.0).double(13, 2.0)).varint(2, 1),
            vec!["m.count{temporality=delta} 2", "m.min{temporality=delta} 1 s", "m.max{temporality=delta} 2 s"],
        ),
        (11, Message::default().message(1, &summary), vec!["m.count{} 9", "m.sum{} 4.5 s", "m{quantile=0.5} 0.25 s"]),
        // Nothing was recorded.
        (5, Message::default().message(1, &time().double(4, 1.5).varint(8, 1)), vec![]),
        (5, Message::default(), vec![]),
        (99, Message::default(), vec![]),
    ] {
        let received = read(&request(field, &data), Encoding::Protobuf).unwrap();
        assert_eq!(timeless(&received), samples);
        assert!(received.samples.problems.is_empty());
        assert!(received.samples.samples.iter().all(|sample| sample.time_ms == Some(1_772_357_400_000)));
    }
}

fn bits(numbers: &[f64]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

#[test]
fn the_buckets_of_both_kinds_of_histogram_are_kept_with_upper_bounds() {
    let point = || Message::default().fixed64(2, TIME_NS - 30_000_000_000).fixed64(3, TIME_NS);
    let counts: Vec<u8> = [3_u64, 2, 1].iter().flat_map(|count| count.to_le_bytes()).collect();
    let explicit = point().fixed64(4, 6).double(5, 1.5).bytes(6, counts.clone()).bytes(7, bits(&[0.1, 0.5]));
    // Scale 0: from 2^1 on one and three, below zero one between -2 and -1, two near zero.
    let side = |offset: u64, counts: &[u8]| Message::default().varint(1, offset).bytes(2, counts);
    let exponential = point()
        .fixed64(4, 7)
        .varint(6, 0)
        .fixed64(7, 2)
        .message(8, &side(2, &[1, 3]))
        .message(9, &side(0, &[1]))
        .double(14, 0.25);
    for (field, point, expected) in [
        (
            9,
            &explicit,
            vec![
                "m.count{} 6",
                "m.sum{} 1.5 s",
                "m_bucket{le=0.1} 3 s",
                "m_bucket{le=0.5} 5 s",
                "m_bucket{le=+Inf} 6 s",
            ],
        ),
        (
            10,
            &exponential,
            vec![
                "m.count{} 7",
                "m_bucket{le=-2} 0 s",
                "m_bucket{le=-1} 1 s",
                "m_bucket{le=-0.25} 1 s",
                "m_bucket{le=0.25} 3 s",
                "m_bucket{le=2} 3 s",
                "m_bucket{le=4} 4 s",
                "m_bucket{le=8} 7 s",
                "m_bucket{le=+Inf} 7 s",
            ],
        ),
    ] {
        for (temporality, word) in [(1, "delta"), (2, "cumulative")] {
            let data = Message::default().message(1, point).varint(2, temporality);
            let received = read(&request(field, &data), Encoding::Protobuf).unwrap();
            let lines: Vec<String> = timeless(&received)
                .iter()
                .map(|line| {
                    line.replace(&format!(",temporality={word}"), "").replace(&format!("temporality={word}"), "")
                })
                .collect();
            assert_eq!(lines, expected);
            // Of a running total it is known since when it counts.
            let starts: Vec<_> = received.samples.samples.iter().map(|sample| sample.start_ms).collect();
            let start = (temporality == 2).then_some(1_772_357_370_000);
            assert!(starts.iter().all(|found| *found == start), "{starts:?}");
            assert!(received.samples.samples.iter().all(|sample| sample.row == 1));
        }
    }
    let json = r#"{"resourceMetrics":[{"scopeMetrics":[{"metrics":[
        {"name":"a","histogram":{"aggregationTemporality":2,"dataPoints":[{"count":"3","bucketCounts":["1","2"],"explicitBounds":[0.5]}]}},
        {"name":"b","exponentialHistogram":{"aggregationTemporality":1,"dataPoints":[{"count":3,"scale":-1,"zeroCount":"1",
            "positive":{"offset":-1,"bucketCounts":["2"]}}]}}]}]}]}"#;
    assert_eq!(
        lines_of(&read(json.as_bytes(), Encoding::Json).unwrap()),
        [
            "a.count{temporality=cumulative} 3",
            "a_bucket{le=0.5,temporality=cumulative} 1",
            "a_bucket{le=+Inf,temporality=cumulative} 3",
            "b.count{temporality=delta} 3",
            "b_bucket{le=0,temporality=delta} 1",
            "b_bucket{le=0.25,temporality=delta} 1",
            "b_bucket{le=1,temporality=delta} 3",
            "b_bucket{le=+Inf,temporality=delta} 3",
        ]
    );
    // Counts that do not fit to their bounds say nothing.
    let wrong = point().fixed64(4, 6).bytes(6, counts).bytes(7, bits(&[0.1]));
    let received = read(&request(9, &Message::default().message(1, &wrong)), Encoding::Protobuf).unwrap();
    assert_eq!((codes(&received), received.samples.samples.len()), (vec![(1, "bad-buckets")], 0));
}

#[test]
fn points_that_can_not_be_kept_are_told_as_a_partial_success() {
    let point = |value: f64, time_ns| Message::default().double(4, value).fixed64(3, time_ns);
    let data = Message::default()
        .message(1, &point(1.0, TIME_NS))
        .message(1, &point(f64::NAN, TIME_NS))
        .message(1, &point(f64::INFINITY, 5_000_000))
        .message(1, &Message::default().fixed64(3, TIME_NS));
    let received = read(&request(5, &data), Encoding::Protobuf).unwrap();
    assert_eq!(codes(&received), [(2, "not-finite"), (3, "bad-time"), (3, "not-finite"), (4, "missing")]);
    assert_eq!((received.samples.samples.len(), received.rejected()), (1, 3));
    let reply: serde_json::Value = serde_json::from_slice(&reply::accepted(&received, Encoding::Json)).unwrap();
    assert_eq!(reply["partialSuccess"]["rejectedDataPoints"], "3");
    let message = reply["partialSuccess"]["errorMessage"].as_str().unwrap();
    assert!(message.starts_with("row 2: the value is NaN"), "{message}");
    let expected = Message::default().message(1, &Message::default().varint(1, 3).bytes(2, message));
    assert_eq!(reply::accepted(&received, Encoding::Protobuf), expected.0);
}

#[test]
fn replies_are_in_the_encoding_of_the_request() {
    let none = Received::default();
    assert_eq!(reply::accepted(&none, Encoding::Protobuf), b"");
    assert_eq!(reply::accepted(&none, Encoding::Json), b"{}");
    let json = reply::refused(reply::INVALID_ARGUMENT, "no \"way\"", Encoding::Json);
    assert_eq!(json, br#"{"code":3,"message":"no \"way\""}"#);
    let long = "x".repeat(300);
    let expected = Message::default().varint(1, 8).bytes(2, &long);
    assert_eq!(reply::refused(reply::RESOURCE_EXHAUSTED, &long, Encoding::Protobuf), expected.0);
    assert_eq!(Encoding::of("application/json; charset=utf-8"), Some(Encoding::Json));
    assert_eq!(Encoding::of("application/x-protobuf").map(Encoding::content_type), Some("application/x-protobuf"));
    assert_eq!(Encoding::of("text/plain"), None);
}

#[test]
fn json_is_read_as_protobuf_writes_it() {
    let body = |metric: &str| {
        format!(
            r#"{{"resourceMetrics":[{{"scopeMetrics":[{{"metrics":[{metric}], "scope":{{"name":"s"}}}}],"schemaUrl":"",
            "resource":{{"attributes":[{{"key":"service.name","value":{{"stringValue":"a\"b"}}}}]}}}}]}}"#
        )
    };
    let common = "otel.scope.name=s,service.name=a\"b";
    for (metric, samples) in [
        (
            r#"{"name":"m","gauge":{"dataPoints":[{"asInt":"12","timeUnixNano":"1772357400000000000"}]}}"#,
            vec![format!("m{{{common}}} 12 @1772357400000")],
        ),
        (
            r#"{"name":"m","unit":null,"gauge":{"dataPoints":[{"asInt":-12,"timeUnixNano":1772357400000000000}]}}"#,
            vec![format!("m{{{common}}} -12 @1772357400000")],
        ),
        (
            r#"{"sum":{"dataPoints":[{"asDouble":"1.5"}],"aggregationTemporality":"AGGREGATION_TEMPORALITY_DELTA"},"name":"m"}"#,
            vec![format!("m{{{common},temporality=delta}} 1.5")],
        ),
        (
            r#"{"name":"m","summary":{"dataPoints":[{"count":"2","sum":3,"quantileValues":[{"quantile":0.5,"value":1.5}]}]}}"#,
            vec![
                format!("m.count{{{common}}} 2"),
                format!("m.sum{{{common}}} 3"),
                "m{otel.scope.name=s,quantile=0.5,service.name=a\"b} 1.5".to_owned(),
            ],
        ),
        (r#"{"name":"m"}"#, vec![]),
    ] {
        assert_eq!(lines_of(&read(body(metric).as_bytes(), Encoding::Json).unwrap()), samples);
    }
    let nan = r#"{"name":"m","gauge":{"dataPoints":[{"asDouble":"NaN"}]}}"#;
    assert_eq!(codes(&read(body(nan).as_bytes(), Encoding::Json).unwrap()), [(1, "not-finite")]);
    assert_eq!(read(b"{}", Encoding::Json).unwrap(), Received::default());
    for (text, code) in [
        ("", "empty"),
        ("{", "syntax"),
        ("[]", "shape"),
        (r#"{"resourceMetrics":{}}"#, "shape"),
        (r#"{"resourceMetrics":[1]}"#, "shape"),
        (&body(r#"{"name":"m","gauge":{"dataPoints":[{"asInt":"many"}]}}"#), "shape"),
        (&body(r#"{"name":{},"gauge":{"dataPoints":[]}}"#), "shape"),
        (&format!("{}{}", "[".repeat(100), "]".repeat(100)), "too-deep"),
    ] {
        assert_eq!(refused(read(text.as_bytes(), Encoding::Json)).code(), code, "{text}");
    }
    let refusal = refused(read(b"{\n \"resourceMetrics\": 7}", Encoding::Json));
    assert_eq!((refusal.row(), refusal.column()), (Some(2), Some(21)));
}

#[test]
fn a_points_own_attribute_says_more_than_its_resources() {
    let attribute =
        |name: &str, value: &str| Message::default().bytes(1, name).message(2, &Message::default().bytes(1, value));
    let point = Message::default().double(4, 1.0).message(7, &attribute("host.name", "guest"));
    let metric = Message::default().bytes(1, "m").message(5, &Message::default().message(1, &point));
    let resource = Message::default().message(1, &attribute("host.name", "host")).message(1, &attribute("team", "a"));
    let resource_metrics = Message::default().message(2, &Message::default().message(2, &metric)).message(1, &resource);
    let body = Message::default().message(1, &resource_metrics).0;
    assert_eq!(lines_of(&read(&body, Encoding::Protobuf).unwrap()), ["m{host.name=guest} 1"]);
    let options = Options { resource_labels: vec!["team".to_owned()] };
    let received = otlp::read(&body, Encoding::Protobuf, &options, &Limits::default()).unwrap();
    assert_eq!(lines_of(&received), ["m{host.name=guest,team=a} 1"]);
}

#[test]
fn what_of_a_histogram_can_not_be_used_is_told() {
    for (temporality, point, told) in [
        (2, r#""count":"3","sum":1,"bucketCounts":["3"]"#, "not kept: values of a histogram without bounds (1)"),
        (2, r#""count":"3","sum":1"#, "not kept: values of a histogram without buckets (1)"),
        (
            0,
            r#""count":"3","bucketCounts":["1","2"],"explicitBounds":[0.5]"#,
            "not kept: buckets of a histogram without temporality (1)",
        ),
        (
            1,
            r#""count":"3","bucketCounts":["1","2"],"explicitBounds":[0.5],"attributes":[{"key":"le","value":{"stringValue":"x"}}]"#,
            "not kept: buckets of a histogram with a label `le`, or with one label too many (1)",
        ),
        (1, r#""count":"0","bucketCounts":["0"]"#, ""),
        (1, r#""count":"3","bucketCounts":["1","2"],"explicitBounds":[0.5]"#, ""),
    ] {
        let json = format!(
            r#"{{"resourceMetrics":[{{"scopeMetrics":[{{"metrics":[{{"name":"a","histogram":{{
                "aggregationTemporality":{temporality},"dataPoints":[{{{point}}}]}}}}]}}]}}]}}"#
        );
        let received = read(json.as_bytes(), Encoding::Json).unwrap();
        assert_eq!((received.rejected(), received.warning().as_str()), (0, told), "{point}");
        let reply: serde_json::Value = serde_json::from_slice(&reply::accepted(&received, Encoding::Json)).unwrap();
        assert_eq!(reply["partialSuccess"]["errorMessage"].as_str().unwrap_or_default(), told);
        assert_eq!(reply::accepted(&received, Encoding::Protobuf).is_empty(), told.is_empty());
    }
    // One that says nothing of where its observations lie, or more of them than its buckets hold.
    for point in [
        r#""count":"99","scale":0,"positive":{"offset":0,"bucketCounts":["20"]}"#,
        r#""count":"18446744073709551615","scale":0,"positive":{"offset":0,"bucketCounts":["18446744073709551615"]}"#,
    ] {
        let json = format!(
            r#"{{"resourceMetrics":[{{"scopeMetrics":[{{"metrics":[{{"name":"a","exponentialHistogram":{{
                "aggregationTemporality":1,"dataPoints":[{{{point}}}]}}}}]}}]}}]}}"#
        );
        assert_eq!(codes(&read(json.as_bytes(), Encoding::Json).unwrap()), [(1, "bad-buckets")], "{point}");
    }
}
