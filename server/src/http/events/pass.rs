//! The token that an event stream was opened with, for as long as it allows that.

use std::time::Duration;

use axum::http::HeaderMap;
use service::Dashboard;
use service::token::{Scope, hash_of_secret};

use crate::http::State;
use crate::http::access::shown_in;

/// How long at most nobody looks whether the time of a token is over: clocks are set.
const LOOKED_EVERY: Duration = Duration::from_secs(10);

/// What a stream was opened with: a token's hash and whether it allowed reading, or nothing that could end.
#[derive(Debug)]
pub(super) struct Pass(Option<(String, bool)>);

impl Pass {
    /// What these headers show. The server's own token does not end, nor does what is shown where nobody needs a token.
    pub(super) fn of(state: &State, headers: &HeaderMap) -> Self {
        let shown = shown_in(headers).filter(|shown| !state.guard.is_server_token(shown.trim()));
        let hash = shown.map(|shown| hash_of_secret(shown.trim()));
        Self(hash.and_then(|hash| {
            let reads = Scope::Read.is_in(&state.dashboard.api_tokens().standing(&hash).ok()?.scopes);
            Some((hash, reads))
        }))
    }

    /// Whether it still allows what it did.
    pub(super) fn holds(&self, dashboard: &Dashboard) -> bool {
        let Some((hash, reads)) = &self.0 else { return true };
        dashboard.api_tokens().standing(hash).is_ok_and(|standing| !reads || Scope::Read.is_in(&standing.scopes))
    }

    /// Waits until its time is over.
    pub(super) async fn ends(&self, dashboard: &Dashboard) {
        let Some((hash, _)) = &self.0 else { return std::future::pending().await };
        while self.holds(dashboard) {
            let ends_ms = dashboard.api_tokens().standing(hash).ok().and_then(|standing| standing.ends_ms);
            // One that does not end by itself can only be revoked, which is a change.
            let Some(ends_ms) = ends_ms else { return std::future::pending().await };
            let left_ms = u64::try_from(ends_ms - dashboard.now_ms()).unwrap_or_default();
            tokio::time::sleep(Duration::from_millis(left_ms).min(LOOKED_EVERY)).await;
        }
    }
}
