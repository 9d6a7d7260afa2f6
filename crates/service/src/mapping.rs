//! How the tables of a source are read: a mapping kept under the source's name, and every change of it with who made it.

use formats::table::{self, Preview, TableMapping};
use formats::{Drafts, Limits, Problem, Refusal, Target, Written};
use journal::stream::MAPPINGS;
use journal::text::{TextError, required};
use journal::{Draft, WriteSet};
use kpi::point::Origin;
use kpi::unit::Unit;
use serde::{Deserialize, Serialize};
use storage::stored_state::TABLE_MAPPING;
use storage::{ExpectedVersion, StoreError};
use thiserror::Error;

use crate::dashboard::Dashboard;
use crate::reading::{Format, PayloadDecoder};
use crate::receive::{Incoming, IngestOutcome};
use crate::record::{RawPayload, Receipt, RecordError, Replay, sha256_hex};

/// How many changes are looked through for the names of sources.
const LOOKED_AT: u32 = 500;
/// Rows of a table that a preview shows.
const SHOWN_ROWS: usize = 20;

/// The mapping of a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptMapping {
    /// How its tables are read.
    pub mapping: TableMapping,
    /// Who changed it last.
    pub person: String,
    /// When, in milliseconds since the Unix epoch.
    pub changed_ms: i64,
}

/// A table that is to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableUpload {
    /// Who it comes from.
    pub source: String,
    /// The media type of the file.
    pub content_type: String,
    /// The file.
    pub body: Vec<u8>,
    /// Whether good rows are recorded even if others are refused.
    pub partial: bool,
    /// Who measured it: a system, or a person who uploads it.
    pub origin: Origin,
}

/// What became of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableReceipt {
    /// What was recorded, known already and refused.
    pub receipt: Receipt,
    /// What somebody should know of the file: rows that are hidden in a workbook.
    pub remarks: Vec<String>,
}

/// What a table would give.
#[derive(Debug, Clone, PartialEq)]
pub struct TablePreview {
    /// The file as it is.
    pub table: Preview,
    /// The rows that would be recorded: row, KPI or series, value as shown, time, labels.
    pub rows: Vec<[String; 5]>,
    /// How many there are in all.
    pub accepted: usize,
    /// What is wrong, by row, with the column that is to blame.
    pub problems: Vec<(Problem, Option<String>)>,
    /// How many rows have a problem.
    pub refused: usize,
}

