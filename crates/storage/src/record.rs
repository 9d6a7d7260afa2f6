//! The records that are kept. They are neither wire types nor the core's own: plain rows, ids and times given.
//!
//! Times are milliseconds since the Unix epoch, UTC.

/// The raw bytes that arrived, from which observations were read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payload {
    pub id: String,
    pub received_ms: i64,
    /// Who sent it, as the sender or the configuration names it.
    pub source: String,
    pub content_type: String,
    /// SHA-256 of `body`, in lowercase hexadecimal.
    pub sha256_hex: String,
    /// Length of `body`.
    pub byte_count: i64,
    pub body: Vec<u8>,
}

/// One value of one series at one instant, with everything needed to trace it.
///
/// `source` and `external_id` together name the reading: what has the same pair is the same reading sent again.
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    /// `UUIDv7` text, ascending in time of recording.
    pub id: String,
    pub series: String,
    pub time_ms: i64,
    /// In the series' own unit; finite.
    pub value: f64,
    /// The value as the sender wrote it.
    pub value_written: String,
    /// The unit as the sender wrote it.
    pub unit_written: String,
    pub source: String,
    pub external_id: String,
    pub note: Option<String>,
    pub evidence: Option<String>,
    pub person: Option<String>,
    /// `measured`, `embedded-engine`, `entered`, `dashboard` or `demo`.
    pub origin: String,
    pub payload_id: String,
    /// Which row of the payload it was, counted from 0.
    pub payload_row: i64,
    pub recorded_ms: i64,
    /// Name and value, ordered by name, each name once and none empty.
    pub labels: Vec<(String, String)>,
}

/// What a series needs of an observation to be computed with.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    pub series: String,
    pub time_ms: i64,
    pub value: f64,
    pub recorded_ms: i64,
    pub origin: String,
    /// As [`Observation::labels`].
    pub labels: Vec<(String, String)>,
}

/// What [`crate::Store::record`] did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Recorded {
    /// Ids of the observations that are new, in the order given.
    pub inserted_ids: Vec<String>,
    /// How many were stored before (or stood earlier in the same call) and were left alone.
    pub duplicates: usize,
}

/// Which observations to list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservationQuery {
    /// The series wanted; empty means every series.
    pub series: Vec<String>,
    /// The earliest `time_ms`, itself included.
    pub from_ms: i64,
    /// The latest `time_ms`, itself included.
    pub until_ms: i64,
    /// `(time_ms, id)` of the last observation already seen: the list goes on behind it.
    pub before: Option<(i64, String)>,
    /// How many at most.
    pub limit: u32,
}

impl Default for ObservationQuery {
    /// The newest hundred of every series.
    fn default() -> Self {
        Self { series: Vec::new(), from_ms: i64::MIN, until_ms: i64::MAX, before: None, limit: 100 }
    }
}

/// What one source has delivered so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceSummary {
    pub source: String,
    pub payloads: i64,
    pub observations: i64,
    /// When its last payload came; `None` when its observations came in other sources' payloads.
    pub last_received_ms: Option<i64>,
    /// Bytes of all its payloads.
    pub bytes: i64,
}

/// One run of the embedded engine's benchmarks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BenchmarkRun {
    pub id: String,
    pub started_ms: i64,
    pub finished_ms: Option<i64>,
    /// `running`, `done`, `failed`, `cancelled` or `interrupted`.
    pub state: String,
    pub message: Option<String>,
    pub report_json: Option<String>,
}

/// The database behind a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreDescription {
    /// Name and version, such as `SQLite 3.50.4`.
    pub engine: String,
    pub migrations_applied: i64,
    /// Size on disk, where the database tells.
    pub bytes: Option<i64>,
}
