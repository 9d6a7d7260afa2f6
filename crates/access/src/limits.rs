//! How often each token is answered.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::Arc;

use governor::clock::Clock as LimiterClock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use journal::Clock;

use crate::denied::TokenDenied;

const NANOSECONDS: u64 = 1_000_000;

/// The injected clock as the limiter reads it.
#[derive(Clone)]
struct Ticks(Arc<dyn Clock>);

impl LimiterClock for Ticks {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::from(u64::try_from(self.0.now_ms()).unwrap_or_default().saturating_mul(NANOSECONDS))
    }
}

type Limiter = RateLimiter<NotKeyed, InMemoryState, Ticks, NoOpMiddleware<Nanos>>;

/// The requests of the last minute, by token.
#[derive(Default)]
pub(crate) struct RequestLimits {
    limiters: HashMap<String, Limiter>,
    latest_ms: i64,
}

impl RequestLimits {
    /// Counts a request of a token that has so many a minute.
    ///
    /// # Errors
    /// [`TokenDenied::TooMany`] where they are used up; then it is not counted.
    pub(crate) fn count(
        &mut self,
        id: &str,
        requests_per_minute: u32,
        clock: &Arc<dyn Clock>,
    ) -> Result<(), TokenDenied> {
        let now_ms = clock.now_ms();
        // A clock that was set back would let nobody in until it has caught up.
        if now_ms < self.latest_ms {
            self.limiters.clear();
        }
        self.latest_ms = now_ms;
        let quota = Quota::per_minute(NonZeroU32::new(requests_per_minute).unwrap_or(NonZeroU32::MIN));
        let limiter = self
            .limiters
            .entry(id.to_owned())
            .or_insert_with(|| RateLimiter::direct_with_clock(quota, Ticks(Arc::clone(clock))));
        limiter.check().map_err(|not_until| {
            let wait = not_until.wait_time_from(Ticks(Arc::clone(clock)).now());
            let retry_after_s = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            TokenDenied::TooMany { retry_after_s, requests_per_minute: quota.burst_size().get() }
        })
    }
}
