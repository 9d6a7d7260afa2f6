//! Bodies in which a few bytes stand for much: they take neither memory nor time out of proportion, nor make long messages.

use formats::analytics::EventMapping;
use formats::otlp::{Encoding, Options};
use formats::remote_write::{self, Version};
use formats::{
    Limits, Naming, Received, Refusal, amplitude, bmf, cargo_audit, influx_query, json, junit, mixpanel, otlp,
    prometheus_api, sarif, statsd,
};

use crate::protobuf::Message;
use crate::refused;

/// So many that looking at each with each would take hours.
const MANY: usize = 300_000;
const LIMITS: Limits = Limits { rows: 1_000_000, ..DEFAULT };
const DEFAULT: Limits = Limits {
    rows: 100_000,
    depth: 16,
    id_chars: 200,
    name_chars: 120,
    labels: 20,
    label_chars: 200,
    note_chars: 2_000,
    evidence_chars: 2_000,
    body_bytes: 32 << 20,
    text_bytes: 64 << 20,
};

/// A message with the same field many times.
fn repeated(message: Message, field: u64, part: &[u8], times: usize) -> Message {
    (0..times).fold(message, |message, _| message.bytes(field, part))
}

fn label(name: &str, value: &str) -> Message {
    Message::default().bytes(1, name).bytes(2, value)
}

fn attribute(name: &str, value: &str) -> Message {
    Message::default().bytes(1, name).message(2, &Message::default().bytes(1, value))
}

/// A request with one metric of a kind.
fn otlp_request(resource: &Message, name: &str, kind: u64, points: &Message) -> Message {
    let metric = Message::default().bytes(1, name).message(kind, points);
    let scope = Message::default().message(2, &metric);
    Message::default().message(1, &Message::default().message(1, resource).message(2, &scope))
}

fn read_otlp(request: &Message, limits: &Limits) -> Result<Received, Refusal> {
    otlp::read(&request.0, Encoding::Protobuf, &Options::default(), limits)
}

#[test]
fn a_series_with_many_labels_and_many_histograms_is_read_in_one_go() {
    for (version, of_labels, of_histograms) in [(Version::One, 1, 4), (Version::Two, 1, 3)] {
        let request = if version == Version::One {
            let series = repeated(Message::default(), of_labels, &label("a", "b").0, MANY);
            Message::default().message(1, &repeated(series, of_histograms, &[], MANY))
        } else {
            let series = Message::default().bytes(of_labels, [1, 2].repeat(MANY));
            let symbols = ["", "a", "b"].iter().fold(Message::default(), |request, symbol| request.bytes(4, symbol));
            symbols.message(5, &repeated(series, of_histograms, &[], MANY))
        };
        let received = remote_write::read(&request.snappy(), version, &LIMITS).unwrap().received;
        assert_eq!((received.samples.rows, received.rejected()), (MANY, MANY), "{version:?}");
    }
}

#[test]
fn a_resource_that_says_the_same_many_times_is_read_in_one_go() {
    let resource = repeated(Message::default(), 1, &attribute("service.name", "api").0, MANY);
    let points = repeated(Message::default(), 1, &Message::default().double(4, 1.5).0, MANY);
    let received = read_otlp(&otlp_request(&resource, "m", 5, &points), &LIMITS).unwrap();
    assert_eq!(received.samples.samples.len(), MANY);
    assert_eq!(received.samples.samples[0].labels, [("service.name".to_owned(), "api".to_owned())]);
}

#[test]
fn quantiles_count_as_samples_before_they_are_made() {
    let request = |quantiles, value_chars| {
        let point = Message::default().message(7, &attribute("a", &"v".repeat(value_chars)));
        let points = Message::default().message(1, &repeated(point, 6, &[], quantiles));
        otlp_request(&Message::default(), "m", 11, &points)
    };
    // What is wrong with a label is only seen where samples are made.
    let refusal = refused(read_otlp(&request(100_001, 201), &DEFAULT));
    assert_eq!(refusal, Refusal::TooManyRows { limit: 100_000 });
    let limits = Limits { text_bytes: 100_000, ..DEFAULT };
    assert_eq!(refused(read_otlp(&request(1_000, 200), &limits)), Refusal::TooMuchText { limit: 100_000 });
    assert_eq!(read_otlp(&request(3, 200), &DEFAULT).unwrap().samples.samples.len(), 4);
}

