//! The server stops in time, whatever hangs, and loses nothing that was acknowledged.

use std::time::Duration;

use serde_json::json;

use super::Raw;
use crate::running::{Running, folder};

const LONG: Duration = Duration::from_secs(15);

fn assert_latest(server: &Running, expected: &str) {
    let shown = server.kpi("code-coverage")["value"]["text"].as_str().unwrap().to_owned();
    assert!(shown.starts_with(expected), "{shown}");
}

#[test]
fn a_half_header_and_a_hanging_body_do_not_keep_the_server_from_stopping() {
    let data = folder();
    let options = ["--drain-seconds", "2", "--header-seconds", "60", "--body-seconds", "60", "--idle-seconds", "60"];
    let server = Running::start_with(data.path(), &options, &[]);
    let mut half = Raw::open(&server);
    half.half_header();
    let silent = Raw::open(&server);
    let mut idle = Raw::open(&server);
    idle.ask("GET /healthz", "");
    assert_eq!(idle.answer().0, 200);
    let mut hanging = Raw::open(&server);
    hanging.hang(1_000);
    let mut stream = Raw::open(&server);
    stream.ask("GET /api/v1/events", "");
    stream.until("listening");
    assert_eq!(server.observe(&json!({ "kpi": "code-coverage", "value": 91.5 })).0, 201);
    server.terminate_and_wait(LONG);
    for mut raw in [half, silent, idle, hanging, stream] {
        raw.rest();
    }
    let server = Running::start(data.path());
    assert_latest(&server, "91.5");
}

#[test]
fn a_request_under_way_is_answered_while_the_server_stops() {
    let data = folder();
    let server = Running::start_with(data.path(), &["--drain-seconds", "30"], &[]);
    let body = json!([{ "kpi": "code-coverage", "value": 77.5 }]).to_string();
    let mut sender = Raw::open(&server);
    sender.hang(body.len());
    let (first, second) = body.split_at(10);
    sender.send(first);
    server.signal("TERM");
    // The listener is gone when nobody is let in any more.
    let authority = server.address.strip_prefix("http://").unwrap().to_owned();
    crate::running::eventually("the end of accepting", || {
        std::net::TcpStream::connect(&authority).is_err().then_some(())
    });
    sender.send(second);
    let (status, head, answer) = sender.answer();
    assert_eq!(status, 201, "{answer}");
    assert!(head.contains("connection: close"), "{head}");
    server.wait(LONG);
    let server = Running::start(data.path());
    assert_latest(&server, "77.5");
}

#[test]
fn told_twice_the_server_hurries_and_keeps_what_it_acknowledged() {
    let data = folder();
    for signal in ["TERM", "INT"] {
        let options = ["--drain-seconds", "3600", "--body-seconds", "3600"];
        let server = Running::start_with(data.path(), &options, &[]);
        let mut hanging = Raw::open(&server);
        hanging.hang(1_000);
        assert_eq!(server.observe(&json!({ "kpi": "code-coverage", "value": 64.5 })).0, 201);
        server.signal(signal);
        let authority = server.address.strip_prefix("http://").unwrap().to_owned();
        crate::running::eventually("the end of accepting", || {
            std::net::TcpStream::connect(&authority).is_err().then_some(())
        });
        server.signal("TERM");
        server.wait(LONG);
        let server = Running::start(data.path());
        assert_latest(&server, "64.5");
        server.terminate_and_wait(LONG);
    }
}
