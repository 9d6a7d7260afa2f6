//! The contract between the service and whatever database keeps its records.

use async_trait::async_trait;

use crate::{
    BenchmarkRun, Commit, Document, DueAt, Examine, JournalEntry, Observation, ObservationQuery, OutboxChannel,
    OutboxMessage, Payload, PayloadQuery, PayloadVerdict, Point, PointStore, Recorded, SampleStore, SourceSummary,
    StoreDescription, StoreError, WriteHealth,
};

/// Keeps payloads, observations, benchmark runs, the journal of decisions, and messages on their way out.
///
/// Safe to share between tasks. What a method has returned is on disk: it survives the process being killed, and the
/// power failing as far as the disk keeps its word. Text is compared and ordered by its UTF-8 bytes.
///
/// # Errors
/// Every method gives [`StoreError::Unavailable`] when the database does not answer in time and
/// [`StoreError::Failed`] when it answers with a fault; every writing one [`StoreError::ReadOnly`] from a failure that stands until
/// a [`Store::probe`] gets through and [`WriteHealth::open`] is called; what else a method gives is said there.
#[async_trait]
pub trait Store: SampleStore + PointStore + Examine {
    /// Keeps a payload and the observations read from it, all or nothing.
    ///
    /// An observation whose `(source, external_id)` is stored already is a duplicate and the stored one stays as it
    /// is; the payload is kept even when it brought nothing new, and counts with the rows that it says. A duplicate supersedes nothing.
    ///
    /// # Errors
    /// [`StoreError::NotStorable`] for a value that is not finite, an empty id, text with a NUL character, a payload's number
    /// below 1 or a negative count, or labels that are not in order; [`StoreError::Conflict`] when an id or a payload's number
    /// is taken, an observation names a payload that is not there, or supersedes one that is superseded already.
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

    /// The next `limit` observations of a report in order of id, behind `after_id`, of those that nothing superseded.
    async fn standing_of_report(
        &self,
        report: &str,
        after_id: &str,
        limit: u32,
    ) -> Result<Vec<Observation>, StoreError>;

    /// The latest `limit` payloads that brought an observation of a report whose name begins so, the latest first, without their bodies.
    async fn payloads_of_reports(&self, prefix: &str, limit: u32) -> Result<Vec<Payload>, StoreError>;

    /// The payload of that id.
    async fn payload(&self, id: &str) -> Result<Option<Payload>, StoreError>;

    /// The payload of that number.
    async fn payload_of_number(&self, number: i64) -> Result<Option<Payload>, StoreError>;

    /// The payloads wanted, the greatest number first, without their bodies.
    async fn payloads(&self, query: &PayloadQuery) -> Result<Vec<Payload>, StoreError>;

    /// Keeps what became of a payload that was read again or set aside, and corrects the totals of its source by it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when no payload has that number; [`StoreError::NotStorable`] for a reason with a NUL character
    /// or negative counts.
    async fn judge_payload(&self, number: i64, verdict: &PayloadVerdict) -> Result<(), StoreError>;

    /// Deletes the bodies of at most `limit` payloads received before `before_ms`, the oldest first, marking them with `now_ms`;
    /// their rows and hashes stay. Says how many.
    ///
    /// Those that are dead or partly read keep theirs. So do those that were kept without an observation (by
    /// [`SampleStore::keep_payloads`] or by [`Store::record`]) and whose number is above [`SampleStore::flushed_payload`]: their
    /// samples may stand nowhere else.
    async fn drop_bodies(&self, before_ms: i64, now_ms: i64, limit: u32) -> Result<u64, StoreError>;

    /// The greatest number of a payload; 0 where there is none.
    async fn latest_payload(&self) -> Result<i64, StoreError>;

    /// What each source has delivered, by name: running totals, which cost no look at the payloads.
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

    /// Keeps entries, documents and messages, all or nothing.
    ///
    /// A document takes the place of the one with its name. A message whose `dedupe` is known stays as it is.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when a place `(stream, version)` or an id is taken; [`StoreError::NotStorable`] for an
    /// empty id, stream, name or `dedupe`, a negative version, or text with a NUL character.
    async fn commit(&self, commit: &Commit) -> Result<(), StoreError>;

    /// The next `limit` entries of all streams in order of id, behind `after_id` (from the first when `None`). What is
    /// said of [`Store::points`] about writers holds here too.
    async fn journal(&self, after_id: Option<&str>, limit: u32) -> Result<Vec<JournalEntry>, StoreError>;

    /// The latest `limit` entries of a stream, the greatest version first, of those before `before_version`.
    async fn journal_of(
        &self,
        stream: &str,
        before_version: Option<i64>,
        limit: u32,
    ) -> Result<Vec<JournalEntry>, StoreError>;

    /// As [`Store::journal_of`], of the entries about one subject.
    async fn journal_about(
        &self,
        stream: &str,
        subject: &str,
        before_version: Option<i64>,
        limit: u32,
    ) -> Result<Vec<JournalEntry>, StoreError>;

    /// The document of that name.
    async fn document(&self, name: &str) -> Result<Option<Document>, StoreError>;

    /// The `limit` oldest pending messages that may be tried at `now_ms`, the oldest first.
    async fn due_messages(&self, now_ms: i64, limit: u32) -> Result<Vec<OutboxMessage>, StoreError>;

    /// The ways, at most `limit`, for which a pending message may be tried, that with the oldest message first.
    async fn due_channels(&self, due: DueAt, limit: u32) -> Result<Vec<OutboxChannel>, StoreError>;

    /// The `limit` oldest pending messages of one way that may be tried, the oldest first.
    async fn due_messages_of(
        &self,
        channel: &OutboxChannel,
        due: DueAt,
        limit: u32,
    ) -> Result<Vec<OutboxMessage>, StoreError>;

    /// Lets every pending message be tried at `now_ms`; says how many had to wait longer.
    async fn make_messages_due(&self, now_ms: i64) -> Result<u64, StoreError>;

    /// The `limit` messages made last, the newest first.
    async fn messages(&self, limit: u32) -> Result<Vec<OutboxMessage>, StoreError>;

    /// Keeps how the delivery of a message goes: `state`, `attempts`, `next_attempt_ms`, `last_error` and
    /// `delivered_ms` of the one with that id. What it says never changes. A message that is not there is added.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when another message has its `dedupe`; [`StoreError::NotStorable`] for an empty id or
    /// `dedupe`, or text with a NUL character.
    async fn put_message(&self, message: &OutboxMessage) -> Result<(), StoreError>;

    /// Which database this is, and how large.
    async fn describe(&self) -> Result<StoreDescription, StoreError>;

    /// Whether the database answers a query, for readiness.
    async fn check(&self) -> Result<(), StoreError>;

    /// Whether writes are taken; every write of this store shares it.
    fn write_health(&self) -> &WriteHealth;

    /// Writes the document and reads it back on another connection, also while no other write is taken. The document's name
    /// belongs to nobody else.
    async fn probe(&self, document: &Document) -> Result<(), StoreError>;

    /// Lets running statements end and closes all connections; later calls give [`StoreError::Unavailable`].
    async fn close(&self);
}
