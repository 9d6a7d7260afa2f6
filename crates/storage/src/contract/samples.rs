//! Records to test with, complete and plausible, told apart by their ids.

use crate::{
    BenchmarkRun, BlockExtent, BlockKey, JournalEntry, MessageState, Observation, OutboxMessage, Payload, PayloadState,
    RolledRow, SampleSeries, StoredBlock,
};

/// A number told from an id; other than a server's, it does not ascend.
fn number_of(id: &str) -> i64 {
    // FNV-1a, its upper bits.
    let hash = id
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    (hash >> 2).cast_signed() + 1
}

/// A payload of that id, from the source `ci`, its number told from the id.
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
        number: number_of(id),
        format: "json".to_owned(),
        context_json: "{}".to_owned(),
        state: PayloadState::Read,
        reason: None,
        refused_rows: 0,
        kept_rows: 0,
        body_dropped_ms: None,
    }
}

/// The payload of that number in a log of line protocol, its id told from the number.
pub fn logged_payload(number: i64) -> Payload {
    let body = format!("cpu usage={number}\n").repeat(20).into_bytes();
    Payload {
        number,
        format: "influx".to_owned(),
        byte_count: i64::try_from(body.len()).unwrap_or(i64::MAX),
        body,
        kept_rows: 20,
        ..payload(&format!("log-{number:06}"))
    }
}

/// A series of that number and name, with a label.
pub fn sample_series(number: i64, name: &str) -> SampleSeries {
    SampleSeries {
        number,
        name: name.to_owned(),
        labels: labels(&[("host", "a")]),
        source: "ci".to_owned(),
        first_seen_ms: 1_700_000_000_000,
    }
}

/// A block of a series from one time to another, its bytes told from its number.
pub fn block(series: i64, number: i64, first_ms: i64, last_ms: i64) -> StoredBlock {
    let key = BlockKey { series, first_ms, number };
    StoredBlock { extent: BlockExtent { key, last_ms, count: 9 }, bytes: number.to_be_bytes().repeat(200) }
}

/// A block of buckets.
pub fn rolled_row(series: i64, resolution: i64, block_ms: i64) -> RolledRow {
    RolledRow { series, resolution, block_ms, bytes: block_ms.to_be_bytes().repeat(9) }
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
        report: None,
        supersedes: None,
        superseded_ms: None,
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
