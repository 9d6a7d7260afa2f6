//! The one way in for what other systems send: read, checked, kept, acknowledged; and what of it can't be taken waits to be read
//! again.

use std::borrow::Cow;
use std::collections::BTreeMap;

use formats::analytics::EventMapping;
use formats::remote_write::Written as WrittenCounts;
use formats::{Draft, Drafts, Problem, Received, Refusal, Sample, Target, Written, WrittenTime};
use kpi::point::Origin;

use crate::dashboard::Dashboard;
use crate::reading::{Format, PayloadDecoder, Read};
use crate::record::{RawPayload, Receipt, RecordError, Replay, wrong_rows};

/// A payload, with how it is read.
#[derive(Debug, Clone, PartialEq)]
pub struct Incoming {
    /// Who sends it.
    pub source: String,
    /// The media type of the body.
    pub content_type: String,
    /// The bytes that arrived, still packed.
    pub body: Vec<u8>,
    /// The same without their compression, where they were unpacked already; they are not kept.
    pub unpacked: Option<Vec<u8>>,
    /// How they are read.
    pub reading: PayloadDecoder,
    /// Whether good rows are recorded even if other rows are refused. Samples and events always are.
    pub partial: bool,
}

/// What became of a payload. What is counted as kept is on disk.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct IngestOutcome {
    /// How many rows were read, good and bad.
    pub rows: usize,
    /// How many are on disk, those that had been there before included.
    pub kept: usize,
    /// How many of them are new.
    pub new: usize,
    /// What was refused, by row.
    pub problems: Vec<Problem>,
    /// What was understood and is not kept, and how many there were.
    pub left_out: BTreeMap<&'static str, usize>,
    /// What remote write 2.0 tells in headers.
    pub written: Option<WrittenCounts>,
    /// The receipt of observations; `None` where there was nothing to record, or samples.
    pub receipt: Option<Receipt>,
}

impl IngestOutcome {
    /// What the writers of replies read: the problems, the number of rows, and nothing of the samples.
    pub fn told(&self) -> Received {
        let samples = formats::Samples { samples: Vec::new(), problems: self.problems.clone(), rows: self.rows };
        Received { samples, left_out: self.left_out.clone() }
    }

    /// The first problem of which reading again may come to another end.
    pub fn waiting(&self) -> Option<&Problem> {
        self.problems.iter().find(|problem| !is_routine(problem))
    }

    /// The first problems of which reading again may come to another end, as one line.
    pub fn waiting_summary(&self) -> String {
        let problems = self.problems.iter().filter(|problem| !is_routine(problem)).cloned().collect();
        let samples = formats::Samples { samples: Vec::new(), problems, rows: self.rows };
        Received { samples, left_out: BTreeMap::new() }.summary()
    }

    /// How many rows wait to be read again.
    pub fn refused_rows(&self) -> usize {
        let waiting: Vec<Problem> = self.problems.iter().filter(|problem| !is_routine(problem)).cloned().collect();
        wrong_rows(&waiting)
    }
}

/// Whether a problem is told, and nobody has to look at it: monitoring systems send NaN as a matter of course.
pub(crate) fn is_routine(problem: &Problem) -> bool {
    problem.code == "not-finite"
}

impl Dashboard {
    /// Reads a payload and keeps every good row.
    ///
    /// # Errors
    /// [`RecordError::Unreadable`] where nothing can be read, [`RecordError::Refused`] where observations that are not partial, or of
    /// which no row is right, are refused; both wait to be read again. [`RecordError::Store`] where the store failed: nothing
    /// is recorded then.
    pub async fn ingest(&self, incoming: Incoming) -> Result<IngestOutcome, RecordError> {
        self.take(incoming, None).await
    }

    /// As [`Dashboard::ingest`], of a payload that came before.
    pub(crate) async fn take_again(&self, incoming: Incoming, again: Replay) -> Result<IngestOutcome, RecordError> {
        self.take(incoming, Some(again)).await
    }

