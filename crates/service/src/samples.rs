//! Samples: what comes in a format that gives samples goes to the sample desk, which keeps it in blocks. Those of series that the
//! catalogue reads enter the memory of the KPIs too, as they come or as the catalogue's feeds make them.

mod conversion;
mod filling;
mod latest;
mod listener;
mod loading;

use std::collections::BTreeMap;

use formats::remote_write::Written;
use formats::{Problem, Refusal};
use kpi::point::Origin;
use storage::{Payload, StoreError};
use timeseries::{Batch, DeskError};

use self::conversion::is_in_unknown_unit;
pub(crate) use self::conversion::{Conversions, UNIT_WRITTEN};
pub(crate) use self::latest::LatestSample;
pub(crate) use self::listener::{Memory, Wanted};
pub(crate) use self::loading::load;
use crate::dashboard::Dashboard;
use crate::reading::{Format, PayloadDecoder, Read, limits};
use crate::receive::{Incoming, IngestOutcome, arrived, is_routine};
use crate::record::RecordError;
use crate::source_meter::Delivered;

/// What was read beside the rows that are in the batch.
#[derive(Debug, Default)]
struct Filled {
    rows: usize,
    problems: Vec<Problem>,
    left_out: BTreeMap<&'static str, usize>,
    written: Option<Written>,
    /// Rows that stand for the beginning of a running total, and were not sent.
    starts: usize,
}

/// Puts the samples of a body into a batch: the same samples with the same rows whenever it is read.
fn fill(
    batch: &mut Batch,
    reading: &PayloadDecoder,
    (content_type, body): (&str, &[u8]),
    origin: Origin,
    conversions: &Conversions,
) -> Result<Filled, Refusal> {
    if reading.format == Format::Influx {
        let unpacked = reading.unpacked(body)?;
        let taken = batch.take_lines(&unpacked, reading.precision(), &limits(), origin, conversions)?;
        let (rows, problems, left_out) = (taken.lines, taken.problems, taken.left_out);
        return Ok(Filled { rows, problems, left_out, ..Filled::default() });
    }
    // Formats that give samples need no mapping of events.
    match reading.read(body, content_type, &formats::analytics::EventMapping::default())? {
        Read::Protocol(received, written) => Ok(filling::received(batch, received, written, origin, conversions)),
        Read::Observations(_) => Ok(Filled::default()),
    }
}

/// Puts the rows of a payload that was acknowledged before the last start into a batch.
pub(crate) fn reread(payload: &Payload, batch: &mut Batch, conversions: &Conversions, origin: Origin) {
    use storage::PayloadState::{Dead, Discarded};
    let Some(reading) = PayloadDecoder::kept(&payload.format, &payload.context_json) else { return };
    // Nothing of it was acknowledged.
    if matches!(payload.state, Dead | Discarded) && payload.kept_rows == 0 {
        return;
    }
    if let Err(refusal) = fill(batch, &reading, (&payload.content_type, &payload.body), origin, conversions) {
        tracing::error!(payload = payload.number, %refusal, "a payload that was acknowledged can't be read again");
    }
}

impl Dashboard {
    /// How much of the samples is in memory.
    pub fn sample_stats(&self) -> timeseries::Stats {
        self.desk.stats()
    }

    pub(crate) fn sample_origin(&self) -> Origin {
        if self.settings.demo { Origin::Demo } else { Origin::Measured }
    }

    pub(crate) fn conversions(&self) -> Conversions {
        Conversions::new(self.catalogue())
    }

    /// Reads a payload of samples and keeps every good one.
    pub(crate) async fn take_samples(&self, incoming: Incoming) -> Result<IngestOutcome, RecordError> {
        let now_ms = self.now_ms();
        let mut batch = self.desk.batch(&incoming.source, now_ms);
        let (origin, conversions) = (self.sample_origin(), self.conversions());
        // What was read goes into the batch, which takes little; so the turn ends here.
        let ((incoming, batch, filled), _) = self
            .readers
            .run(incoming.unpacked_bytes(), move || {
                let (reading, bytes) = incoming.readable();
                let filled = fill(&mut batch, &reading, (&incoming.content_type, bytes), origin, &conversions);
                (Incoming { unpacked: None, ..incoming }, batch, filled)
            })
            .await?;
        let (source, bytes) = (incoming.source.clone(), incoming.body.len() as u64);
        let mut arrived = arrived(incoming, None);
        let Filled { rows, problems, left_out, written, starts } = match filled {
            Ok(filled) => filled,
            Err(refusal) => return Err(self.keep_unreadable(arrived, refusal).await?),
        };
        let kept = batch.rows().len() - starts;
        let latest_ms = batch.rows().iter().map(|row| row.time_ms).max();
        let taken = IngestOutcome { rows, kept, new: kept, problems, left_out, written, receipt: None };
        let reason = taken.waiting().map(crate::dead_letters::told);
        let refused = taken.refused_rows();
        arrived.problems = taken.problems.iter().filter(|problem| !is_routine(problem)).cloned().collect();
        if kept == 0 {
            if refused > 0 {
                let problems = std::mem::take(&mut arrived.problems);
                self.keep_dead(arrived, &problems).await?;
            }
            return Ok(taken);
        }
        let payload = self.payload(arrived, kept, now_ms);
        self.desk.keep(payload, batch).await?;
        self.source_health.accepted(&source);
        let delivered = Delivered { rows: kept as u64, refused: refused as u64, bytes, latest_ms };
        self.source_meter.count(&source, delivered, reason.as_deref(), now_ms);
        Ok(taken)
    }

    /// Reads a kept payload of samples again; samples that are there already are not doubled.
    pub(crate) async fn take_samples_again(
        &self,
        payload: &Payload,
        reading: &PayloadDecoder,
    ) -> Result<IngestOutcome, RecordError> {
        let mut batch = self.desk.batch(&payload.source, payload.received_ms);
        batch.take_until(self.now_ms());
        let bytes = (payload.content_type.as_str(), payload.body.as_slice());
        let filled = fill(&mut batch, reading, bytes, self.sample_origin(), &self.conversions())?;
        let Filled { rows, problems, left_out, written, starts } = filled;
        let kept = batch.rows().len() - starts;
        let before = usize::try_from(payload.kept_rows).unwrap_or_default();
        if kept > 0 {
            self.desk.replay(payload, batch).await.map_err(store_error)?;
        }
        let new = kept.saturating_sub(before);
        Ok(IngestOutcome { rows, kept, new, problems, left_out, written, receipt: None })
    }
}

/// A desk's error as that of the store.
pub(crate) fn store_error(error: DeskError) -> StoreError {
    match error {
        DeskError::Store(error) => error,
        DeskError::Block(error) => StoreError::Failed { operation: "read samples", source: Box::new(error) },
    }
}
