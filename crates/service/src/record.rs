//! Recording: from a payload that arrived to observations that are kept, all or nothing unless asked otherwise.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use formats::{Drafts, Problem, Refusal, Target};
pub(crate) use journal::digest::{hex, sha256_hex};
use journal::{Change, WriteGuard};
use kpi::catalogue::Catalogue;
use kpi::point::{Origin, Point, Superseded};
use sha2::{Digest, Sha256};
use storage::{Observation, Payload, PayloadState, StoreError};
use thiserror::Error;
use tokio::sync::broadcast;

use crate::dashboard::Dashboard;
use crate::inbox;
use crate::readers::Busy;
use crate::reading::Reading;
use crate::series::{PointIndex, SharedPoints};
use crate::series_room;
use crate::source_meter::Delivered;
use crate::validate::{Times, Valid, shown_unit, validate};

/// The measurement of an observation that takes the place of another one and says nothing instead: no KPI reads it, and its value
/// is no value.
pub(crate) const RETRACTED: &str = "own:retracted";

/// A payload with what was read from it.
#[derive(Debug, Clone, PartialEq)]
pub struct Submission {
    /// Who sends it: a name that the sender chose.
    pub source: String,
    /// The media type of the body.
    pub content_type: String,
    /// The bytes that arrived.
    pub body: Vec<u8>,
    /// What was read from them.
    pub drafts: Drafts,
    /// Whether good rows are recorded even if other rows are refused.
    pub partial: bool,
    /// The origin of rows that name none.
    pub origin: Origin,
    /// How the body is read again; `None` where a person saw at once what became of it. What is refused then is not kept.
    pub reading: Option<Reading>,
}

/// Bytes that arrived, with what became of their rows.
pub(crate) struct Arrived {
    pub(crate) source: String,
    pub(crate) content_type: String,
    pub(crate) body: Vec<u8>,
    pub(crate) reading: Option<Reading>,
    /// What was refused of it.
    pub(crate) problems: Vec<Problem>,
    /// The payload that is read again; `None` for one that came just now.
    pub(crate) again: Option<Again>,
}

/// A payload that came before and is read again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Again {
    /// Its id: rows without an id of their own are the same rows as then.
    pub(crate) payload_id: String,
    /// When it came, in milliseconds since the Unix epoch: rows without a time are of then.
    pub(crate) received_ms: i64,
}

/// What became of a submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The id of the kept payload.
    pub payload_id: String,
    /// How many observations were recorded.
    pub accepted: usize,
    /// How many had been recorded before.
    pub duplicates: usize,
    /// What was refused; empty unless the submission was partial.
    pub refused: Vec<Problem>,
    /// The ids of the recorded observations.
    pub ids: Vec<String>,
}

