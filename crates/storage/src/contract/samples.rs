//! Records to test with, complete and plausible, told apart by their ids.

use crate::{BenchmarkRun, JournalEntry, MessageState, Observation, OutboxMessage, Payload};

/// A payload of that id, from the source `ci`.
pub fn payload(id: &str) -> Payload {
    let body = format!("{{\"payload\":\"{id}\"}}").into_bytes();
    Payload {
        id: id.to_owned(),
        received_ms: 1_700_000_000_000,
        source: "ci".to_owned(),
        content_type: "application/json".to_owned(),
        sha256_hex: "ab".repeat(32),
        byte_count: i64::try_from(body.len()).unwrap_or(i64::MAX),
        body,
    }
}

/// An observation of that id, read from that payload, its reading named after its id.
pub fn observation(id: &str, payload_id: &str) -> Observation {
    Observation {
        id: id.to_owned(),
        series: "build-time".to_owned(),
        time_ms: 1_700_000_000_000,
        value: 312.5,
        value_written: "312.5".to_owned(),
        unit_written: "s".to_owned(),
        source: "ci".to_owned(),
        external_id: format!("reading of {id}"),
        note: None,
        evidence: None,
        person: None,
        origin: "measured".to_owned(),
        payload_id: payload_id.to_owned(),
        payload_row: 0,
        recorded_ms: 1_700_000_000_123,
        labels: Vec::new(),
    }
}

/// As many observations of one payload, ids ascending, one second apart.
pub fn observations(prefix: &str, payload_id: &str, count: u32) -> Vec<Observation> {
    (0..count)
        .map(|number| Observation {
            time_ms: 1_700_000_000_000 + i64::from(number) * 1000,
            value: f64::from(number) + 0.25,
            payload_row: i64::from(number),
            ..observation(&format!("{prefix}-{number:08}"), payload_id)
        })
        .collect()
}

/// A benchmark run that is still going on.
pub fn benchmark_run(id: &str, started_ms: i64) -> BenchmarkRun {
    BenchmarkRun {
        id: id.to_owned(),
        started_ms,
        finished_ms: None,
        state: "running".to_owned(),
        message: None,
        report_json: None,
    }
}

/// An entry in that place, its id told from it.
pub fn journal_entry(stream: &str, version: i64) -> JournalEntry {
    JournalEntry {
        id: format!("{stream}-{version:08}"),
        stream: stream.to_owned(),
        version,
        kind: "signed-off".to_owned(),
        subject: "gate-1".to_owned(),
        time_ms: 1_700_000_000_000,
        person: None,
        body_json: "{\"reason\":\"ready\"}".to_owned(),
    }
}

/// A message that waits for its first attempt from its creation on, told apart by its id.
pub fn message(id: &str, created_ms: i64) -> OutboxMessage {
    OutboxMessage {
        id: id.to_owned(),
        dedupe: format!("alert of {id}"),
        channel: "webhook".to_owned(),
        recipient: "https://hooks.example/kpi".to_owned(),
        subject: "Build time is off target".to_owned(),
        body: "Build time: 9 min, target under 5 min".to_owned(),
        created_ms,
        state: MessageState::Pending,
        attempts: 0,
        next_attempt_ms: created_ms,
        last_error: None,
        delivered_ms: None,
    }
}

/// Labels in the order given.
pub fn labels(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}