/// Why a mapping was not kept.
#[derive(Debug, Error)]
pub enum MappingError {
    /// It contradicts itself.
    #[error("{}", .0.join("; "))]
    Unfit(Vec<String>),
    /// The name of the person is missing or too long.
    #[error(transparent)]
    Text(#[from] TextError),
    /// The store failed.
    #[error("the store did not keep the mapping")]
    Store(#[from] StoreError),
}

/// Why a table was not recorded.
#[derive(Debug, Error)]
pub enum TableError {
    /// It can't be read.
    #[error(transparent)]
    Unreadable(#[from] Refusal),
    /// Rows were refused, or the store failed.
    #[error(transparent)]
    Record(#[from] RecordError),
}

/// The rows of a table. People write units and currencies beside numbers, `$12,500.00`, which a sample has in a field of its own.
fn read(body: &[u8], mapping: &TableMapping) -> Result<(Drafts, Vec<String>), Refusal> {
    let (mut drafts, remarks) = table::read_with_remarks(body, mapping, &Limits::default())?;
    for draft in &mut drafts.drafts {
        // Stripe writes `eur`.
        if let Some(unit) = draft.unit.as_mut().filter(|unit| unit.len() == 3 && Unit::parse(unit).is_err()) {
            let upper = unit.to_uppercase();
            if Unit::parse(&upper).is_ok() {
                *unit = upper;
            }
        }
        if !matches!(draft.target, Target::Series(_)) {
            continue;
        }
        let Written::Text(text) = &draft.value else { continue };
        let Some((number, own)) = kpi::value::quantity(text).filter(|(number, _)| number.is_finite()) else { continue };
        let same = |written: &str, own: &str| Unit::parse(written).ok().is_some_and(|it| Unit::parse(own) == Ok(it));
        match (&draft.unit, own) {
            // Two units: what is meant is for the sender to say.
            (Some(written), Some(own)) if !same(written, own) => continue,
            (None, Some(own)) => draft.unit = Some(own.to_owned()),
            _ => {}
        }
        draft.value = Written::Number(number, text.clone());
    }
    Ok((drafts, remarks))
}

impl Dashboard {
    /// The mapping of a source; `None` where nobody has made one.
    ///
    /// # Errors
    /// [`StoreError`] where the store failed, or what it holds can't be read.
    pub async fn table_mapping(&self, source: &str) -> Result<Option<KeptMapping>, StoreError> {
        Ok(self.stored_mapping(source).await?.0)
    }

    /// With the version of its document; 0 where there is none.
    async fn stored_mapping(&self, source: &str) -> Result<(Option<KeptMapping>, i64), StoreError> {
        match self.store().stored_document(&format!("{}{source}", TABLE_MAPPING.name)).await? {
            Some(stored) => Ok((Some(TABLE_MAPPING.read(&stored.document)?), stored.version)),
            None => Ok((None, 0)),
        }
    }

    /// The sources whose mapping was changed of late, by name.
    ///
    /// # Errors
    /// [`StoreError`] where the store failed.
    pub async fn mapped_sources(&self) -> Result<Vec<String>, StoreError> {
        let entries = self.store().journal_of(MAPPINGS, None, LOOKED_AT).await?;
        let names: std::collections::BTreeSet<String> = entries.into_iter().map(|entry| entry.subject).collect();
        Ok(names.into_iter().collect())
    }

    /// Keeps the mapping of a source from now on; the journal remembers who changed it. The same mapping again changes nothing.
    ///
    /// # Errors
    /// [`MappingError`]; nothing is changed then.
    pub async fn keep_table_mapping(
        &self,
        source: &str,
        mapping: TableMapping,
        person: &str,
    ) -> Result<KeptMapping, MappingError> {
        let person = required("person", person)?;
        let wrong = mapping.problems(&Limits::default());
        if !wrong.is_empty() {
            return Err(MappingError::Unfit(wrong));
        }
        let guard = self.write_guard().await;
        let (known, version) = self.stored_mapping(source).await?;
        if let Some(known) = known.filter(|known| known.mapping == mapping) {
            return Ok(known);
        }
        let now_ms = self.now_ms();
        let unfit = |error: serde_json::Error| MappingError::Unfit(vec![error.to_string()]);
        let entry = Draft::new(MAPPINGS, "mapping", source, Some(&person), now_ms, &mapping).map_err(unfit)?;
        let kept = KeptMapping { mapping, person, changed_ms: now_ms };
        let document = TABLE_MAPPING.document(source, &kept, now_ms)?;
        let expected = vec![ExpectedVersion { name: document.name.clone(), version }];
        let changes = WriteSet { entries: vec![entry], documents: vec![document], expected, ..WriteSet::default() };
        self.journal.commit(guard, changes, || ()).await?;
        Ok(kept)
    }

    /// What a table would give; without a mapping, only what stands in it. Nothing is recorded.
    ///
    /// # Errors
    /// [`Refusal`] where the file can't be read. A mapping that does not fit its header is told in the preview.
    pub fn preview_table(
        &self,
        body: &[u8],
        mapping: Option<&TableMapping>,
        origin: Origin,
    ) -> Result<TablePreview, Refusal> {
        let limits = Limits::default();
        let table = table::preview(body, mapping, SHOWN_ROWS, &limits)?;
        let nothing = TablePreview { table, rows: Vec::new(), accepted: 0, problems: Vec::new(), refused: 0 };
        let (Some(mapping), None) = (mapping, &nothing.table.refusal) else { return Ok(nothing) };
        let (drafts, _) = read(body, mapping)?;
        let labels = |row: usize| {
            let draft = drafts.drafts.iter().find(|draft| draft.row == row);
            let text = |(name, value): &(String, String)| format!("{name}={value}");
            draft.map(|draft| draft.labels.iter().map(text).collect::<Vec<_>>().join(", ")).unwrap_or_default()
        };
        let (rows, problems) = self.preview(&drafts, origin);
        let accepted = rows.len();
        let rows = rows.into_iter().take(SHOWN_ROWS).map(|[row, name, value, time, _]| {
            let labels = labels(row.parse().unwrap_or_default());
            [row, name, value, time, labels]
        });
        let blamed = |problem: &Problem| {
            let mut known = nothing.table.problems.iter().map(|known| (&known.problem.field, &known.column));
            let told = known.find(|(field, _)| **field == problem.field).and_then(|(_, column)| column.clone());
            told.or_else(|| mapping.column_of(&problem.field).map(str::to_owned))
        };
        let rows = rows.collect();
        let refused = problems.iter().map(|problem| problem.row).collect::<std::collections::HashSet<_>>().len();
        let problems = problems.into_iter().map(|problem| (blamed(&problem), problem)).map(|(column, it)| (it, column));
        let problems = problems.collect();
        Ok(TablePreview { rows, accepted, problems, refused, ..nothing })
    }

    /// Records a table by a mapping.
    ///
    /// A row without an id and a time of its own is known by the file that it stands in, so that the same file again adds nothing.
    ///
    /// # Errors
    /// [`TableError`]; nothing is recorded then.
    pub async fn record_table(&self, upload: TableUpload, mapping: &TableMapping) -> Result<TableReceipt, TableError> {
        let TableUpload { source, content_type, body, partial, origin } = upload;
        // A person who uploads it sees at once what became of it.
        let reading = (origin == Origin::Measured).then(|| PayloadDecoder::of(Format::Table));
        let arrived = RawPayload { source, content_type, body, reading, problems: Vec::new(), again: None };
        Ok(self.record_mapped(arrived, mapping, partial, origin).await?)
    }

    /// A table that came before and is read again, by the mapping that its source has now.
    pub(crate) async fn take_table(
        &self,
        incoming: Incoming,
        again: Option<Replay>,
    ) -> Result<IngestOutcome, RecordError> {
        let partial = incoming.partial;
        let mapping = self.table_mapping(&incoming.source).await?.ok_or_else(|| Refusal::Shape {
            row: 1,
            column: 1,
            detail: format!("the source {} has no mapping", incoming.source),
            expected: "a mapping of its columns".to_owned(),
        })?;
        let arrived = crate::receive::arrived(incoming, again);
        self.record_mapped(arrived, &mapping.mapping, partial, Origin::Measured)
            .await
            .map(|done| IngestOutcome::of(done.receipt))
    }

    async fn record_mapped(
        &self,
        arrived: RawPayload,
        mapping: &TableMapping,
        partial: bool,
        origin: Origin,
    ) -> Result<TableReceipt, RecordError> {
        let mapping = mapping.clone();
        let ((arrived, read), turn) = self
            .readers
            .run(arrived.body.len(), move || {
                let read = read(&arrived.body, &mapping);
                (arrived, read)
            })
            .await?;
        let (mut drafts, remarks) = match read {
            Ok(read) => read,
            Err(refusal) => return Err(self.keep_unreadable(arrived, refusal).await?),
        };
        let digest = sha256_hex(&arrived.body);
        let digest = digest.get(..16).unwrap_or(&digest);
        for draft in drafts.drafts.iter_mut().filter(|draft| draft.external_id.is_none() && draft.time.is_none()) {
            draft.external_id = Some(format!("{digest}:{}", draft.row));
        }
        let receipt = self.record_drafts(arrived, drafts, partial, origin).await;
        drop(turn);
        Ok(TableReceipt { receipt: receipt?, remarks })
    }
}
