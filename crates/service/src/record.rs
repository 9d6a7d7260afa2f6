//! Recording: from a payload that arrived to observations that are kept, all or nothing unless asked otherwise.

use std::collections::HashSet;
use std::sync::{Arc, PoisonError, RwLock};

use formats::{Drafts, Problem, Target};
use kpi::point::{Origin, Point};
use sha2::{Digest, Sha256};
use storage::{Observation, Payload, StoreError};
use thiserror::Error;
use tokio::sync::broadcast;

use crate::dashboard::{Change, Dashboard};
use crate::series::SeriesMemory;
use crate::validate::{Valid, shown_unit, validate};

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
}

/// Bytes that arrived, before anything is known of them.
pub(crate) struct Arrived {
    pub(crate) source: String,
    pub(crate) content_type: String,
    pub(crate) body: Vec<u8>,
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
}

/// How many rows have a problem; one row may have several.
fn wrong_rows(problems: &[Problem]) -> usize {
    problems.iter().map(|problem| problem.row).collect::<HashSet<_>>().len()
}

impl Dashboard {
    /// What recording these drafts would do: the valid rows as text, and the problems. Nothing is recorded.
    pub fn preview(&self, drafts: &Drafts, origin: Origin) -> (Vec<[String; 5]>, Vec<Problem>) {
        let (valid, problems) = self.check(drafts.clone(), origin);
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

    fn check(&self, drafts: Drafts, origin: Origin) -> (Vec<Valid>, Vec<Problem>) {
        let now_ms = self.now_ms();
        let catalogue = self.catalogue();
        let mut problems = drafts.problems;
        let mut valid = Vec::with_capacity(drafts.drafts.len());
        for draft in drafts.drafts {
            match validate(&catalogue, draft, now_ms, origin, self.settings.demo) {
                Ok(checked) => valid.push(checked),
                Err(problem) => problems.push(problem),
            }
        }
        problems.sort_by_key(|problem| problem.row);
        (valid, problems)
    }

    /// Records a submission. What the receipt says is on disk.
    ///
    /// # Errors
    /// [`RecordError::Refused`] with every problem where a row is wrong and the submission is not partial, or where no
    /// row is right; [`RecordError::Store`] where the store failed.
    pub async fn record(&self, submission: Submission) -> Result<Receipt, RecordError> {
        let rows = submission.drafts.rows;
        let (valid, problems) = self.check(submission.drafts, submission.origin);
        if !problems.is_empty() && (!submission.partial || valid.is_empty()) {
            let reason = problems.first().map_or_else(String::new, |problem| problem.detail.clone());
            self.source_refused(&submission.source, &reason);
            return Err(RecordError::Refused { problems, rows });
        }
        self.source_health.accepted(&submission.source);
        let arrived =
            Arrived { source: submission.source, content_type: submission.content_type, body: submission.body };
        let receipt = self.keep(arrived, valid).await?;
        Ok(Receipt { refused: problems, ..receipt })
    }

    /// Remembers that a delivery of a source was refused; a source that is refused again and again raises a notice.
    pub fn source_refused(&self, source: &str, reason: &str) {
        self.source_health.refused(source, reason, self.now_ms());
    }

    /// Keeps a payload with observations that are already checked.
    pub(crate) async fn keep(&self, arrived: Arrived, valid: Vec<Valid>) -> Result<Receipt, StoreError> {
        let now_ms = self.now_ms();
        // Ids ascend in the order of recording only while one submission at a time makes them.
        let recording = Arc::clone(&self.recording).lock_owned().await;
        let payload = Payload {
            id: self.ids.next(now_ms),
            received_ms: now_ms,
            source: arrived.source,
            content_type: arrived.content_type,
            sha256_hex: sha256_hex(&arrived.body),
            byte_count: i64::try_from(arrived.body.len()).unwrap_or(i64::MAX),
            body: arrived.body,
        };
        let observations: Vec<Observation> =
            valid.into_iter().map(|valid| self.observation(valid, &payload, now_ms)).collect();
        let (store, series, changes) = (Arc::clone(&self.store), Arc::clone(&self.series), self.changes.clone());
        // A task of its own: a client that goes away must not leave rows on disk that memory does not know.
        let work = tokio::spawn(async move {
            let recorded = store.record(&payload, &observations).await?;
            remember(&series, &changes, &observations, &recorded.inserted_ids);
            drop(recording);
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

    fn observation(&self, valid: Valid, payload: &Payload, now_ms: i64) -> Observation {
        let is_untimed_sample = matches!(valid.draft.target, Target::Series(_)) && valid.draft.time.is_none();
        // The same statement sent again is the same observation, not a second one. Samples that say no time happened one
        // by one, even if they arrive in the same millisecond.
        let external_id = valid.draft.external_id.unwrap_or_else(|| {
            if is_untimed_sample {
                format!("{}:{}", payload.id, valid.draft.row)
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
        }
    }
}

/// Takes over into memory what is now on disk, and tells whoever listens.
fn remember(
    series: &RwLock<SeriesMemory>,
    changes: &broadcast::Sender<Change>,
    observations: &[Observation],
    inserted_ids: &[String],
) {
    let Some(latest_id) = inserted_ids.iter().max().cloned() else { return };
    let inserted: HashSet<&str> = inserted_ids.iter().map(String::as_str).collect();
    let mut measures: Vec<String> = Vec::new();
    let mut series = series.write().unwrap_or_else(PoisonError::into_inner);
    for observation in observations.iter().filter(|observation| inserted.contains(observation.id.as_str())) {
        let labels = series.label_set(&observation.labels);
        let point = Point {
            time_ms: observation.time_ms,
            value: observation.value,
            recorded_ms: observation.recorded_ms,
            origin: Origin::from_name(&observation.origin).unwrap_or(Origin::Measured),
            labels,
        };
        series.add(&observation.series, point);
        series.seen(&observation.id);
        if !measures.contains(&observation.series) {
            measures.push(observation.series.clone());
        }
    }
    drop(series);
    // Nobody listening is no failure.
    let _ = changes.send(Change::Observations { latest_id, measures, count: inserted.len() });
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

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// SHA-256 of some bytes, in hexadecimal.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
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
