//! Silences: who withholds which notifications, until when and why.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use journal::stream::SILENCES;
use journal::text::{TextError, required};
use journal::{Draft, Follower, Journal, unreadable};
use kpi::alert::{Matcher, Silence};
use serde::{Deserialize, Serialize};
use storage::{JournalEntry, StoreError};
use thiserror::Error;

/// The longest silence: a month. What is not wanted at all is taken out of the catalogue.
const LONGEST_MS: i64 = 31 * 86_400_000;

#[derive(Serialize, Deserialize)]
struct Body {
    matcher: Matcher,
    starts_ms: i64,
    ends_ms: i64,
    reason: String,
}

#[derive(Serialize, Deserialize)]
struct Ended {
    ends_ms: i64,
}

/// Why nothing was silenced.
#[derive(Debug, Error)]
pub enum SilenceError {
    /// The times are wrong.
    #[error("{0}")]
    Time(String),
    /// There is no such silence, or it has ended.
    #[error("there is no silence with this id that still holds")]
    Unknown,
    /// A text is missing or too long.
    #[error(transparent)]
    Text(#[from] TextError),
    /// The store failed.
    #[error("the store did not keep the silence")]
    Store(#[from] StoreError),
}

/// Takes a journal entry over into the list of silences.
fn read(entry: &JournalEntry, silences: &mut Vec<Silence>) -> Result<(), String> {
    match entry.kind.as_str() {
        "silence" => {
            let body: Body = serde_json::from_str(&entry.body_json).map_err(|error| error.to_string())?;
            silences.push(Silence {
                id: entry.id.clone(),
                matcher: body.matcher,
                starts_ms: body.starts_ms,
                ends_ms: body.ends_ms,
                person: entry.person.clone().unwrap_or_default(),
                reason: body.reason,
            });
        }
        "silence-ended" => {
            let body: Ended = serde_json::from_str(&entry.body_json).map_err(|error| error.to_string())?;
            let ended = silences.iter_mut().find(|silence| silence.id == entry.subject);
            ended.ok_or_else(|| format!("it ends an unknown silence {}", entry.subject))?.ends_ms = body.ends_ms;
        }
        other => return Err(format!("\"{other}\" is nothing that can become of a silence")),
    }
    Ok(())
}

/// The silences as the journal tells them.
#[derive(Default)]
struct KnownSilences(Mutex<Vec<Silence>>);

impl KnownSilences {
    // Each silence is whole after every step, so a thread that died while it held the lock left nothing half done.
    fn lock(&self) -> MutexGuard<'_, Vec<Silence>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Follower for KnownSilences {
    fn follow(&self, entries: &[JournalEntry]) -> Result<(), StoreError> {
        for entry in entries.iter().filter(|entry| entry.stream == SILENCES) {
            read(entry, &mut self.lock()).map_err(|why| unreadable(entry, why))?;
        }
        Ok(())
    }
}

/// The silences of a store.
pub struct Silences {
    journal: Journal,
    known: Arc<KnownSilences>,
}

impl Silences {
    /// No silences yet: they come as the journal is read.
    pub(crate) fn following(journal: &Journal) -> Self {
        let known = Arc::<KnownSilences>::default();
        journal.add_follower(Arc::<KnownSilences>::clone(&known));
        Self { journal: journal.clone(), known }
    }

    /// Every silence that there was.
    pub(crate) fn all(&self) -> Vec<Silence> {
        self.known.lock().clone()
    }

    /// Withholds the notifications that `matcher` names for `length_ms` from now on.
    ///
    /// # Errors
    /// [`SilenceError`]; nothing is silenced then.
    pub async fn add(
        &self,
        matcher: Matcher,
        length_ms: i64,
        person: &str,
        reason: &str,
    ) -> Result<Silence, SilenceError> {
        let person = required("person", person)?;
        let reason = required("reason", reason)?;
        if !(1..=LONGEST_MS).contains(&length_ms) {
            return Err(SilenceError::Time("a silence lasts between a minute and 31 days".to_owned()));
        }
        let starts_ms = self.journal.now_ms();
        let body = Body { matcher, starts_ms, ends_ms: starts_ms.saturating_add(length_ms), reason };
        let guard = self.journal.write_guard().await;
        let draft = Draft::new(SILENCES, "silence", "", Some(&person), starts_ms, &body)
            .map_err(|error| SilenceError::Time(error.to_string()))?;
        let entry = self.journal.append(guard, draft).await?;
        let mut made = Vec::new();
        read(&entry, &mut made).map_err(SilenceError::Time)?;
        made.pop().ok_or(SilenceError::Unknown)
    }

    /// Ends a silence now.
    ///
    /// # Errors
    /// [`SilenceError::Unknown`] where it does not hold any more.
    pub async fn end(&self, id: &str, person: &str) -> Result<(), SilenceError> {
        let person = required("person", person)?;
        let guard = self.journal.write_guard().await;
        let now_ms = self.journal.now_ms();
        let holds = self.known.lock().iter().any(|silence| silence.id == id && now_ms < silence.ends_ms);
        if !holds {
            return Err(SilenceError::Unknown);
        }
        let draft = Draft::new(SILENCES, "silence-ended", id, Some(&person), now_ms, &Ended { ends_ms: now_ms })
            .map_err(|error| SilenceError::Time(error.to_string()))?;
        self.journal.append(guard, draft).await?;
        Ok(())
    }

    /// The silences that hold or are to come at an instant, the first to end first.
    pub fn at(&self, instant_ms: i64) -> Vec<Silence> {
        let mut silences: Vec<Silence> =
            self.known.lock().iter().filter(|silence| instant_ms < silence.ends_ms).cloned().collect();
        silences.sort_by_key(|silence| silence.ends_ms);
        silences
    }
}
