//! Live changes as server-sent events.

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::running::{Running, folder};

/// Opens the stream and reads until it has seen a line that contains `wanted`; returns that line.
struct Stream(BufReader<TcpStream>);

impl Stream {
    fn open(server: &Running, query: &str) -> Self {
        use std::io::Write as _;
        let authority = server.address.strip_prefix("http://").unwrap();
        let mut socket = TcpStream::connect(authority).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        write!(socket, "GET /api/v1/events{query} HTTP/1.1\r\nHost: {authority}\r\nAccept: text/event-stream\r\n\r\n")
            .unwrap();
        Self(BufReader::new(socket))
    }

    fn line_with(&mut self, wanted: &str) -> String {
        let mut line = String::new();
        loop {
            line.clear();
            assert!(self.0.read_line(&mut line).unwrap() > 0, "the stream ended before {wanted}");
            if line.contains(wanted) {
                return line;
            }
        }
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the test measures real time")]
fn a_recorded_observation_reaches_an_open_stream_within_a_second() {
    let data = folder();
    let server = Running::start(data.path());
    let mut stream = Stream::open(&server, "");
    stream.line_with(": listening");
    let started = Instant::now();
    server.observe(&json!({ "kpi": "code-coverage", "value": 91.5 }));
    let line = stream.line_with("code-coverage");
    assert!(started.elapsed() < Duration::from_secs(1));
    assert!(line.starts_with("data: {"), "{line}");
}

#[test]
fn what_people_decide_reaches_an_open_stream_too() {
    let data = folder();
    let server = Running::start(data.path());
    let mut stream = Stream::open(&server, "");
    stream.line_with(": listening");
    let note = json!({ "subject": "gate:1", "kind": "comment", "person": "Ada", "text": "soon" });
    let (_, answer) = server.tell("/api/v1/notes", &note);
    let id = answer["id"].as_str().unwrap();
    assert!(stream.line_with(id).contains(id));
}

#[test]
fn a_page_that_was_away_is_told_at_once_that_it_missed_something() {
    let data = folder();
    let server = Running::start(data.path());
    server.observe(&json!({ "kpi": "code-coverage", "value": 90.0 }));
    let mut first = Stream::open(&server, "?since=an-older-id");
    assert!(first.line_with("data:").contains("catch_up"));
}

#[test]
fn the_server_stops_while_streams_are_open() {
    let data = folder();
    let server = Running::start(data.path());
    let mut stream = Stream::open(&server, "");
    stream.line_with(": listening");
    server.terminate_and_wait(Duration::from_secs(10));
    let mut rest = Vec::new();
    stream.0.read_to_end(&mut rest).unwrap();
}
