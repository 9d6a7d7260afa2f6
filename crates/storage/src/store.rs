//! The contract between the service and whatever database keeps its records.

use async_trait::async_trait;

use crate::{
    BenchmarkRun, Observation, ObservationQuery, Payload, Point, Recorded, SourceSummary, StoreDescription, StoreError,
};

/// Keeps payloads, observations and benchmark runs.
///
/// Safe to share between tasks. What a method has returned is on disk: it survives the process being killed, and the
/// power failing as far as the disk keeps its word. Text is compared and ordered by its UTF-8 bytes.
///
/// # Errors
/// Every method gives [`StoreError::Unavailable`] when the database does not answer in time and
/// [`StoreError::Failed`] when it answers with a fault; what else a method gives is said there.
#[async_trait]
pub trait Store: Send + Sync {
    /// Keeps a payload and the observations read from it, all or nothing.
    ///
    /// An observation whose `(source, external_id)` is stored already is a duplicate and the stored one stays as it
    /// is; the payload is kept even when it brought nothing new.
    ///
    /// # Errors
    /// [`StoreError::NotStorable`] for a value that is not finite, an empty id, or text with a NUL character;
    /// [`StoreError::Conflict`] when an id is taken or an observation names a payload that is not there.
    async fn record(&self, payload: &Payload, observations: &[Observation]) -> Result<Recorded, StoreError>;

    /// The next `limit` observations in order of id, as `(id, point)`, behind `after_id` (from the first when `None`).
    ///
    /// Meant for loading everything before writing begins: an id is made before its transaction ends, so while others
    /// write, a smaller id may still appear behind a page already read.
    async fn points(&self, after_id: Option<&str>, limit: u32) -> Result<Vec<(String, Point)>, StoreError>;

    /// Observations, newest `time_ms` first (the greater id first where times are equal).
    async fn observations(&self, query: &ObservationQuery) -> Result<Vec<Observation>, StoreError>;

    /// The observation of that id.
    async fn observation(&self, id: &str) -> Result<Option<Observation>, StoreError>;

    /// The payload of that id.
    async fn payload(&self, id: &str) -> Result<Option<Payload>, StoreError>;

    /// What each source has delivered, by name.
    async fn source_summaries(&self) -> Result<Vec<SourceSummary>, StoreError>;

    /// Keeps a benchmark run, in place of the one with the same id.
    ///
    /// # Errors
    /// [`StoreError::NotStorable`] for an empty id or text with a NUL character.
    async fn put_benchmark_run(&self, run: &BenchmarkRun) -> Result<(), StoreError>;

    /// The `limit` benchmark runs started last, the newest first.
    async fn benchmark_runs(&self, limit: u32) -> Result<Vec<BenchmarkRun>, StoreError>;

    /// The benchmark run of that id.
    async fn benchmark_run(&self, id: &str) -> Result<Option<BenchmarkRun>, StoreError>;

    /// Marks every run that is still `running` as `interrupted` and returns how many there were. For start-up: then no
    /// run can be running, whatever a killed process has left.
    async fn interrupt_running_benchmarks(&self, finished_ms: i64, message: &str) -> Result<u64, StoreError>;

    /// Which database this is, and how large.
    async fn describe(&self) -> Result<StoreDescription, StoreError>;

    /// Whether the database answers a query, for readiness.
    async fn check(&self) -> Result<(), StoreError>;

    /// Lets running statements end and closes all connections; later calls give [`StoreError::Unavailable`].
    async fn close(&self);
}
