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
    /// Length of `body` as it arrived.
    pub byte_count: i64,
    /// Empty once its time to be kept is over ([`Payload::body_dropped_ms`]), and in lists.
    pub body: Vec<u8>,
    /// From 1, ascending in the order of acknowledgement, never twice.
    pub number: i64,
    /// How it is read, such as `influx` or `json`; empty where it can't be read again.
    pub format: String,
    /// What reading it needs besides its bytes: a JSON object.
    pub context_json: String,
    pub state: PayloadState,
    /// What was wrong with it, the first thing; `None` where nothing was.
    pub reason: Option<String>,
    /// How many of its rows were refused.
    pub refused_rows: i64,
    /// How many observations or samples it brought.
    pub kept_rows: i64,
    /// When its bytes were deleted because their time to be kept was over.
    pub body_dropped_ms: Option<i64>,
}

/// What became of a payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PayloadState {
    /// All of it was taken.
    Read,
    /// Some rows were refused; they wait to be read again or set aside.
    Partly,
    /// Nothing of it could be taken; it waits to be read again or set aside.
    Dead,
    /// Somebody set it aside.
    Discarded,
}

impl PayloadState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Read, Self::Partly, Self::Dead, Self::Discarded];

    /// The name under which it is stored.
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Partly => "partly",
            Self::Dead => "dead",
            Self::Discarded => "discarded",
        }
    }

    /// The state of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// What is written about a payload after it was kept, when it was read again or set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayloadVerdict {
    pub state: PayloadState,
    pub reason: Option<String>,
    pub refused_rows: i64,
    pub kept_rows: i64,
}

/// Which payloads to list, the greatest number first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayloadQuery {
    /// Of this source alone.
    pub source: Option<String>,
    /// In these states; empty means every state.
    pub states: Vec<PayloadState>,
    /// The list goes on behind this number.
    pub before_number: Option<i64>,
    /// How many at most.
    pub limit: u32,
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
    /// The report that it is a value of, where parts of one may still come; [`crate::ObservationStore::standing_of_report`] finds it by it.
    pub report: Option<String>,
    /// The id of the observation whose place it takes. From then on that one counts no more; an observation is superseded once.
    pub supersedes: Option<String>,
    /// When another observation took its place; told by what is read, and nothing that is written.
    pub superseded_ms: Option<i64>,
}

/// What a series needs of an observation to be computed with.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    pub series: String,
    pub time_ms: i64,
    pub value: f64,
    pub source: String,
    pub recorded_ms: i64,
    pub origin: String,
    /// As [`Observation::labels`].
    pub labels: Vec<(String, String)>,
    /// As [`Observation::supersedes`].
    pub supersedes: Option<String>,
    /// As [`Observation::superseded_ms`].
    pub superseded_ms: Option<i64>,
}

/// What [`crate::ObservationStore::record`] did.
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
    /// Observations and samples of its payloads, those read again included once.
    pub rows: i64,
    /// Rows that were refused.
    pub refused_rows: i64,
    /// Payloads of which rows wait to be read again: dead and partly read ones.
    pub dead: i64,
    pub last_received_ms: Option<i64>,
    /// Bytes of all its payloads as they arrived.
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
