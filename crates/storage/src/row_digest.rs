//! A checksum of each row, kept beside it: what a database's own pages do not notice, a later look at the row does.
//!
//! It is made where the row is written and covers the columns that [`Table::digested`] says, so that whoever reads the table as
//! cells can make it again. It tells damage, not intent: who can write the row can write its checksum too.

use crate::transfer::{Cell, Digest, Table, TableRow};
use crate::{BenchmarkRun, Document, JournalEntry, Observation, OutboxMessage, Payload, SampleSeries, labels};

/// The name of the column that holds it.
pub const COLUMN: &str = "digest";

/// What a look at a row's checksum comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looked {
    /// The row is what was written.
    Sound,
    /// The row, or its checksum, is not what was written.
    Differs,
    /// The table has no checksums, or the row was written before there were any.
    Without,
}

/// Makes a row's checksum again and compares.
pub fn look(table: &Table, row: &TableRow) -> Looked {
    let Some(place) = table.columns.iter().position(|column| column.name == COLUMN) else { return Looked::Without };
    let Some(Cell::Int(kept)) = row.get(place) else { return Looked::Without };
    let mut digest = Digest::default();
    for cell in row.iter().take(table.digested) {
        digest.cell(cell);
    }
    let later = table.columns.iter().zip(row).skip(table.digested).take(table.digested_later);
    for (column, cell) in later.filter(|(_, cell)| **cell != Cell::Null) {
        digest.text(column.name);
        digest.cell(cell);
    }
    if digest.short() == *kept { Looked::Sound } else { Looked::Differs }
}

/// Cells that are written one after the other.
#[derive(Default)]
struct Row(Digest);

impl Row {
    fn text(mut self, text: &str) -> Self {
        self.0.text(text);
        self
    }

    fn optional_text(mut self, text: Option<&str>) -> Self {
        match text {
            Some(text) => self.0.text(text),
            None => self.0.cell(&Cell::Null),
        }
        self
    }

    /// A column that rows of earlier versions did not have.
    fn later(mut self, column: &str, text: Option<&str>) -> Self {
        if let Some(text) = text {
            self.0.text(column);
            self.0.text(text);
        }
        self
    }

    fn int(mut self, number: i64) -> Self {
        self.0.cell(&Cell::Int(number));
        self
    }

    fn optional_int(mut self, number: Option<i64>) -> Self {
        self.0.cell(&number.map_or(Cell::Null, Cell::Int));
        self
    }

    fn real(mut self, number: f64) -> Self {
        self.0.cell(&Cell::Real(number));
        self
    }

    fn done(self) -> i64 {
        self.0.short()
    }
}

/// Of a payload: of what never changes of it.
pub fn payload(payload: &Payload, logged: bool) -> i64 {
    Row::default()
        .text(&payload.id)
        .int(payload.received_ms)
        .text(&payload.source)
        .text(&payload.content_type)
        .text(&payload.sha256_hex)
        .int(payload.byte_count)
        .int(payload.number)
        .text(&payload.format)
        .text(&payload.context_json)
        .int(i64::from(logged))
        .done()
}

/// Of an observation.
pub fn observation(observation: &Observation) -> i64 {
    Row::default()
        .text(&observation.id)
        .text(&observation.series)
        .int(observation.time_ms)
        .real(observation.value)
        .text(&observation.value_written)
        .text(&observation.unit_written)
        .text(&observation.source)
        .text(&observation.external_id)
        .optional_text(observation.note.as_deref())
        .optional_text(observation.evidence.as_deref())
        .optional_text(observation.person.as_deref())
        .text(&observation.origin)
        .text(&observation.payload_id)
        .int(observation.payload_row)
        .int(observation.recorded_ms)
        .text(&labels::to_json(&observation.labels))
        .later("report", observation.report.as_deref())
        .later("supersedes", observation.supersedes.as_deref())
        .done()
}

/// Of a benchmark run.
pub fn benchmark_run(run: &BenchmarkRun) -> i64 {
    Row::default()
        .text(&run.id)
        .int(run.started_ms)
        .optional_int(run.finished_ms)
        .text(&run.state)
        .optional_text(run.message.as_deref())
        .optional_text(run.report_json.as_deref())
        .done()
}

/// Of an entry of the journal.
pub fn journal_entry(entry: &JournalEntry) -> i64 {
    Row::default()
        .text(&entry.id)
        .text(&entry.stream)
        .int(entry.version)
        .text(&entry.kind)
        .text(&entry.subject)
        .int(entry.time_ms)
        .optional_text(entry.person.as_deref())
        .text(&entry.body_json)
        .done()
}

/// Of a document.
pub fn document(document: &Document) -> i64 {
    Row::default().text(&document.name).text(&document.body_json).int(document.changed_ms).done()
}

/// Of a message.
pub fn message(message: &OutboxMessage) -> i64 {
    Row::default()
        .text(&message.id)
        .text(&message.dedupe)
        .text(&message.channel)
        .text(&message.recipient)
        .text(&message.subject)
        .text(&message.body)
        .int(message.created_ms)
        .text(message.state.name())
        .int(message.attempts)
        .int(message.next_attempt_ms)
        .optional_text(message.last_error.as_deref())
        .optional_int(message.delivered_ms)
        .done()
}

/// Of a series of samples.
pub fn sample_series(series: &SampleSeries) -> i64 {
    Row::default()
        .int(series.number)
        .text(&series.name)
        .text(&labels::to_json(&series.labels))
        .text(&series.source)
        .int(series.first_seen_ms)
        .done()
}
