//! Whether the store takes writes: probed by the clock, told on every page, and taken up again once a probe gets through.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use storage::write_health::told;
use storage::{Document, StoreError};

use crate::dashboard::Dashboard;
use crate::instant;

/// The name of the document that a probe writes and reads back.
const PROBE: &str = "write-probe";
/// How often the store is probed while it takes writes, and while it does not, in milliseconds.
const PROBE_EVERY_MS: i64 = 5_000;
const PROBE_CLOSED_EVERY_MS: i64 = 1_000;
/// How long a probe may take.
const PROBE_PATIENCE: Duration = Duration::from_secs(10);
/// A probe that did not come back for so long says that the store hangs, in milliseconds.
const LATE_MS: i64 = 20_000;
/// How much a probe writes that shall open the store again: a disk on which only a few bytes fit is still full.
const PROBE_BYTES_CLOSED: usize = 256 * 1024;

/// What was found out about writing.
#[derive(Debug, Default)]
pub(crate) struct WriteWatch {
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
#[expect(clippy::struct_field_names, reason = "each is an instant in milliseconds")]
struct Seen {
    probed_ms: Option<i64>,
    returned_ms: Option<i64>,
    closed_since_ms: Option<i64>,
}

/// Why and since when nothing is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadOnly {
    /// Since when, in milliseconds since the Unix epoch.
    pub since_ms: i64,
    /// What stands in the way.
    pub reason: String,
}

impl ReadOnly {
    /// As a sentence for pages.
    pub fn sentence(&self) -> String {
        format!(
            "Read-only since {}: nothing that is sent or decided is recorded, because {}. Writing goes on as soon as that is mended.",
            instant::long(self.since_ms),
            self.reason
        )
    }
}

impl WriteWatch {
    fn lock(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a probe is due; if so it counts as begun.
    fn begins(&self, now_ms: i64, is_closed: bool) -> bool {
        let mut seen = self.lock();
        let every_ms = if is_closed { PROBE_CLOSED_EVERY_MS } else { PROBE_EVERY_MS };
        // A clock that was set back must not keep a probe waiting until it has caught up.
        let is_due = seen.probed_ms.is_none_or(|probed_ms| !(0..every_ms).contains(&(now_ms - probed_ms)))
            || (is_closed && seen.closed_since_ms.is_none());
        if is_closed {
            seen.closed_since_ms.get_or_insert(now_ms);
        }
        if is_due {
            seen.probed_ms = Some(now_ms);
        }
        is_due
    }

    fn ends(&self, now_ms: i64, is_closed: bool) -> Option<i64> {
        let mut seen = self.lock();
        seen.returned_ms = Some(now_ms);
        if is_closed {
            seen.closed_since_ms.get_or_insert(now_ms);
            return None;
        }
        seen.closed_since_ms.take()
    }
}

impl Dashboard {
    /// Why nothing is written at present; `None` while writes are taken.
    pub fn read_only(&self) -> Option<ReadOnly> {
        let now_ms = self.now_ms();
        let seen = self.write_watch.lock();
        if let Some(reason) = self.store.write_health().obstacle() {
            return Some(ReadOnly { since_ms: seen.closed_since_ms.unwrap_or(now_ms), reason: reason.to_string() });
        }
        let is_late = |begun_ms: i64| {
            seen.returned_ms.is_none_or(|returned_ms| returned_ms < begun_ms) && now_ms - begun_ms > LATE_MS
        };
        seen.probed_ms
            .filter(|begun_ms| is_late(*begun_ms))
            .map(|begun_ms| ReadOnly { since_ms: begun_ms, reason: "the database does not answer".to_owned() })
    }

    /// Probes the store if that is due: writes and reads back on another connection. A probe that fails closes the store for writing;
    /// one that gets through opens it again, after what was committed without an answer was read.
    pub async fn watch_writes(&self) {
        let was_closed = self.store.write_health().obstacle().is_some();
        if !self.write_watch.begins(self.now_ms(), was_closed) {
            return;
        }
        match tokio::time::timeout(PROBE_PATIENCE, self.probe(was_closed)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => self.close_writes(was_closed, &told(&error)),
            Err(_) => {
                self.close_writes(was_closed, "could not write and read back a probe: the database does not answer");
            }
        }
    }

    async fn probe(&self, was_closed: bool) -> Result<(), StoreError> {
        let now_ms = self.now_ms();
        let filling = if was_closed { "-".repeat(PROBE_BYTES_CLOSED) } else { String::new() };
        let body_json = format!("\"{}{filling}\"", self.ids.next(now_ms));
        self.store.probe(&Document { name: PROBE.to_owned(), body_json, changed_ms: now_ms }).await?;
        if was_closed {
            self.catch_up().await?;
            self.store.write_health().open();
        }
        // A write may have failed while the probe was under way; the next one opens the store then.
        let is_closed = self.store.write_health().obstacle().is_some();
        if let Some(since_ms) = self.write_watch.ends(self.now_ms(), is_closed) {
            let seconds = (self.now_ms() - since_ms) / 1_000;
            tracing::warn!(seconds, "the store takes writes again");
        }
        Ok(())
    }

    fn close_writes(&self, was_closed: bool, reason: &str) {
        if !was_closed {
            tracing::error!(reason, "the store takes no writes; it is probed every second");
        }
        self.store.write_health().close(reason);
        self.write_watch.ends(self.now_ms(), true);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_store_is_probed_at_once_and_then_every_second() {
        let watch = WriteWatch::default();
        assert!(watch.begins(0, false));
        assert!(!watch.begins(4_999, false));
        assert!(watch.begins(5_000, false));
        assert!(watch.begins(5_100, true), "a write has failed");
        assert!(!watch.begins(6_000, true));
        assert!(watch.begins(6_100, true));
        assert_eq!(watch.ends(6_200, true), None);
        assert_eq!(watch.ends(6_300, false), Some(5_100));
        assert!(watch.begins(-9_000_000, false), "a clock that was set back");
    }
}
