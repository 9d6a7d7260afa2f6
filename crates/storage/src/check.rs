//! What is refused before it reaches a database, so that every database refuses the same.
//!
//! `PostgreSQL` can't hold a NUL character in text, and `SQLite` turns NaN into NULL. Whether a value makes sense is
//! not judged here.

use crate::{
    BenchmarkRun, Commit, Document, JournalEntry, Observation, OutboxMessage, Payload, PayloadVerdict, RolledRow,
    SampleSeries, SettledPoints, StoreError, labels,
};

/// Refuses a payload that some database could not hold.
///
/// # Errors
/// [`StoreError::NotStorable`], naming the field.
pub fn payload(payload: &Payload) -> Result<(), StoreError> {
    id("payload.id", &payload.id)?;
    text("payload.source", &payload.source)?;
    text("payload.content_type", &payload.content_type)?;
    text("payload.sha256_hex", &payload.sha256_hex)?;
    text("payload.format", &payload.format)?;
    text("payload.context_json", &payload.context_json)?;
    optional_text("payload.reason", payload.reason.as_deref())?;
    if payload.number < 1 {
        return Err(StoreError::NotStorable { field: "payload.number", reason: "it is not above 0" });
    }
    not_negative("payload.byte_count", payload.byte_count)?;
    not_negative("payload.refused_rows", payload.refused_rows)?;
    not_negative("payload.kept_rows", payload.kept_rows)
}

/// Refuses a verdict that some database could not hold.
///
/// # Errors
/// [`StoreError::NotStorable`], naming the field.
pub fn verdict(verdict: &PayloadVerdict) -> Result<(), StoreError> {
    optional_text("verdict.reason", verdict.reason.as_deref())?;
    not_negative("verdict.refused_rows", verdict.refused_rows)?;
    not_negative("verdict.kept_rows", verdict.kept_rows)
}

/// Refuses a series that some database could not hold.
///
/// # Errors
/// [`StoreError::NotStorable`], naming the field.
pub fn sample_series(series: &SampleSeries) -> Result<(), StoreError> {
    text("series.name", &series.name)?;
    text("series.source", &series.source)?;
    labels::check("series.labels", &series.labels)
}

/// Whether points can be settled.
///
/// # Errors
/// [`StoreError::NotStorable`] for text with a NUL character, or labels that are not in order.
pub fn settled_points(settled: &SettledPoints) -> Result<(), StoreError> {
    for series in &settled.series {
        text("series.name", &series.name)?;
        text("series.source", &series.source)?;
    }
    for set in &settled.label_sets {
        text("label_set.source", &set.source)?;
        labels::check("label_set.labels", &set.labels)?;
    }
    text("watermark.observation_id", &settled.watermark.observation_id)
}

/// The blocks of buckets in the order of their key, so that who writes the same ones waits in the same order.
///
/// # Errors
/// [`StoreError::NotStorable`] where two have the same key.
pub fn rolled_in_key_order(rolled: &[RolledRow]) -> Result<Vec<&RolledRow>, StoreError> {
    let key = |row: &RolledRow| (row.series, row.resolution, row.block_ms);
    let mut ordered: Vec<&RolledRow> = rolled.iter().collect();
    ordered.sort_by_key(|row| key(row));
    if ordered.is_sorted_by(|one, next| key(one) < key(next)) {
        Ok(ordered)
    } else {
        Err(StoreError::NotStorable { field: "flush.rolled", reason: "a block of buckets stands in it twice" })
    }
}

/// Refuses an observation that some database could not hold.
///
/// # Errors
/// [`StoreError::NotStorable`], naming the field.
pub fn observation(observation: &Observation) -> Result<(), StoreError> {
    id("observation.id", &observation.id)?;
    text("observation.series", &observation.series)?;
    if !observation.value.is_finite() {
        return Err(StoreError::NotStorable { field: "observation.value", reason: "it is not a finite number" });
    }
    text("observation.value_written", &observation.value_written)?;
    text("observation.unit_written", &observation.unit_written)?;
    text("observation.source", &observation.source)?;
    text("observation.external_id", &observation.external_id)?;
    optional_text("observation.note", observation.note.as_deref())?;
    optional_text("observation.evidence", observation.evidence.as_deref())?;
    optional_text("observation.person", observation.person.as_deref())?;
    text("observation.origin", &observation.origin)?;
    text("observation.payload_id", &observation.payload_id)?;
    optional_text("observation.report", observation.report.as_deref())?;
    if let Some(superseded) = &observation.supersedes {
        id("observation.supersedes", superseded)?;
    }
    labels::check("observation.labels", &observation.labels)
}

