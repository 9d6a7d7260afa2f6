//! Answers as Mixpanel's clients read them. They look at the body, not at the status.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::Received;

/// The body that answers a form or an address; `error` says why nothing was taken. The status is 200 with either.
pub fn form_reply(is_verbose: bool, error: Option<&str>) -> String {
    match (is_verbose, error) {
        (true, None) => json!({"status": 1, "error": null}).to_string(),
        (true, Some(error)) => json!({"status": 0, "error": error}).to_string(),
        (false, None) => "1".to_owned(),
        (false, Some(_)) => "0".to_owned(),
    }
}

/// Status and body that answer a JSON body of `/import`: 200, or 400 with the events that were not taken while the others
/// were.
pub fn import_reply(received: &Received) -> (u16, String) {
    let problems = &received.samples.problems;
    let failed: BTreeSet<usize> = problems.iter().map(|problem| problem.row).collect();
    let taken = received.samples.rows - failed.len();
    if problems.is_empty() {
        return (200, json!({"code": 200, "num_records_imported": taken, "status": "OK"}).to_string());
    }
    let records: Vec<Value> = problems
        .iter()
        .map(|problem| json!({"index": problem.row - 1, "field": problem.field, "message": problem.detail}))
        .collect();
    let body = json!({
        "code": 400,
        "error": "some data points in the request failed validation",
        "status": "Bad Request",
        "num_records_imported": taken,
        "failed_records": records,
    });
    (400, body.to_string())
}
