//! What arrived and could not be taken: kept with its reason until somebody has it read again or sets it aside.
//!
//! A payload is *dead* when nothing of it could be taken and *partly* read when some of its rows were refused. Reading again
//! makes a payload of its own of the same bytes, so that every row still leads to the bytes that brought it; rows that
//! are known already are not recorded twice.

use formats::Problem;
use storage::{Payload, PayloadQuery, PayloadState, PayloadVerdict, StoreError};
use thiserror::Error;

use crate::dashboard::Dashboard;
use crate::readers::Busy;
use crate::reading::Reading;
use crate::receive::Incoming;
use crate::record::{Again, Arrived, RecordError, wrong_rows};
use crate::source_meter::Delivered;

/// How many dead letters of one source are kept; what comes while so many wait is refused and not kept.
const MOST_WAITING: i64 = 1_000;
/// How many dead letters are read again by one request.
const MOST_AT_ONCE: u32 = 1_000;
/// How many bytes of a reason are kept.
const MOST_REASON_BYTES: usize = 1_000;

/// What came of reading a payload again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replayed {
    /// The number of the payload.
    pub number: i64,
    /// How many rows are on disk now that were not before.
    pub new: usize,
    /// What is still wrong with it; `None` where nothing is.
    pub reason: Option<String>,
}

/// Why a payload was not read again or set aside.
#[derive(Debug, Error)]
pub enum InboxError {
    /// There is none of that number.
    #[error("there is no payload {0}")]
    Unknown(i64),
    /// It does not wait for it.
    #[error("payload {0} does not wait to be read again: nothing of it was refused, or it was set aside")]
    NotWaiting(i64),
    /// Its bytes are gone.
    #[error("the bytes of payload {0} were deleted when their time to be kept was over")]
    Dropped(i64),
    /// Too much is being read at this moment.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// The store failed.
    #[error("the store failed")]
    Store(#[from] StoreError),
}

/// A problem as one line.
pub(crate) fn told(problem: &Problem) -> String {
    let line = format!("row {}, {}: {}; expected {}", problem.row, problem.field, problem.detail, problem.expected);
    shortened(&line)
}

/// The beginning of a text, without characters that no database holds.
fn shortened(line: &str) -> String {
    let mut end = line.len().min(MOST_REASON_BYTES);
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    line[..end].replace('\0', "\u{fffd}")
}

impl Dashboard {
    /// Keeps what can't be taken, as far as there is room for it.
    pub(crate) async fn keep_dead(&self, mut arrived: Arrived, problems: &[Problem]) -> Result<(), StoreError> {
        let reason = problems.first().map_or_else(String::new, told);
        self.source_refused(&arrived.source, &reason);
        let delivered = Delivered {
            refused: wrong_rows(problems) as u64,
            bytes: arrived.body.len() as u64,
            ..Delivered::default()
        };
        self.source_meter.count(&arrived.source, delivered, Some(&reason), self.now_ms());
        if arrived.again.is_some() || arrived.reading.is_none() || !self.has_room_for_dead(&arrived.source).await? {
            return Ok(());
        }
        arrived.problems = problems.to_vec();
        // A body of which nothing was read has no rows to be wrong, and is dead all the same.
        let _recording = self.write_guard().await;
        let payload = Payload { number: self.next_payload_number(), ..self.payload(arrived, 0, self.now_ms()) };
        self.store.keep_payloads(&[payload], &[]).await
    }

    async fn has_room_for_dead(&self, source: &str) -> Result<bool, StoreError> {
        let sources = self.store.source_summaries().await?;
        Ok(sources.iter().find(|known| known.source == source).is_none_or(|known| known.dead < MOST_WAITING))
    }

    /// The payloads that wait to be read again, the latest first, without their bytes.
    ///
    /// # Errors
    /// [`StoreError`] where the store can't be read.
    pub async fn dead_letters(
        &self,
        source: Option<&str>,
        before_number: Option<i64>,
        limit: u32,
    ) -> Result<Vec<Payload>, StoreError> {
        let states = vec![PayloadState::Dead, PayloadState::Partly];
        self.store.payloads(&PayloadQuery { source: source.map(str::to_owned), states, before_number, limit }).await
    }

