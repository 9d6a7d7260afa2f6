//! How busy each source is: what it delivered in the last hour, how late its data is, and what was refused of it.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many sources are watched; a sender that invents names must not fill the memory.
const MOST_SOURCES: usize = 1_000;
/// Over how many minutes rates are counted.
const MINUTES: i64 = 60;
const MINUTE_MS: i64 = 60_000;

/// What one delivery came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Delivered {
    /// How many rows were kept.
    pub rows: u64,
    /// How many were refused; at least one where the whole payload was.
    pub refused: u64,
    /// How many bytes arrived.
    pub bytes: u64,
    /// The time of its latest row, in milliseconds since the Unix epoch.
    pub latest_ms: Option<i64>,
}

/// What a source did in the last hour; its lag is known since the server started.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Activity {
    /// Payloads in the last hour.
    pub payloads: u64,
    /// Rows kept in the last hour.
    pub rows: u64,
    /// Rows refused in the last hour.
    pub refused: u64,
    /// Bytes in the last hour.
    pub bytes: u64,
    /// How far its latest row lay behind its arrival, in milliseconds; negative where its clock is ahead.
    pub lag_ms: Option<i64>,
    /// When something of it was refused last, in milliseconds since the Unix epoch, and why.
    pub last_refusal: Option<(i64, String)>,
}

#[derive(Debug, Default)]
struct Source {
    /// By minute since the Unix epoch.
    minutes: BTreeMap<i64, (u64, Delivered)>,
    lag_ms: Option<i64>,
    last_refusal: Option<(i64, String)>,
}

/// Counts what sources deliver.
#[derive(Debug, Default)]
pub(crate) struct SourceMeter {
    sources: Mutex<BTreeMap<String, Source>>,
}

impl SourceMeter {
    /// A delivery arrived at `now_ms`; `reason` says why something of it was refused.
    pub(crate) fn count(&self, name: &str, delivered: Delivered, reason: Option<&str>, now_ms: i64) {
        let mut sources = self.lock();
        if sources.len() >= MOST_SOURCES && !sources.contains_key(name) {
            return;
        }
        let source = sources.entry(name.to_owned()).or_default();
        let minute = now_ms.div_euclid(MINUTE_MS);
        // Minutes that are still to come are of a clock that was ahead.
        source.minutes.retain(|known, _| (minute - MINUTES + 1..=minute).contains(known));
        let (payloads, sum) = source.minutes.entry(minute).or_default();
        *payloads += 1;
        sum.rows += delivered.rows;
        sum.refused += delivered.refused;
        sum.bytes += delivered.bytes;
        if let Some(latest_ms) = delivered.latest_ms {
            source.lag_ms = Some(now_ms - latest_ms);
        }
        if let Some(reason) = reason {
            source.last_refusal = Some((now_ms, reason.to_owned()));
        }
    }

    /// Takes over payloads of before the start, the newest first.
    pub(crate) fn seed(&self, payloads: &[storage::Payload]) {
        let number = |count: i64| u64::try_from(count).unwrap_or_default();
        for payload in payloads.iter().rev() {
            let delivered = Delivered {
                rows: number(payload.kept_rows),
                refused: number(payload.refused_rows),
                bytes: number(payload.byte_count),
                latest_ms: None,
            };
            self.count(&payload.source, delivered, payload.reason.as_deref(), payload.received_ms);
        }
    }

    /// What every source did in the hour before `now_ms`, by name.
    pub(crate) fn activities(&self, now_ms: i64) -> BTreeMap<String, Activity> {
        let minute = now_ms.div_euclid(MINUTE_MS);
        let activity = |source: &Source| {
            let (lag_ms, last_refusal) = (source.lag_ms, source.last_refusal.clone());
            let mut activity = Activity { lag_ms, last_refusal, ..Activity::default() };
            for (payloads, sum) in source.minutes.range(minute - MINUTES + 1..=minute).map(|(_, counted)| counted) {
                activity.payloads += payloads;
                activity.rows += sum.rows;
                activity.refused += sum.refused;
                activity.bytes += sum.bytes;
            }
            activity
        };
        self.lock().iter().map(|(name, source)| (name.clone(), activity(source))).collect()
    }

    // Each entry is whole after every step, so a thread that died while it held the lock left nothing half done.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Source>> {
        self.sources.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR_MS: i64 = 60 * MINUTE_MS;

    #[test]
    fn the_last_hour_counts_and_what_is_older_does_not() {
        let meter = SourceMeter::default();
        let delivered = Delivered { rows: 10, refused: 1, bytes: 100, latest_ms: Some(HOUR_MS - 5_000) };
        meter.count("ci", delivered, None, HOUR_MS);
        meter.count("ci", Delivered { rows: 5, ..Delivered::default() }, Some("no unit"), HOUR_MS + 30 * MINUTE_MS);
        let half = &meter.activities(HOUR_MS + 59 * MINUTE_MS)["ci"];
        assert_eq!((half.payloads, half.rows, half.refused, half.bytes), (2, 15, 1, 100));
        assert_eq!(half.lag_ms, Some(5_000));
        assert_eq!(half.last_refusal, Some((HOUR_MS + 30 * MINUTE_MS, "no unit".to_owned())));
        let later = &meter.activities(2 * HOUR_MS)["ci"];
        assert_eq!((later.payloads, later.rows), (1, 5));
    }

    #[test]
    fn what_was_delivered_under_a_clock_that_was_ahead_is_not_of_the_last_hour() {
        let meter = SourceMeter::default();
        meter.count("ci", Delivered { rows: 10, ..Delivered::default() }, None, 240 * HOUR_MS);
        assert_eq!(meter.activities(HOUR_MS)["ci"].rows, 0);
        meter.count("ci", Delivered { rows: 3, ..Delivered::default() }, None, HOUR_MS);
        assert_eq!(meter.activities(HOUR_MS)["ci"].rows, 3);
        assert_eq!(meter.activities(240 * HOUR_MS)["ci"].rows, 0);
    }

    #[test]
    fn invented_names_do_not_fill_the_memory() {
        let meter = SourceMeter::default();
        for number in 0..2 * MOST_SOURCES {
            meter.count(&format!("source {number}"), Delivered::default(), None, 0);
        }
        assert_eq!(meter.activities(0).len(), MOST_SOURCES);
    }
}
