//! The real clock, the real ids and real secrets.

use std::sync::Mutex;
use std::sync::PoisonError;

use access::server_key::Random;
use service::token::TokenSecret;
use service::{Clock, Ids};
use thiserror::Error;
use uuid::{ContextV7, Timestamp, Uuid};

/// The computer's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    fn now_ms(&self) -> i64 {
        jiff::Timestamp::now().as_millisecond()
    }
}

/// `UUIDv7`, ascending also within one millisecond and over a clock that steps back.
#[derive(Default)]
pub struct UuidIds {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    context: ContextV7,
    latest_ms: u64,
}

impl Ids for UuidIds {
    fn next(&self, now_ms: i64) -> String {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.latest_ms = state.latest_ms.max(u64::try_from(now_ms).unwrap_or(0));
        let nanoseconds = u32::try_from(state.latest_ms % 1_000).unwrap_or(0) * 1_000_000;
        let timestamp = Timestamp::from_unix(&state.context, state.latest_ms / 1_000, nanoseconds);
        Uuid::new_v7(timestamp).to_string()
    }

    fn continue_after(&self, id: &str) {
        let Some(timestamp) = Uuid::parse_str(id).ok().and_then(|id| id.get_timestamp()) else { return };
        let (seconds, nanoseconds) = timestamp.to_unix();
        let made_ms = seconds.saturating_mul(1_000).saturating_add(u64::from(nanoseconds / 1_000_000));
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        // Two makers may have taken any number within that millisecond.
        state.latest_ms = state.latest_ms.max(made_ms.saturating_add(1));
    }
}

/// The system gave no random bits.
#[derive(Debug, Error)]
#[error("the system gave no random bits: {0}")]
pub struct NoRandomness(getrandom::Error);

/// A new secret, of the system's own random bits.
///
/// # Errors
/// [`NoRandomness`] where the system has none to give.
pub fn token_secret() -> Result<TokenSecret, NoRandomness> {
    random().map(TokenSecret::of)
}

/// 256 of the system's own random bits.
///
/// # Errors
/// [`NoRandomness`] where the system has none to give.
pub fn random() -> Result<Random, NoRandomness> {
    let mut random = [0; 32];
    getrandom::fill(&mut random).map_err(NoRandomness)?;
    Ok(random)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_ascend_even_when_the_clock_steps_back() {
        let ids = UuidIds::default();
        let made: Vec<String> =
            [1_000, 1_000, 1_000, 500, 1_001, 1_001].into_iter().map(|now_ms| ids.next(now_ms)).collect();
        assert!(made.is_sorted_by(|left, right| left < right), "{made:?}");
    }

    #[test]
    fn ids_ascend_over_a_restart_with_the_clock_ten_days_back() {
        let (now_ms, ten_days_ms) = (1_780_272_000_000, 864_000_000);
        let before = UuidIds::default().next(now_ms + ten_days_ms);
        let ids = UuidIds::default();
        ids.continue_after(&before);
        ids.continue_after("");
        ids.continue_after("no id");
        let after: Vec<String> = [now_ms, now_ms + 1, now_ms + ten_days_ms, now_ms + 2 * ten_days_ms]
            .into_iter()
            .map(|now_ms| ids.next(now_ms))
            .collect();
        assert!(before < after[0] && after.is_sorted_by(|left, right| left < right), "{before} {after:?}");
    }
}
