//! The page of what could not be taken: why, and what to do about it.

use storage::{PayloadState, StoreError};

use super::sources::bytes;
use crate::dashboard::Dashboard;
use crate::instant;

/// How many dead letters one page shows.
const ON_A_PAGE: u32 = 50;

/// The page of dead letters.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeadLettersPage {
    /// The payloads that wait, the latest first.
    pub letters: Vec<DeadLetterRow>,
    /// How many wait in all.
    pub total: i64,
    /// The source that alone is shown; empty for all.
    pub source: String,
    /// The sources of which payloads wait, with how many.
    pub sources: Vec<(String, i64)>,
    /// The number behind which the next page goes on; `None` on the last one.
    pub next_before: Option<i64>,
}

/// A payload that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetterRow {
    /// Its number.
    pub number: i64,
    /// Its id, for the bytes.
    pub payload_id: String,
    /// Who sent it.
    pub source: String,
    /// When it came, for reading.
    pub received: String,
    /// How it is read, such as `influx`.
    pub format: String,
    /// How many bytes it has, for reading.
    pub bytes: String,
    /// "Nothing was taken", "3 rows were refused, 412 kept".
    pub what: String,
    /// Why.
    pub reason: String,
    /// Whether its bytes are still there to be read again.
    pub can_be_read: bool,
}

impl Dashboard {
    /// The dead letters behind a number, of one source or of all.
    ///
    /// # Errors
    /// [`StoreError`] where the store can't be read.
    pub async fn dead_letters_page(
        &self,
        source: &str,
        before_number: Option<i64>,
    ) -> Result<DeadLettersPage, StoreError> {
        let wanted = Some(source).filter(|source| !source.is_empty());
        let payloads = self.dead_letters(wanted, before_number, ON_A_PAGE + 1).await?;
        let summaries = self.store().source_summaries().await?;
        let sources: Vec<(String, i64)> =
            summaries.into_iter().filter(|known| known.dead > 0).map(|known| (known.source, known.dead)).collect();
        let shown = usize::try_from(ON_A_PAGE).unwrap_or(usize::MAX);
        let next_before = payloads.get(shown).and(payloads.get(shown - 1)).map(|last| last.number);
        let letters = payloads.into_iter().take(shown).map(|payload| DeadLetterRow {
            number: payload.number,
            payload_id: payload.id,
            source: payload.source,
            received: instant::long(payload.received_ms),
            format: payload.format,
            bytes: bytes(payload.byte_count),
            what: if payload.state == PayloadState::Dead {
                "Nothing was taken".to_owned()
            } else {
                format!("{} refused, {} kept", rows(payload.refused_rows), rows(payload.kept_rows))
            },
            reason: payload.reason.unwrap_or_default(),
            can_be_read: payload.body_dropped_ms.is_none(),
        });
        Ok(DeadLettersPage {
            letters: letters.collect(),
            total: sources.iter().map(|(_, count)| count).sum(),
            source: source.to_owned(),
            sources,
            next_before,
        })
    }
}

fn rows(count: i64) -> String {
    if count == 1 { "1 row".to_owned() } else { format!("{count} rows") }
}
