//! Keeps when tokens were used last.

use std::sync::Arc;
use std::time::Duration;

use service::Dashboard;
use tokio::sync::watch;
use tokio::time::MissedTickBehavior;

/// How often it is kept: what a crash may lose of it.
const EVERY: Duration = Duration::from_mins(1);

/// Runs until the server stops, and then keeps it once more.
pub async fn keep_token_use(dashboard: Arc<Dashboard>, mut stop: watch::Receiver<bool>) {
    let mut clock = tokio::time::interval(EVERY);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let is_last = tokio::select! {
            _ = stop.changed() => true,
            _ = clock.tick() => *stop.borrow(),
        };
        if dashboard.read_only().is_none()
            && let Err(error) = dashboard.api_tokens().keep_use().await
        {
            let error = &error as &dyn std::error::Error;
            tracing::error!(error, "when tokens were used last could not be kept; tried again in a minute");
        }
        if is_last {
            return;
        }
    }
}