#[test]
fn after_a_thousand_problems_only_the_first_of_each_row_is_told() {
    let pairs = r#"[1772357400,"x"],"#.repeat(5_000);
    let series = format!(r#"{{"metric":{{}},"values":[{}]}}"#, pairs.trim_end_matches(','));
    let body = format!(
        r#"{{"status":"success","data":{{"resultType":"matrix","result":[{series},{series},{{"metric":7}}]}}}}"#
    );
    let naming = Naming { series: Some("s".to_owned()), ..Naming::default() };
    let received = prometheus_api::read(body.as_bytes(), &naming, &DEFAULT).unwrap();
    assert_eq!((received.samples.rows, received.rejected(), received.samples.problems.len()), (3, 3, 1_002));
}

#[test]
fn values_of_statsd_share_the_room_for_names_and_labels() {
    let limits = Limits { text_bytes: 1_000, ..DEFAULT };
    let line = format!("name{}|c|#tag:value\n", ":1".repeat(50));
    let datagram = statsd::read(format!("{line}{line}a:1|c").as_bytes(), &limits);
    let codes: Vec<_> = datagram.problems.iter().map(|problem| (problem.row, problem.code)).collect();
    assert_eq!((datagram.metrics.len(), codes), (51, vec![(2, "too-much-text")]));
}

#[test]
fn labels_of_a_row_are_looked_at_once_for_all_its_columns() {
    let naming = Naming::default();
    let many = |what: &str| vec![what; MANY].join(",");
    let flux = format!(
        "#datatype,{},{}\n,{},{}\n,{},{}\n",
        many("double"),
        many("string"),
        many("a"),
        many("b"),
        many("1"),
        many("x")
    );
    let influxql = format!(
        r#"{{"results":[{{"series":[{{"name":"m","columns":[{},{}],"values":[[{},{}]]}}]}}]}}"#,
        many(r#""a""#),
        many(r#""b""#),
        many("1"),
        many(r#""x""#)
    );
    for read in [
        influx_query::read_csv(flux.as_bytes(), &naming, &LIMITS),
        influx_query::read_json(influxql.as_bytes(), &naming, &LIMITS),
    ] {
        let samples = read.unwrap().samples;
        let codes: Vec<_> = samples.problems.iter().map(|problem| problem.code).collect();
        // The label `b` stands twice, and often after that.
        assert_eq!((samples.rows, codes.last()), (1, Some(&"too-many-labels")));
    }
}

#[test]
fn tags_of_a_table_are_not_looked_at_again_in_every_row() {
    let tags: Vec<String> = (0..MANY).map(|tag| format!(r#""t{tag}":"x""#)).collect();
    let rows = vec!["[1]"; MANY].join(",");
    let body = format!(
        r#"{{"results":[{{"series":[{{"name":"m","tags":{{{}}},"columns":["a"],"values":[{rows}]}}]}}]}}"#,
        tags.join(",")
    );
    let received = influx_query::read_json(body.as_bytes(), &Naming::default(), &LIMITS).unwrap();
    assert_eq!((received.samples.rows, received.rejected()), (MANY, MANY));
}

#[test]
fn no_message_quotes_a_whole_value() {
    let long = "x".repeat(100_000);
    let points = Message::default().message(1, &Message::default());
    let otlp = read_otlp(&otlp_request(&Message::default(), &long, 5, &points), &DEFAULT).unwrap();
    let run = format!(r#"{{"version":"2.1.0","runs":[{{"tool":{{"driver":{{"name":"{long}"}}}}}}]}}"#);
    let sarif = sarif::read(run.as_bytes(), &DEFAULT).unwrap().received;
    let advisory = format!(r#"{{"advisory":{{"id":"{long}","cvss":"{long}"}}}}"#);
    let report = format!(r#"{{"lockfile":{{"dependency-count":1}},"vulnerabilities":{{"list":[{advisory}]}}}}"#);
    let cargo_audit = cargo_audit::read(report.as_bytes(), &DEFAULT).unwrap().received;
    for received in [otlp, sarif, cargo_audit] {
        let [problem] = received.samples.problems.as_slice() else { panic!("one problem") };
        assert!(problem.detail.len() < 500 && problem.expected.len() < 500, "{}", problem.code);
    }
    for refusal in [
        refused(bmf::read(format!(r#"{{"a":"{long}"}}"#).as_bytes(), &DEFAULT)),
        refused(junit::read(format!("<testsuite></{long}>").as_bytes())),
        refused(junit::read(format!("<testsuite {long}={long}/>").as_bytes())),
    ] {
        assert!(refusal.to_string().len() < 500, "{}", refusal.code());
    }
}

#[test]
fn a_body_of_millions_of_rows_is_refused_at_the_first_one_too_many() {
    let rows = vec![r#"{"a":0}"#; 1_000_000].join(",");
    let limits = Limits { rows: 100, ..DEFAULT };
    let mapping = EventMapping::default();
    // What follows the row of one too many is not even looked at.
    let array = format!("[{rows},,,");
    let upload = format!(r#"{{"api_key":"k","events":[{rows},,,"#);
    for refusal in [
        refused(mixpanel::read_events(array.as_bytes(), &mapping, &limits)),
        refused(mixpanel::read_profiles(array.as_bytes(), &mapping, &limits)),
        refused(amplitude::read(upload.as_bytes(), &mapping, &limits)),
    ] {
        assert_eq!(refusal, Refusal::TooManyRows { limit: 100 });
    }
    assert_eq!(refused(json::read(format!("[{rows}]").as_bytes(), &limits)), Refusal::TooManyRows { limit: 100 });
    assert_eq!(amplitude::event_count(upload.as_bytes(), &limits), 100);
}

#[test]
fn one_event_with_very_many_properties_is_one_wrong_row() {
    let members: Vec<String> = (0..MANY).map(|member| format!(r#""p{member}":0"#)).collect();
    let body = format!(r#"[{{"event":"a","properties":{{{}}}}}]"#, members.join(","));
    let received = mixpanel::read_events(body.as_bytes(), &EventMapping::default(), &DEFAULT).unwrap();
    assert_eq!((received.samples.samples.len(), received.rejected()), (0, 1));
    assert!(received.samples.problems[0].detail.contains("2000 members"), "{:?}", received.samples.problems);
}

#[test]
fn lists_inside_of_events_and_findings_are_passed_over() {
    let list = format!("[{}]", vec!["[0]"; MANY].join(","));
    let mapping = EventMapping::default();
    let event = format!(r#"[{{"event":"a","properties":{{"distinct_id":"u","x":{list}}}}}]"#);
    let received = mixpanel::read_events(event.as_bytes(), &mapping, &DEFAULT).unwrap();
    assert_eq!((received.samples.samples.len(), received.left_out.len()), (1, 1));
    let upload = format!(
        r#"{{"events":[{{"event_type":"a","user_id":"u","groups":{list},"event_properties":{{"x":{list},"y":1}}}}]}}"#
    );
    let received = amplitude::read(upload.as_bytes(), &mapping, &DEFAULT).unwrap();
    let labels = [("user".to_owned(), "u".to_owned()), ("y".to_owned(), "1".to_owned())];
    assert_eq!(received.samples.samples[0].labels, labels);
    let result = format!(
        r#"{{"ruleId":"B608","properties":{{"tags":{list}}},"locations":[{{"physicalLocation":
            {{"artifactLocation":{{"uri":"app/db.py"}},"region":{{"startLine":12}}}}}},{list}]}}"#
    );
    let log =
        format!(r#"{{"version":"2.1.0","runs":[{{"tool":{{"driver":{{"name":"bandit"}}}},"results":[{result}]}}]}}"#);
    let audit = sarif::read(log.as_bytes(), &DEFAULT).unwrap();
    assert_eq!(audit.tools[0].named[0].1, "B608 in app/db.py:12");
}

#[test]
fn a_list_in_an_export_request_has_as_many_elements_as_there_may_be_rows() {
    let body = format!(r#"{{"resourceMetrics":[{}]}}"#, vec!["{}"; MANY].join(","));
    let refusal = refused(otlp::read(body.as_bytes(), Encoding::Json, &Options::default(), &DEFAULT));
    assert_eq!(refusal, Refusal::TooManyRows { limit: 100_000 });
}

#[test]
fn a_row_of_millions_of_cells_is_refused_before_it_is_taken_apart() {
    for line in [",".repeat(1_000_000), format!("kpi,value\n{}", ",".repeat(600_000)), ",\"\n\"".repeat(600_000)] {
        assert_eq!(refused(formats::csv::read(line.as_bytes(), &DEFAULT)).code(), "shape");
        assert_eq!(refused(formats::table::preview(line.as_bytes(), None, 5, &DEFAULT)).code(), "shape");
    }
}

#[test]
fn of_very_many_problems_only_the_first_ones_are_told_in_full() {
    let body = format!("[{}]", vec!["{}"; 5_000].join(","));
    let received = mixpanel::read_events(body.as_bytes(), &EventMapping::default(), &DEFAULT).unwrap();
    let problems = &received.samples.problems;
    assert_eq!((received.rejected(), problems.len()), (5_000, 5_000));
    assert!(problems[1_000..].iter().all(|problem| problem.detail.len() < 20 && problem.expected.is_empty()));
}
