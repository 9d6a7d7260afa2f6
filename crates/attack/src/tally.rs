//! What came back: how often each status, and how many refusals said when to try again.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::http::{Answer, Failed};

/// Counts answers; every clone counts into the same.
#[derive(Debug, Clone, Default)]
pub struct Tally(Arc<Mutex<Counts>>);

#[derive(Debug, Clone, Default)]
pub struct Counts {
    /// Answers by status, and what was no answer by its name.
    pub by_kind: BTreeMap<String, u64>,
    /// Refusals with 429 and 503.
    pub refusals: u64,
    /// Those of them with `Retry-After`.
    pub with_retry_after: u64,
}

impl Tally {
    pub fn add(&self, answer: &Result<Answer, Failed>) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kind = match answer {
            Ok(answer) => answer.status.to_string(),
            Err(failed) => failed.name().to_owned(),
        };
        *counts.by_kind.entry(kind).or_default() += 1;
        if let Ok(answer) = answer
            && matches!(answer.status, 429 | 503)
        {
            counts.refusals += 1;
            counts.with_retry_after += u64::from(answer.retry_after.is_some());
        }
    }

    /// Counts what is no answer to one request.
    pub fn note(&self, kind: &str, count: u64) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.by_kind.entry(kind.to_owned()).or_default() += count;
    }

    pub fn counts(&self) -> Counts {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Counts {
    /// How many answers had a status that `is_meant`.
    pub fn of(&self, is_meant: impl Fn(u16) -> bool) -> u64 {
        let meant = |kind: &str| kind.parse::<u16>().is_ok_and(&is_meant);
        self.by_kind.iter().filter(|(kind, _)| meant(kind)).map(|(_, count)| count).sum()
    }

    pub fn in_words(&self) -> String {
        let kinds: Vec<String> = self.by_kind.iter().map(|(kind, count)| format!("{count} × {kind}")).collect();
        if kinds.is_empty() { "–".to_owned() } else { kinds.join(", ") }
    }
}
