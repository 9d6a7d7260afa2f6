//! What is known of the store's soundness: what was found at the start, and the last look at all of it. Told on every page until
//! somebody who may decide says that it is known.

use std::sync::{Mutex, MutexGuard, PoisonError};

use journal::Draft;
use journal::stream::STORE;
use journal::text::{self, TextError};
use kpi::instant;
use serde::Serialize;
use storage::{Latest, StoreError};
use thiserror::Error;

use crate::dashboard::Dashboard;
use crate::last_known::{Finding, LastKnown};
use crate::verification::Verification;

/// Shared by the page, the API and whoever looks.
#[derive(Debug, Default)]
pub struct StoreWatch {
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    findings: Vec<Finding>,
    verification: Option<Verification>,
    /// What is in the file, and whether the rest of it has changed since.
    written: Option<Latest>,
    has_changed: bool,
    /// When the file was written last, and why it can't be.
    written_ms: Option<i64>,
    failure: Option<String>,
}

/// What is told of the store.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Soundness {
    /// What was found and is not acknowledged.
    pub findings: Vec<Finding>,
    /// The last look at the whole store.
    pub verification: Option<Verification>,
    /// When the file of what was written last was written; `None` before the first time.
    pub written_ms: Option<i64>,
    /// Why it can't be written.
    pub failure: Option<String>,
}

/// Why a finding is not acknowledged.
#[derive(Debug, Error)]
pub enum AcknowledgeError {
    /// There is nothing to acknowledge.
    #[error("nothing was found that waits to be acknowledged")]
    Nothing,
    /// The name does not do.
    #[error(transparent)]
    Text(#[from] TextError),
    /// The store failed.
    #[error("the store failed")]
    Store(#[from] StoreError),
}

/// What the journal keeps of it.
#[derive(Serialize)]
struct Acknowledged<'a> {
    findings: Vec<&'a str>,
}

impl StoreWatch {
    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes over what an earlier run of the program knew.
    pub fn remember(&self, findings: Vec<Finding>, verification: Option<Verification>) {
        let mut seen = self.lock();
        seen.findings.extend(findings);
        seen.verification = verification.or_else(|| seen.verification.take());
    }

    /// Something that everybody has to know; logged here, once.
    pub fn find(&self, found_ms: i64, text: String) {
        tracing::error!(finding = text, "the store is not what was written");
        let mut seen = self.lock();
        seen.findings.push(Finding { found_ms, text });
        seen.has_changed = true;
    }

    /// A look at the whole store has ended.
    pub fn verified(&self, verification: Verification) {
        let (rows, damages) = (verification.rows(), verification.damage_count);
        if verification.is_sound() {
            tracing::info!(rows, "the whole store was looked at; it is what was written");
        } else {
            let first = verification.damages.first().map(|it| format!("{} {}: {}", it.table, it.row, it.problem));
            tracing::error!(
                rows,
                damages,
                first,
                "the whole store was looked at; parts of it are not what was written"
            );
        }
        let mut seen = self.lock();
        seen.verification = Some(verification);
        seen.has_changed = true;
    }

    /// What is told of the store.
    pub fn soundness(&self) -> Soundness {
        let seen = self.lock();
        Soundness {
            findings: seen.findings.clone(),
            verification: seen.verification.clone(),
            written_ms: seen.written_ms,
            failure: seen.failure.clone(),
        }
    }

    /// What is to be written into the file; `None` where it says so already.
    pub fn to_write(&self, latest: &Latest, now_ms: i64) -> Option<LastKnown> {
        let seen = self.lock();
        let is_new = seen.has_changed || seen.written.as_ref() != Some(latest);
        is_new.then(|| LastKnown::new(latest, now_ms, seen.findings.clone(), seen.verification.clone()))
    }

    /// The file was written, or could not be; the first failure of several is logged.
    pub fn written(&self, latest: Latest, now_ms: i64, outcome: Result<(), String>) {
        let mut seen = self.lock();
        match outcome {
            Ok(()) => {
                seen.written = Some(latest);
                seen.written_ms = Some(now_ms);
                seen.has_changed = false;
                seen.failure = None;
            }
            Err(error) => {
                if seen.failure.is_none() {
                    tracing::warn!(error, "the file of what was written last can't be written; tried again and again");
                }
                seen.failure = Some(error);
            }
        }
    }

    /// What everybody who looks at a page has to know, as sentences.
    pub(crate) fn notices(&self) -> Vec<String> {
        let seen = self.lock();
        let found = seen.findings.iter().map(|finding| format!("{}. See Sources.", finding.text));
        let damaged = seen.verification.as_ref().filter(|verification| !verification.is_sound());
        let damaged = damaged.map(|verification| {
            format!(
                "The look at the whole database of {} found {}. See Sources.",
                instant::long(verification.finished_ms),
                counted(verification.damage_count, "damage")
            )
        });
        found.chain(damaged).collect()
    }
}

/// "1 damage", "2 damages".
pub(crate) fn counted(count: u64, what: &str) -> String {
    let number = kpi::number::group_thousands(&count.to_string());
    format!("{number} {what}{}", if count == 1 { "" } else { "s" })
}

impl Dashboard {
    /// Somebody says that what was found is known: it is told no more, and the journal keeps who said so. Damages of the last look are
    /// told until a look finds none.
    ///
    /// # Errors
    /// [`AcknowledgeError`].
    pub async fn acknowledge_findings(&self, person: &str) -> Result<usize, AcknowledgeError> {
        let person = text::required("person", person)?;
        let guard = self.write_guard().await;
        let findings = self.store_watch.lock().findings.clone();
        if findings.is_empty() {
            return Err(AcknowledgeError::Nothing);
        }
        let body = Acknowledged { findings: findings.iter().map(|finding| finding.text.as_str()).collect() };
        let draft = Draft::new(STORE, "acknowledged", "", Some(&person), self.now_ms(), &body).map_err(|error| {
            StoreError::Failed { operation: "write what was acknowledged", source: Box::new(error) }
        })?;
        self.journal.append(guard, draft).await?;
        let mut seen = self.store_watch.lock();
        seen.findings.retain(|finding| !findings.contains(finding));
        seen.has_changed = true;
        Ok(findings.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_written_when_something_is_new_and_tried_again_after_a_failure() {
        let watch = StoreWatch::default();
        let latest = Latest { payload: 3, ..Latest::default() };
        assert!(watch.to_write(&latest, 1).is_some());
        watch.written(latest.clone(), 1, Err("the disk is full".to_owned()));
        assert!(watch.to_write(&latest, 2).is_some());
        assert_eq!(watch.soundness().failure.as_deref(), Some("the disk is full"));
        watch.written(latest.clone(), 2, Ok(()));
        assert!(watch.to_write(&latest, 3).is_none());
        assert!(watch.to_write(&Latest { payload: 4, ..Latest::default() }, 3).is_some());
        watch.find(4, "the end is lost".to_owned());
        let known = watch.to_write(&latest, 4).expect("what was found");
        assert_eq!(known.findings.len(), 1);
        assert_eq!(watch.notices(), ["the end is lost. See Sources."]);
    }
}