    async fn take(&self, incoming: Incoming, again: Option<Replay>) -> Result<IngestOutcome, RecordError> {
        if incoming.reading.format.gives_samples() {
            return self.take_samples(incoming).await;
        }
        match incoming.reading.format {
            Format::Report => return self.take_report(incoming, again).await,
            Format::Table => return self.take_table(incoming, again).await,
            _ => {}
        }
        let mapping = self.settings.event_mappings.of(&incoming.source);
        let ((incoming, read), turn) = self
            .readers
            .run(incoming.unpacked_bytes(), move || {
                let read = incoming.read(&mapping);
                (incoming, read)
            })
            .await?;
        let partial = incoming.partial;
        let arrived = arrived(incoming, again);
        let taken = match read {
            Err(refusal) => Err(self.keep_unreadable(arrived, refusal).await?),
            Ok(Read::Observations(drafts)) if drafts.rows == 0 => {
                Err(self.keep_unreadable(arrived, Refusal::Empty).await?)
            }
            Ok(Read::Observations(drafts)) => {
                let rows = drafts.rows;
                let receipt = self.record_drafts(arrived, drafts, partial, Origin::Measured).await?;
                Ok(IngestOutcome { rows, ..IngestOutcome::of(receipt) })
            }
            Ok(Read::Protocol(received, written)) => {
                Ok(IngestOutcome { written, ..self.take_events(arrived, received).await? })
            }
        };
        drop(turn);
        taken
    }

    /// Events become observations, one by one.
    async fn take_events(&self, arrived: RawPayload, received: Received) -> Result<IngestOutcome, RecordError> {
        let Received { samples, left_out } = received;
        let (rows, count) = (samples.rows, samples.samples.len());
        if count == 0 && samples.problems.is_empty() {
            return Ok(IngestOutcome { rows, left_out, ..IngestOutcome::default() });
        }
        let problems = samples.problems;
        // Where each row gave one sample at most, what is told of a sample is told of its row.
        let is_single = samples.samples.is_sorted_by(|one, next| one.row < next.row && one.row > 0);
        let numbered = samples.samples.into_iter().zip(1..);
        let drafts = numbered
            .map(|(sample, number)| {
                let row = if is_single && sample.row > 0 { sample.row } else { number };
                draft(sample, row)
            })
            .collect();
        let drafts = Drafts { drafts, problems, rows };
        match self.record_drafts(arrived, drafts, true, Origin::Measured).await {
            Ok(receipt) => Ok(IngestOutcome { rows, left_out, ..IngestOutcome::of(receipt) }),
            Err(RecordError::Refused { problems, .. }) => {
                Ok(IngestOutcome { rows, problems, left_out, ..IngestOutcome::default() })
            }
            Err(error) => Err(error),
        }
    }

    /// Keeps a body that can't be read; gives the error to tell.
    pub(crate) async fn keep_unreadable(
        &self,
        arrived: RawPayload,
        refusal: Refusal,
    ) -> Result<RecordError, RecordError> {
        let problem = Problem {
            row: refusal.row().unwrap_or(1),
            field: refusal.field().unwrap_or("body").to_owned(),
            code: refusal.code(),
            detail: refusal.to_string(),
            expected: refusal.expected(),
        };
        self.keep_dead(arrived, &[problem]).await?;
        Ok(RecordError::Unreadable(refusal))
    }
}

impl Incoming {
    /// How many bytes it has without its compression.
    pub(crate) fn unpacked_bytes(&self) -> usize {
        let unpacked = self.unpacked.as_ref().map_or(self.body.len(), Vec::len);
        unpacked.max(self.reading.promised_bytes(&self.body))
    }

    /// How it is read, and the bytes that are.
    pub(crate) fn readable(&self) -> (Cow<'_, PayloadDecoder>, &[u8]) {
        match &self.unpacked {
            Some(unpacked) => (Cow::Owned(self.reading.unpacked_already()), unpacked),
            None => (Cow::Borrowed(&self.reading), &self.body),
        }
    }

    fn read(&self, mapping: &EventMapping) -> Result<Read, Refusal> {
        let (reading, bytes) = self.readable();
        reading.read(bytes, &self.content_type, mapping)
    }
}

impl IngestOutcome {
    pub(crate) fn of(receipt: Receipt) -> Self {
        Self {
            kept: receipt.accepted + receipt.duplicates,
            new: receipt.accepted,
            problems: receipt.refused.clone(),
            receipt: Some(receipt),
            ..Self::default()
        }
    }
}

pub(crate) fn arrived(incoming: Incoming, again: Option<Replay>) -> RawPayload {
    let Incoming { source, content_type, body, reading, .. } = incoming;
    RawPayload { source, content_type, body, reading: Some(reading), problems: Vec::new(), again }
}

pub(crate) fn draft(sample: Sample, row: usize) -> Draft {
    Draft {
        row,
        target: Target::Series(sample.series),
        value: Written::Number(sample.value, sample.value.to_string()),
        unit: sample.unit,
        time: sample.time_ms.map(WrittenTime::Milliseconds),
        external_id: sample.external_id,
        note: None,
        evidence: None,
        person: None,
        origin: None,
        labels: sample.labels,
    }
}

/// Whether the format of a payload is one whose samples the sample desk keeps.
pub fn gives_samples(format: &str) -> bool {
    Format::from_name(format).is_some_and(Format::gives_samples)
}