    /// Reads a payload again that is dead or partly read, with the catalogue and the readers of now.
    ///
    /// # Errors
    /// [`InboxError`] where there is no such payload, it does not wait, or the store failed. That it still can't be read is no
    /// error: the reason says why.
    pub async fn replay(&self, number: i64) -> Result<Replayed, InboxError> {
        let payload = self.waiting(number).await?;
        let Some(reading) = Reading::kept(&payload.format, &payload.context_json) else {
            return Err(InboxError::NotWaiting(number));
        };
        if payload.body_dropped_ms.is_some() {
            return Err(InboxError::Dropped(number));
        }
        let is_samples = reading.format.gives_samples();
        let outcome = if is_samples {
            self.take_samples_again(&payload, &reading).await
        } else {
            let again = Again { payload_id: payload.id.clone(), received_ms: payload.received_ms };
            let incoming = Incoming {
                source: payload.source.clone(),
                content_type: payload.content_type.clone(),
                body: payload.body.clone(),
                unpacked: None,
                reading,
                // What was all or nothing when it came is so again.
                partial: payload.state == PayloadState::Partly,
            };
            self.take_again(incoming, again).await
        };
        let mut kept_rows = payload.kept_rows;
        let (new, problem, refused_rows) = match outcome {
            Ok(taken) => {
                // New observations belong to a payload of their own, samples to this one.
                if is_samples {
                    kept_rows = kept_rows.max(i64::try_from(taken.kept).unwrap_or(i64::MAX));
                }
                (taken.new, taken.waiting().map(told), taken.refused_rows())
            }
            Err(RecordError::Store(error)) => return Err(error.into()),
            Err(RecordError::Busy(busy)) => return Err(busy.into()),
            Err(RecordError::Unreadable(refusal)) => {
                let line = format!("{refusal}; expected {}", refusal.expected());
                (0, Some(shortened(&line)), 0)
            }
            Err(RecordError::Refused { problems, .. }) => (0, problems.first().map(told), wrong_rows(&problems)),
        };
        let verdict = PayloadVerdict {
            state: if problem.is_some() { payload.state } else { PayloadState::Read },
            reason: problem.clone(),
            refused_rows: i64::try_from(refused_rows).unwrap_or(i64::MAX),
            kept_rows,
        };
        self.store.judge_payload(number, &verdict).await?;
        Ok(Replayed { number, new, reason: problem })
    }

    /// Reads every waiting payload of a source again, or of all, the oldest first.
    ///
    /// # Errors
    /// [`StoreError`] where the store failed; what was read again before stays.
    pub async fn replay_all(&self, source: Option<&str>) -> Result<Vec<Replayed>, StoreError> {
        let mut waiting = self.dead_letters(source, None, MOST_AT_ONCE).await?;
        waiting.reverse();
        let mut done = Vec::with_capacity(waiting.len());
        for payload in waiting {
            match self.replay(payload.number).await {
                Ok(replayed) => done.push(replayed),
                Err(InboxError::Store(error)) => return Err(error),
                Err(error) => {
                    done.push(Replayed { number: payload.number, new: 0, reason: Some(error.to_string()) });
                }
            }
        }
        Ok(done)
    }

    /// Sets a payload aside: it waits no longer, its bytes stay as long as any payload's.
    ///
    /// # Errors
    /// As [`Dashboard::replay`].
    pub async fn discard(&self, number: i64) -> Result<(), InboxError> {
        let payload = self.waiting(number).await?;
        let verdict = PayloadVerdict {
            state: PayloadState::Discarded,
            reason: payload.reason.clone(),
            refused_rows: payload.refused_rows,
            kept_rows: payload.kept_rows,
        };
        Ok(self.store.judge_payload(number, &verdict).await?)
    }

    async fn waiting(&self, number: i64) -> Result<Payload, InboxError> {
        let payload = self.store.payload_of_number(number).await?.ok_or(InboxError::Unknown(number))?;
        match payload.state {
            PayloadState::Dead | PayloadState::Partly => Ok(payload),
            PayloadState::Read | PayloadState::Discarded => Err(InboxError::NotWaiting(number)),
        }
    }
}
