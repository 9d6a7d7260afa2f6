//! Merges recorded points into segments, behind what records them.

use std::sync::Arc;
use std::time::Duration;

use service::Dashboard;
use tokio::sync::watch;
use tokio::time::MissedTickBehavior;

/// How often it is looked what is due.
const EVERY: Duration = Duration::from_secs(1);

/// Runs until the server stops.
pub async fn settle_points(dashboard: Arc<Dashboard>, mut stop: watch::Receiver<bool>) {
    let mut clock = tokio::time::interval(EVERY);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while !*stop.borrow() {
        tokio::select! {
            _ = stop.changed() => break,
            _ = clock.tick() => {}
        }
        // Whoever watches the writes has told it.
        if dashboard.read_only().is_some() {
            continue;
        }
        if let Err(error) = dashboard.settle_points().await {
            let error = &error as &dyn std::error::Error;
            tracing::error!(error, "points could not be put into segments; they are held in memory, tried again soon");
        }
    }
}
