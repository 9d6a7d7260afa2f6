//! Samples: kept in blocks, read at any zoom, traced to their payloads, there after a kill.

use std::fmt::Write as _;

use serde_json::Value;

use crate::running::{Running, folder};

const START_S: i64 = 1_767_225_600;

/// A sample every ten seconds for two hosts.
fn lines(count: i64) -> String {
    let mut lines = String::new();
    for step in 0..count {
        for host in ["a", "b"] {
            writeln!(lines, "cpu,host={host} usage={}.5 {}", step % 60, START_S + 10 * step).unwrap();
        }
    }
    lines
}

fn number_of(server: &Running, host: &str) -> i64 {
    let found = server.json(&format!("/api/v1/sample-series?name=cpu.usage&label=host:{host}"));
    assert_eq!(found.as_array().unwrap().len(), 1, "{found}");
    found[0]["number"].as_i64().unwrap()
}

fn window(server: &Running, number: i64, from_s: i64, until_s: i64) -> Value {
    server.json(&format!("/api/v1/sample-series/{number}/window?from={}&until={}", from_s * 1_000, until_s * 1_000))
}

#[test]
fn a_series_is_read_as_chart_window_and_samples_with_their_payload() {
    let data = folder();
    let server = Running::start(data.path());
    assert_eq!(server.post("/write?db=t&precision=s", "text/plain", lines(3_000).as_bytes()).0, 204);
    let number = number_of(&server, "a");
    let until_s = START_S + 30_000;
    let whole = window(&server, number, START_S, until_s);
    assert_eq!((whole["count"].as_u64(), whole["greatest"].as_f64()), (Some(3_000), Some(59.5)), "{whole}");
    let minute = window(&server, number, START_S, START_S + 60);
    assert_eq!((minute["count"].as_u64(), minute["sum"].as_f64()), (Some(6), Some(18.0)), "{minute}");
    let range = format!("from={}&until={}", START_S * 1_000, until_s * 1_000);
    let chart = server.json(&format!("/api/v1/sample-series/{number}/chart?{range}&columns=100"));
    let points = chart["points"].as_array().unwrap();
    assert!((100..=400).contains(&points.len()), "{}", points.len());
    assert_eq!(points[0][0].as_i64(), Some(START_S * 1_000), "the first sample is on the chart");
    let day = server.get(&format!("/series/{number}?zoom=day")).1;
    let first: u8 = day.split("data-x=\"").nth(1).unwrap().split('"').next().unwrap().parse().unwrap();
    assert_eq!(first, 65, "8 hours and 20 minutes are the last third of a day");
    let samples = server.json(&format!("/api/v1/sample-series/{number}/samples?{range}&limit=3"));
    assert_eq!((samples[1]["value"].as_f64(), samples[1]["row"].as_i64()), (Some(1.5), Some(2)), "{samples}");
    let payload = samples[1]["payload"].as_i64().unwrap();
    let bytes = server.get(&format!("/api/v1/payloads/{payload}")).1;
    assert!(bytes.starts_with("cpu,host=a usage=0.5 1767225600\n"), "a point leads back to its payload");
    for (path, status) in [
        ("/api/v1/sample-series/999/chart", 404),
        ("/api/v1/sample-series?label=host", 400),
        (&format!("/api/v1/sample-series/{number}/chart?columns=0"), 400),
        (&format!("/api/v1/sample-series/{number}/samples?from=never"), 400),
    ] {
        assert_eq!(server.get(path).0, status, "{path}");
    }
    let (status, page) = server.get(&format!("/series/{number}?zoom=month&until=2026-01-31"));
    assert_eq!(status, 200);
    assert!(page.contains("cpu.usage") && page.contains("host"), "the page names the series");
    assert!(server.get("/series?contains=cpu").1.contains(&format!("/series/{number}")));
}

#[test]
fn samples_survive_kills_and_are_not_doubled() {
    let data = folder();
    let body = lines(500);
    let mut server = Running::start(data.path());
    for _ in 0..3 {
        assert_eq!(server.post("/write?db=t&precision=s", "text/plain", body.as_bytes()).0, 204);
        server.kill();
        server = Running::start(data.path());
        let whole = window(&server, number_of(&server, "b"), START_S, START_S + 5_000);
        assert_eq!((whole["count"].as_u64(), whole["sum"].as_f64()), (Some(500), Some(14_600.0)), "{whole}");
    }
}

#[test]
fn a_source_of_ever_new_series_is_stopped_and_the_others_go_on() {
    let data = folder();
    let server = Running::start(data.path());
    let mut refused = 0;
    for batch in 0..3 {
        let mut body = String::new();
        for index in 0..9_000 {
            writeln!(body, "flood,id={} value=1 {START_S}", batch * 9_000 + index).unwrap();
        }
        refused += usize::from(server.post("/write?db=flood&precision=s", "text/plain", body.as_bytes()).0 == 400);
    }
    assert_eq!(refused, 1, "the batch that goes beyond 20,000 series is told so");
    let good = format!("cpu,host=a usage=1 {START_S}");
    assert_eq!(server.post("/write?db=good&precision=s", "text/plain", good.as_bytes()).0, 204);
    let more = format!("flood,id=0 value=2 {}", START_S + 1);
    assert_eq!(server.post("/write?db=flood&precision=s", "text/plain", more.as_bytes()).0, 204, "known series go on");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the server's clock is the real one")]
fn a_clock_a_day_ahead_is_told_and_late_samples_find_their_place() {
    let data = folder();
    let server = Running::start(data.path());
    let ahead_s = i64::try_from(std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs())
        .unwrap()
        + 86_400;
    let (status, told) =
        server.post("/write?db=t&precision=s", "text/plain", format!("cpu,host=a usage=1 {ahead_s}").as_bytes());
    assert_eq!(status, 400);
    assert!(told["error"].as_str().unwrap().contains("future"), "{told}");
    for (offset, value) in [(20, 3), (0, 1), (10, 2), (10, 5)] {
        let line = format!("cpu,host=a usage={value} {}", START_S + offset);
        assert_eq!(server.post("/write?db=t&precision=s", "text/plain", line.as_bytes()).0, 204);
    }
    let whole = window(&server, number_of(&server, "a"), START_S, START_S + 60);
    assert_eq!((whole["count"].as_u64(), whole["sum"].as_f64()), (Some(3), Some(9.0)), "the last of one time counts");
}
