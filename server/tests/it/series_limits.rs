//! How many series a source may bring, what is left to the others, and that many series don't keep the server from stopping.

use std::fmt::Write as _;
use std::time::Duration;

use serde_json::{Value, json};

use crate::running::{Running, eventually, folder};

/// What one source may bring.
const OF_SOURCE: usize = 10_000;

fn send(server: &Running, source: &str, body: &Value) -> (u16, Value) {
    server.post(&format!("/api/v1/observations?source={source}"), "application/json", body.to_string().as_bytes())
}

fn events(source: &str, count: usize) -> Value {
    (0..count).map(|number| json!({ "series": format!("{source}.{number}") })).collect()
}

#[test]
fn one_source_can_not_take_the_series_of_the_others_before_and_after_a_restart() {
    let data = folder();
    let server = Running::start(data.path());
    assert_eq!(send(&server, "greedy", &events("greedy", OF_SOURCE)).0, 201);
    let judge = |server: &Running| {
        let (status, problem) = send(server, "greedy", &json!([{ "series": "one.more" }]));
        assert_eq!((status, &problem["errors"][0]["code"]), (422, &json!("too-many-series")), "{problem}");
        // In whatever form it comes.
        for (content_type, body) in
            [("application/x-ndjson", "{\"series\":\"one.more\"}\n"), ("text/csv", "series,value\none.more,1\n")]
        {
            let (status, problem) = server.post("/api/v1/observations?source=greedy", content_type, body.as_bytes());
            assert_eq!((status, &problem["errors"][0]["code"]), (422, &json!("too-many-series")), "{content_type}");
        }
        // Of a batch the rows of known series are kept, where the sender takes parts.
        let mixed = json!([{ "series": "greedy.1" }, { "series": "one.more" }]).to_string();
        let (status, receipt) =
            server.post("/api/v1/observations?source=greedy&partial=true", "application/json", mixed.as_bytes());
        assert_eq!(
            (status, &receipt["accepted"], &receipt["refused"][0]["row"]),
            (201, &json!(1), &json!(2)),
            "{receipt}"
        );
        // What the catalogue reads is never crowded out, and neither are the others.
        let (status, told) =
            send(server, "greedy", &json!([{ "series": "deployment" }, { "kpi": "code-coverage", "value": 80 }]));
        assert!(matches!(status, 200 | 201), "{told}");
        let (status, told) = send(server, "other", &json!([{ "series": "a.new.event" }]));
        assert!(matches!(status, 200 | 201), "{told}");
    };
    judge(&server);
    server.kill();
    judge(&Running::start(data.path()));
}

#[test]
fn a_server_with_ninety_thousand_series_stops_within_seconds_and_keeps_them() {
    let data = folder();
    let server = Running::start(data.path());
    let (sources, of_source) = (5, 18_000);
    for source in 0..sources {
        for part in 0..2 {
            let mut lines = String::new();
            for number in 0..of_source / 2 {
                writeln!(lines, "cpu,host=h{source}-{part}-{number} usage={number}").unwrap();
            }
            assert_eq!(server.post(&format!("/write?db=s{source}"), "text/plain", lines.as_bytes()).0, 204);
        }
    }
    server.terminate_and_wait(Duration::from_secs(STOPS_WITHIN_S));
    let server = Running::start(data.path());
    let found = eventually("the series", || {
        Some(server.json("/api/v1/sample-series?name=cpu.usage&label=host:h4-1-8999"))
            .filter(|found| found.as_array().is_some_and(|found| found.len() == 1))
    });
    let number = found[0]["number"].as_i64().unwrap();
    let samples = server.json(&format!("/api/v1/sample-series/{number}/samples"));
    assert_eq!(samples[0]["value"].as_f64(), Some(8_999.0), "{samples}");
}

/// A debug build on a busy machine took 9 seconds, and 47 when the store was asked for each series.
const STOPS_WITHIN_S: u64 = 30;
