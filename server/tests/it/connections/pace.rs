//! Whatever makes no progress ends by itself.

use serde_json::json;

use super::{Raw, metric};
use crate::running::{Running, eventually};

fn start(options: &[&str]) -> Running {
    Running::start_alone(options, &[])
}

#[test]
fn a_header_that_does_not_come_ends_the_connection_also_when_it_drips() {
    let server = start(&["--header-seconds", "0.5"]);
    Raw::open(&server).rest();
    let mut half = Raw::open(&server);
    half.half_header();
    assert_eq!(half.rest(), "");
    let mut slow = Raw::open(&server);
    slow.half_header();
    slow.drip();
}

#[test]
fn a_connection_without_a_request_ends_and_one_with_requests_goes_on() {
    let server = start(&["--idle-seconds", "1.5", "--header-seconds", "20"]);
    let mut idle = Raw::open(&server);
    for _ in 0..3 {
        idle.ask("GET /healthz", "");
        assert_eq!(idle.answer().0, 200);
    }
    assert_eq!(idle.rest(), "");
}

#[test]
fn requests_that_come_at_once_are_answered_in_order() {
    let server = start(&[]);
    let mut raw = Raw::open(&server);
    for path in ["/healthz", "/no-such-page.txt", "/healthz"] {
        raw.ask(&format!("GET {path}"), "");
    }
    let statuses: Vec<u16> = (0..3).map(|_| raw.answer().0).collect();
    assert_eq!(statuses, [200, 404, 200]);
}

#[test]
fn a_body_that_stands_still_or_drips_ends_and_one_that_moves_is_taken() {
    let server = start(&["--body-seconds", "1.5"]);
    let mut still = Raw::open(&server);
    still.hang(1_000);
    still.send("[");
    assert_eq!(still.rest(), "");
    let mut slow = Raw::open(&server);
    slow.hang(100_000);
    slow.drip();
    let body = json!([{ "kpi": "code-coverage", "value": 91.5 }]).to_string();
    let mut whole = Raw::open(&server);
    whole.hang(body.len());
    whole.send(&body);
    assert_eq!(whole.answer().0, 201);
}

#[test]
fn a_client_that_takes_nothing_of_its_answers_is_left() {
    let server = start(&["--answer-seconds", "0.5"]);
    let mut deaf = Raw::open(&server);
    for _ in 0..400 {
        deaf.ask("GET /api/v1/openapi.json", "");
    }
    let open = || metric(&server, "inferno_kpi_connections{kind=\"ordinary\"}");
    // The one that asks is one of them.
    eventually("the end of the connection", || (open() == 1).then_some(()));
    assert!(deaf.rest().matches("HTTP/1.1 200").count() < 400);
}

#[test]
fn a_refusal_is_read_by_a_client_that_still_sends() {
    let server = Running::start_alone(&[], &[("INFERNO_KPI_TOKEN", "correct horse battery staple")]);
    let mut sender = Raw::open(&server);
    let length = 4_000_000;
    sender.ask("POST /api/v1/observations", &format!("Content-Type: application/json\r\nContent-Length: {length}\r\n"));
    sender.send(&" ".repeat(length));
    assert_eq!(sender.answer().0, 401);
}