/// Why nothing was recorded.
#[derive(Debug, Error)]
pub enum RecordError {
    /// The whole body can't be read.
    #[error(transparent)]
    Unreadable(#[from] Refusal),
    /// Rows are wrong.
    #[error("{} of {rows} rows can't be recorded", wrong_rows(problems))]
    Refused {
        /// What is wrong, by row.
        problems: Vec<Problem>,
        /// How many rows there were.
        rows: usize,
    },
    /// The store failed.
    #[error("the store did not keep the observations")]
    Store(#[from] StoreError),
    /// Too much is being read at this moment.
    #[error(transparent)]
    Busy(#[from] Busy),
}

/// How many rows have a problem; one row may have several.
pub(crate) fn wrong_rows(problems: &[Problem]) -> usize {
    problems.iter().map(|problem| problem.row).collect::<HashSet<_>>().len()
}

impl Dashboard {
    /// What recording these drafts would do: the valid rows as text, and the problems. Nothing is recorded.
    pub fn preview(&self, drafts: &Drafts, origin: Origin) -> (Vec<[String; 5]>, Vec<Problem>) {
        let (valid, problems) = self.check(drafts.clone(), origin, Times::now(self.now_ms()));
        let rows = valid.iter().map(|valid| self.preview_row(valid)).collect();
        (rows, problems)
    }

    fn preview_row(&self, valid: &Valid) -> [String; 5] {
        let catalogue = self.catalogue();
        let shown = shown_unit(&catalogue, &valid.draft.target);
        [
            valid.draft.row.to_string(),
            valid.draft.target.name().to_owned(),
            shown.map_or_else(|| valid.value.to_string(), |unit| kpi::display::value(valid.value, unit)),
            crate::instant::short(valid.time_ms),
            valid.draft.note.clone().unwrap_or_default(),
        ]
    }

    /// The rows that can be recorded as of an instant, and what is wrong with the others.
    pub(crate) fn check(&self, drafts: Drafts, origin: Origin, times: Times) -> (Vec<Valid>, Vec<Problem>) {
        checked(&self.catalogue(), drafts, (origin, times, self.settings.demo))
    }

    /// As [`Dashboard::check`]; many rows are checked on a thread that answers nobody.
    async fn check_aside(&self, drafts: Drafts, origin: Origin, times: Times) -> (Vec<Valid>, Vec<Problem>) {
        /// So many take less time than to change threads is worth.
        const FEW: usize = 100;
        if drafts.drafts.len() <= FEW {
            return self.check(drafts, origin, times);
        }
        let (catalogue, demo) = (self.catalogue(), self.settings.demo);
        self.readers.aside(move || checked(&catalogue, drafts, (origin, times, demo))).await
    }

    /// Records a submission. What the receipt says is on disk.
    ///
    /// # Errors
    /// [`RecordError::Refused`] with every problem where a row is wrong and the submission is not partial, or where no
    /// row is right; [`RecordError::Store`] where the store failed.
    pub async fn record(&self, submission: Submission) -> Result<Receipt, RecordError> {
        let Submission { source, content_type, body, drafts, partial, origin, reading } = submission;
        let arrived = Arrived { source, content_type, body, reading, problems: Vec::new(), again: None };
        self.record_drafts(arrived, drafts, partial, origin).await
    }

    /// As [`Dashboard::record`], of bytes that come or are read again.
    pub(crate) async fn record_drafts(
        &self,
        mut arrived: Arrived,
        drafts: Drafts,
        partial: bool,
        origin: Origin,
    ) -> Result<Receipt, RecordError> {
        let rows = drafts.rows;
        let now_ms = self.now_ms();
        let times = Times { came_ms: arrived.again.as_ref().map_or(now_ms, |again| again.received_ms), now_ms };
        let (valid, problems) = self.check_aside(drafts, origin, times).await;
        let is_refused = |valid: &[Valid], problems: &[Problem]| !problems.is_empty() && (!partial || valid.is_empty());
        if is_refused(&valid, &problems) {
            self.keep_dead(arrived, &problems).await?;
            return Err(RecordError::Refused { problems, rows });
        }
        self.series.make_room().await?;
        // From here on nobody else records, so that what there is room for now has room when it is kept.
        let guard = self.write_guard().await;
        let mut valid = valid;
        if crate::brought::concerns(&valid) {
            let known = crate::brought::Known::read(&self.read_series()).await?;
            crate::brought::leave_out_repetitions(&known, &mut valid);
            valid.extend(crate::brought::brought(&known, &valid));
        }
        let (valid, problems) = self.with_room(&arrived.source, valid, problems);
        if is_refused(&valid, &problems) {
            drop(guard);
            self.keep_dead(arrived, &problems).await?;
            return Err(RecordError::Refused { problems, rows });
        }
        self.source_health.accepted(&arrived.source);
        arrived.problems.clone_from(&problems);
        let source = arrived.source.clone();
        let refused = wrong_rows(&problems) as u64;
        let (bytes, latest_ms) = (arrived.body.len() as u64, valid.iter().map(|valid| valid.time_ms).max());
        let receipt = self.keep(guard, arrived, valid).await?;
        let delivered = Delivered { rows: receipt.accepted as u64, refused, bytes, latest_ms };
        let reason = problems.first().map(inbox::told);
        self.source_meter.count(&source, delivered, reason.as_deref(), self.now_ms());
        Ok(Receipt { refused: problems, ..receipt })
    }

    /// Remembers that a delivery of a source was refused; a source that is refused again and again raises a notice.
    pub fn source_refused(&self, source: &str, reason: &str) {
        self.source_health.refused(source, reason, self.now_ms());
    }

    /// The rows for whose series and labels there is room, and all problems in the order of the rows.
    pub(crate) fn with_room(
        &self,
        source: &str,
        valid: Vec<Valid>,
        mut problems: Vec<Problem>,
    ) -> (Vec<Valid>, Vec<Problem>) {
        let (valid, crowded) = series_room::with_room(&self.read_series(), &self.catalogue(), source, valid);
        problems.extend(crowded);
        problems.sort_by_key(|problem| problem.row);
        (valid, problems)
    }

    /// Keeps a payload with observations that are already checked.
    pub(crate) async fn keep(
        &self,
        guard: WriteGuard,
        arrived: Arrived,
        valid: Vec<Valid>,
    ) -> Result<Receipt, StoreError> {
        let now_ms = self.now_ms();
        // Ids ascend in the order of recording only while one submission at a time makes them.
        let again = arrived.again.clone();
        let payload = Payload { number: self.next_payload_number(), ..self.payload(arrived, valid.len(), now_ms) };
        let superseded: Vec<Observation> = valid.iter().filter_map(|it| it.supersedes.as_deref().cloned()).collect();
        let observations: Vec<Observation> =
            valid.into_iter().map(|valid| self.observation(valid, &payload, again.as_ref(), now_ms)).collect();
        let (store, series, changes) = (Arc::clone(&self.store), Arc::clone(&self.series), self.changes.clone());
        // A task of its own: a client that goes away must not leave rows on disk that memory does not know.
        let work = tokio::spawn(async move {
            let recorded = store.record(&payload, &observations).await?;
            remember(&series, &changes, &observations, &superseded, &recorded.inserted_ids);
            drop(guard);
            Ok(Receipt {
                payload_id: payload.id,
                accepted: recorded.inserted_ids.len(),
                duplicates: recorded.duplicates,
                refused: Vec::new(),
                ids: recorded.inserted_ids,
            })
        });
        match work.await {
            Ok(receipt) => receipt,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }

    /// The number of a payload that is kept now; called while nobody else records observations.
    pub(crate) fn next_payload_number(&self) -> i64 {
        self.payload_numbers.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// The payload to keep of bytes of which that many rows are good; it has no number yet.
    pub(crate) fn payload(&self, arrived: Arrived, kept_rows: usize, now_ms: i64) -> Payload {
        let Arrived { source, content_type, body, reading, problems, again } = arrived;
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let refused = wrong_rows(&problems);
        // What can't be read again does not wait for it, and of what is read again the first one waits.
        let waits = reading.is_some() && again.is_none() && refused > 0;
        let state = match (waits, kept_rows) {
            (false, _) => PayloadState::Read,
            (true, 0) => PayloadState::Dead,
            (true, _) => PayloadState::Partly,
        };
        Payload {
            id: self.ids.next(now_ms),
            received_ms: now_ms,
            source,
            content_type,
            sha256_hex: sha256_hex(&body),
            byte_count: count(body.len()),
            body,
            number: 0,
            format: reading.as_ref().map_or_else(String::new, |reading| reading.format.name().to_owned()),
            context_json: reading.map_or_else(|| "{}".to_owned(), |reading| reading.context_json()),
            state,
            reason: problems.first().map(inbox::told),
            refused_rows: if waits { count(refused) } else { 0 },
            kept_rows: count(kept_rows),
            body_dropped_ms: None,
        }
    }

    fn observation(&self, valid: Valid, payload: &Payload, again: Option<&Again>, now_ms: i64) -> Observation {
        let is_untimed_sample = matches!(valid.draft.target, Target::Series(_)) && valid.draft.time.is_none();
        // The same statement sent again is the same observation, not a second one. Samples that say no time happened one
        // by one, even if they arrive in the same millisecond.
        let external_id = valid.draft.external_id.unwrap_or_else(|| {
            if is_untimed_sample {
                format!("{}:{}", again.map_or(&payload.id, |again| &again.payload_id), valid.draft.row)
            } else {
                statement(&valid.measure, valid.time_ms, valid.value, &valid.draft.labels)
            }
        });
        Observation {
            id: self.ids.next(now_ms),
            series: valid.measure,
            time_ms: valid.time_ms,
            value: valid.value,
            value_written: valid.value_written,
            unit_written: valid.unit_written,
            source: payload.source.clone(),
            external_id,
            note: valid.draft.note,
            evidence: valid.draft.evidence,
            person: valid.draft.person,
            origin: valid.origin.name().to_owned(),
            payload_id: payload.id.clone(),
            payload_row: i64::try_from(valid.draft.row).unwrap_or(i64::MAX),
            recorded_ms: now_ms,
            labels: valid.draft.labels,
            report: valid.report,
            supersedes: valid.supersedes.map(|superseded| superseded.id),
            superseded_ms: None,
        }
    }
}

/// The rows that can be recorded by a catalogue, and what is wrong with the others.
fn checked(
    catalogue: &Catalogue,
    drafts: Drafts,
    (origin, times, demo): (Origin, Times, bool),
) -> (Vec<Valid>, Vec<Problem>) {
    let mut problems = drafts.problems;
    let mut valid = Vec::with_capacity(drafts.drafts.len());
    for draft in drafts.drafts {
        match validate(catalogue, draft, times, origin, demo) {
            Ok(checked) => valid.push(checked),
            Err(problem) => formats::tell(&mut problems, problem),
        }
    }
    problems.sort_by_key(|problem| problem.row);
    (valid, problems)
}

/// Takes over into memory what is now on disk, and tells whoever listens.
fn remember(
    series: &SharedPoints,
    changes: &broadcast::Sender<Change>,
    observations: &[Observation],
    superseded: &[Observation],
    inserted_ids: &[String],
) {
    let Some(latest_id) = inserted_ids.iter().max().cloned() else { return };
    let inserted: HashSet<&str> = inserted_ids.iter().map(String::as_str).collect();
    let mut measures: Vec<String> = Vec::new();
    let mut series = series.write();
    for observation in observations.iter().filter(|observation| inserted.contains(observation.id.as_str())) {
        if let Some(id) = &observation.supersedes
            && let Some(before) = superseded.iter().find(|it| it.id == *id)
        {
            supersede(&mut series, before, observation.recorded_ms);
        }
        series.seen_observation(&observation.id);
        if observation.series == RETRACTED {
            continue;
        }
        series.brought_by(&observation.source, &observation.series, &observation.labels);
        let point = point(&mut series, observation);
        series.add(&observation.series, point);
        if !measures.contains(&observation.series) {
            measures.push(observation.series.clone());
        }
    }
    drop(series);
    // Nobody listening is no failure.
    let _ = changes.send(Change::Observations { latest_id, measures, count: inserted.len() });
}

/// An observation as the core reads it.
pub(crate) fn point(series: &mut PointIndex, observation: &Observation) -> Point {
    Point {
        time_ms: observation.time_ms,
        value: observation.value,
        recorded_ms: observation.recorded_ms,
        origin: Origin::from_name(&observation.origin).unwrap_or(Origin::Measured),
        labels: series.label_set(&observation.labels),
        weight: 1,
    }
}

/// Takes an observation out of those that count, from the moment on when the one that takes its place was recorded.
pub(crate) fn supersede(series: &mut PointIndex, observation: &Observation, superseded_ms: i64) {
    let point = point(series, observation);
    series.supersede(&observation.series, Superseded { point, superseded_ms });
}

/// A name for what was stated: the same values at the same time with the same labels have the same.
fn statement(measure: &str, time_ms: i64, value: f64, labels: &[(String, String)]) -> String {
    let plain = format!("{measure}@{time_ms}={:016x}", value.to_bits());
    if labels.is_empty() {
        return plain;
    }
    let digest = hex(&Sha256::digest(storage::labels::to_json(labels)));
    format!("{plain}#{}", digest.get(..16).unwrap_or(&digest))
}

#[cfg(test)]
mod tests {
    use super::statement;

    #[test]
    fn events_of_one_instant_are_told_apart_by_their_labels() {
        let labels = |user: &str| vec![("user".to_owned(), user.to_owned())];
        let plain = statement("logins", 10, 1.0, &[]);
        assert_eq!(plain, "logins@10=3ff0000000000000");
        let (ada, eve) = (statement("logins", 10, 1.0, &labels("ada")), statement("logins", 10, 1.0, &labels("eve")));
        assert_eq!(ada, statement("logins", 10, 1.0, &labels("ada")));
        assert!(ada != eve && ada != plain && ada.starts_with(&plain));
    }
}
