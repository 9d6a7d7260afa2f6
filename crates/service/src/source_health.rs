//! Which sources fail: whose deliveries have been refused since the last good one.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use alerting::FailingSource;

/// How many sources are watched; a sender that invents names must not fill the memory.
const MOST_SOURCES: usize = 1_000;

/// What is known of the sources' health since the server started.
#[derive(Debug, Default)]
pub(crate) struct SourceHealth {
    failing: Mutex<BTreeMap<String, FailingSource>>,
}

impl SourceHealth {
    /// A delivery was recorded.
    pub(crate) fn accepted(&self, source: &str) {
        self.lock().remove(source);
    }

    /// A delivery was refused.
    pub(crate) fn refused(&self, source: &str, reason: &str, now_ms: i64) {
        let mut failing = self.lock();
        if failing.len() >= MOST_SOURCES && !failing.contains_key(source) {
            return;
        }
        let entry = failing.entry(source.to_owned()).or_insert_with(|| FailingSource {
            source: source.to_owned(),
            refused: 0,
            since_ms: now_ms,
            reason: String::new(),
        });
        entry.refused += 1;
        reason.clone_into(&mut entry.reason);
    }

    /// The clock was moved by so much.
    pub(crate) fn moved(&self, by_ms: i64) {
        for source in self.lock().values_mut() {
            source.since_ms = source.since_ms.saturating_add(by_ms);
        }
    }

    /// Every failing source, by name.
    pub(crate) fn failing(&self) -> Vec<FailingSource> {
        self.lock().values().cloned().collect()
    }

    // Each entry is whole after every step, so a thread that died while it held the lock left nothing half done.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, FailingSource>> {
        self.failing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_good_delivery_ends_the_failure() {
        let health = SourceHealth::default();
        health.refused("ci", "no such KPI", 10);
        health.refused("ci", "no unit", 20);
        let expected =
            FailingSource { source: "ci".to_owned(), refused: 2, since_ms: 10, reason: "no unit".to_owned() };
        assert_eq!(health.failing(), [expected]);
        health.accepted("ci");
        assert!(health.failing().is_empty());
    }

    #[test]
    fn invented_names_do_not_fill_the_memory() {
        let health = SourceHealth::default();
        for number in 0..2 * MOST_SOURCES {
            health.refused(&format!("source {number}"), "wrong", 0);
        }
        assert_eq!(health.failing().len(), MOST_SOURCES);
    }
}
