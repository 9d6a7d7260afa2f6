//! What payloads add to the running totals of their sources, and what a new verdict on one changes.

use std::collections::BTreeMap;

use crate::{Payload, PayloadState, PayloadVerdict};

/// What is added to one source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Added {
    pub payloads: i64,
    pub kept_rows: i64,
    pub refused_rows: i64,
    pub dead: i64,
    pub bytes: i64,
    pub last_received_ms: i64,
}

/// What the payloads add to each of their sources, in order of the source's name: transactions that add to the same
/// sources then wait for each other in the same order.
pub fn by_source<'a>(payloads: impl IntoIterator<Item = &'a Payload>) -> BTreeMap<&'a str, Added> {
    let mut sources: BTreeMap<&str, Added> = BTreeMap::new();
    for payload in payloads {
        let added = Added {
            payloads: 1,
            kept_rows: payload.kept_rows,
            refused_rows: payload.refused_rows,
            dead: waiting(payload.state),
            bytes: payload.byte_count,
            last_received_ms: payload.received_ms,
        };
        sources.entry(&payload.source).and_modify(|sum| *sum = sum.and(&added)).or_insert(added);
    }
    sources
}

impl Added {
    fn and(&self, other: &Self) -> Self {
        Self {
            payloads: self.payloads.saturating_add(other.payloads),
            kept_rows: self.kept_rows.saturating_add(other.kept_rows),
            refused_rows: self.refused_rows.saturating_add(other.refused_rows),
            dead: self.dead.saturating_add(other.dead),
            bytes: self.bytes.saturating_add(other.bytes),
            last_received_ms: self.last_received_ms.max(other.last_received_ms),
        }
    }
}

/// What a payload counted with before it was judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    pub state: PayloadState,
    pub refused_rows: i64,
    pub kept_rows: i64,
}

impl Counted {
    /// What the verdict adds to `kept_rows`, `refused_rows` and `dead` of the payload's source.
    pub fn correction(&self, verdict: &PayloadVerdict) -> [i64; 3] {
        [
            verdict.kept_rows.saturating_sub(self.kept_rows),
            verdict.refused_rows.saturating_sub(self.refused_rows),
            waiting(verdict.state) - waiting(self.state),
        ]
    }
}

/// 1 where rows of a payload in this state wait to be read again.
fn waiting(state: PayloadState) -> i64 {
    i64::from(matches!(state, PayloadState::Dead | PayloadState::Partly))
}
