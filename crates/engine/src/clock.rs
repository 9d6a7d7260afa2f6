//! How the engine measures durations: a stopwatch that its callers may replace.
//!
//! It knows nothing of the time of day; when a benchmark ran is the service's to say.

use std::time::Instant;

/// A clock that never runs backwards.
pub trait Stopwatch {
    /// Nanoseconds since the stopwatch was started.
    fn elapsed_ns(&self) -> u64;
}

/// The machine's monotonic clock.
#[derive(Debug, Clone, Copy)]
pub struct MonotonicStopwatch(Instant);

impl MonotonicStopwatch {
    /// Starts at zero now.
    #[expect(clippy::disallowed_methods, reason = "measuring durations is this crate's task; this is its only clock")]
    pub fn start() -> Self {
        Self(Instant::now())
    }
}

impl Stopwatch for MonotonicStopwatch {
    fn elapsed_ns(&self) -> u64 {
        u64::try_from(self.0.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }
}

/// Seconds between two readings; one nanosecond at least, so that a rate is always finite.
pub(crate) fn seconds_between(start_ns: u64, end_ns: u64) -> f64 {
    as_f64(end_ns.saturating_sub(start_ns).max(1)) / 1e9
}

#[expect(clippy::cast_precision_loss, reason = "counts, bytes and nanoseconds of one run stay below 2^53")]
pub(crate) fn as_f64(value: u64) -> f64 {
    value as f64
}
