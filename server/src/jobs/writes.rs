//! Watches whether the store takes writes.

use std::sync::Arc;
use std::time::Duration;

use service::Dashboard;
use tokio::sync::watch;
use tokio::time::MissedTickBehavior;

/// How often it is looked whether a probe is due: how late a failed write is noticed.
const EVERY: Duration = Duration::from_millis(200);

/// Runs until the server stops.
pub async fn watch_writes(dashboard: Arc<Dashboard>, mut stop: watch::Receiver<bool>) {
    let mut clock = tokio::time::interval(EVERY);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while !*stop.borrow() {
        tokio::select! {
            _ = stop.changed() => return,
            _ = clock.tick() => dashboard.watch_writes().await,
        }
    }
}