/// Refuses a commit of which some database could not hold everything.
///
/// # Errors
/// [`StoreError::NotStorable`], naming the field.
pub fn commit(commit: &Commit) -> Result<(), StoreError> {
    commit.entries.iter().try_for_each(journal_entry)?;
    commit.documents.iter().try_for_each(document)?;
    commit.messages.iter().try_for_each(message)
}

fn journal_entry(entry: &JournalEntry) -> Result<(), StoreError> {
    id("journal_entry.id", &entry.id)?;
    id("journal_entry.stream", &entry.stream)?;
    if entry.version < 0 {
        return Err(StoreError::NotStorable { field: "journal_entry.version", reason: "it is negative" });
    }
    text("journal_entry.kind", &entry.kind)?;
    text("journal_entry.subject", &entry.subject)?;
    optional_text("journal_entry.person", entry.person.as_deref())?;
    text("journal_entry.body_json", &entry.body_json)
}

/// Refuses a document that some database could not hold.
///
/// # Errors
/// [`StoreError::NotStorable`], naming the field.
pub fn document(document: &Document) -> Result<(), StoreError> {
    id("document.name", &document.name)?;
    text("document.body_json", &document.body_json)
}

/// Refuses a message that some database could not hold.
///
/// # Errors
/// [`StoreError::NotStorable`], naming the field.
pub fn message(message: &OutboxMessage) -> Result<(), StoreError> {
    id("message.id", &message.id)?;
    id("message.dedupe", &message.dedupe)?;
    text("message.channel", &message.channel)?;
    text("message.recipient", &message.recipient)?;
    text("message.subject", &message.subject)?;
    text("message.body", &message.body)?;
    optional_text("message.last_error", message.last_error.as_deref())
}

/// Refuses a benchmark run that some database could not hold.
///
/// # Errors
/// [`StoreError::NotStorable`], naming the field.
pub fn benchmark_run(run: &BenchmarkRun) -> Result<(), StoreError> {
    id("benchmark_run.id", &run.id)?;
    text("benchmark_run.state", &run.state)?;
    optional_text("benchmark_run.message", run.message.as_deref())?;
    optional_text("benchmark_run.report_json", run.report_json.as_deref())
}

/// Refuses text with a NUL character.
///
/// # Errors
/// [`StoreError::NotStorable`], naming the field.
pub fn text(field: &'static str, text: &str) -> Result<(), StoreError> {
    if text.contains('\0') {
        return Err(StoreError::NotStorable { field, reason: "it contains a NUL character" });
    }
    Ok(())
}

/// Refuses a name that is empty or has a NUL character.
///
/// # Errors
/// [`StoreError::NotStorable`], naming the field.
pub fn name(field: &'static str, name: &str) -> Result<(), StoreError> {
    id(field, name)
}

/// Whether a record with this id can exist at all.
pub fn is_possible_id(id: &str) -> bool {
    !id.is_empty() && !id.contains('\0')
}

fn id(field: &'static str, id: &str) -> Result<(), StoreError> {
    if id.is_empty() {
        return Err(StoreError::NotStorable { field, reason: "it is empty" });
    }
    text(field, id)
}

fn not_negative(field: &'static str, number: i64) -> Result<(), StoreError> {
    if number < 0 {
        return Err(StoreError::NotStorable { field, reason: "it is negative" });
    }
    Ok(())
}

fn optional_text(field: &'static str, optional: Option<&str>) -> Result<(), StoreError> {
    optional.map_or(Ok(()), |given| text(field, given))
}
