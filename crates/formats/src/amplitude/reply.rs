//! Answers as Amplitude's clients read them. They look at `code` in the body, and drop exactly the events that an answer
//! names; all others they send again.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use crate::Received;

/// The body of status 200.
pub fn success_reply(events: usize, body_bytes: usize, now_ms: i64) -> String {
    json!({"code": 200, "events_ingested": events, "payload_size_bytes": body_bytes, "server_upload_time": now_ms})
        .to_string()
}

/// The body of status 400 where some events are wrong. The client drops those and sends the others again, whether or not
/// they were recorded: their `insert_id` tells that they are the same.
pub fn invalid_reply(received: &Received) -> String {
    let mut invalid: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    let mut missing = invalid.clone();
    for problem in &received.samples.problems {
        let fields = if problem.code == "missing" { &mut missing } else { &mut invalid };
        fields.entry(&problem.field).or_default().insert(problem.row - 1);
    }
    json!({
        "code": 400,
        "error": format!("some events are wrong: {}", received.summary()),
        "events_with_invalid_fields": invalid,
        "events_with_missing_fields": missing,
    })
    .to_string()
}

/// The body of an answer that takes nothing, with the same status as its code. With 400 the clients give the events up where a
/// field is named or the error begins with `Invalid API key:`, and else send them all again; with 413 they halve their batches,
/// with 500 and above they try again later.
pub fn refused_reply(code: u16, error: &str, missing_field: Option<&str>) -> String {
    match missing_field {
        Some(field) => json!({"code": code, "error": error, "missing_field": field}).to_string(),
        None => json!({"code": code, "error": error}).to_string(),
    }
}

/// The body of status 429: every event of the batch is to be sent again after 30 seconds.
pub fn throttled_reply(events: usize, per_second: usize) -> String {
    let all: Vec<usize> = (0..events).collect();
    json!({
        "code": 429,
        "error": "Too many requests for some devices and users",
        "eps_threshold": per_second,
        "throttled_devices": {},
        "throttled_users": {},
        "throttled_events": all,
    })
    .to_string()
}
