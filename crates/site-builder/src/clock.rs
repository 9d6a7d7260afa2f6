//! The one place of the build task that asks what time it is.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// A running measurement.
#[derive(Clone, Copy)]
pub struct Stopwatch {
    started: Instant,
    /// When it was started, in milliseconds since the Unix epoch.
    pub started_ms: u64,
}

impl Stopwatch {
    /// Starts measuring now.
    #[expect(clippy::disallowed_methods, reason = "a build task has no service whose clock it could ask")]
    pub fn start() -> Self {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        Self { started: Instant::now(), started_ms: whole_ms(since_epoch) }
    }

    /// Milliseconds since the start.
    pub fn elapsed_ms(&self) -> u64 {
        whole_ms(self.started.elapsed())
    }
}

fn whole_ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
