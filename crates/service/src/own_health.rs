//! What the dashboard's own service does: response times, errors, uptime. Shown as the dashboard's own, never as a KPI
//! of the platform.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};

/// How many of the latest requests the percentiles are taken over.
const REMEMBERED_REQUESTS: usize = 4_096;

/// Counters since the server started.
pub struct OwnHealth {
    started_ms: AtomicI64,
    counters: Mutex<Counters>,
}

#[derive(Default)]
struct Counters {
    requests: u64,
    failures: u64,
    recent_microseconds: VecDeque<u32>,
}

/// The counters at an instant.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnHealthReading {
    /// How long the server has been up, in milliseconds.
    pub uptime_ms: i64,
    /// Requests answered.
    pub requests: u64,
    /// Requests answered with a status of 500 or above.
    pub failures: u64,
    /// The 95th percentile of the latest response times in milliseconds; `None` before the first request.
    pub p95_ms: Option<f64>,
    /// How many requests that percentile is taken over.
    pub sampled: usize,
}

impl OwnHealth {
    pub(crate) fn started_at(started_ms: i64) -> Self {
        Self { started_ms: AtomicI64::new(started_ms), counters: Mutex::default() }
    }

    /// The clock was moved by so much: the server has not been up for longer.
    pub(crate) fn moved(&self, by_ms: i64) {
        self.started_ms.fetch_add(by_ms, Ordering::Relaxed);
    }

    /// Counts a response that took `microseconds`.
    pub fn count(&self, microseconds: u128, failed: bool) {
        let mut counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        counters.requests += 1;
        counters.failures += u64::from(failed);
        if counters.recent_microseconds.len() == REMEMBERED_REQUESTS {
            counters.recent_microseconds.pop_front();
        }
        counters.recent_microseconds.push_back(u32::try_from(microseconds).unwrap_or(u32::MAX));
    }

    /// The counters now.
    pub fn read(&self, now_ms: i64) -> OwnHealthReading {
        let counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        let mut sorted: Vec<f64> = counters.recent_microseconds.iter().map(|micros| f64::from(*micros)).collect();
        sorted.sort_by(f64::total_cmp);
        OwnHealthReading {
            uptime_ms: now_ms.saturating_sub(self.started_ms.load(Ordering::Relaxed)).max(0),
            requests: counters.requests,
            failures: counters.failures,
            p95_ms: stats::percentile(&sorted, 95.0).map(|micros| micros / 1_000.0),
            sampled: sorted.len(),
        }
    }
}
