//! Writes samples from memory into blocks, and deletes what was kept long enough.

use std::sync::Arc;
use std::time::Duration;

use service::Dashboard;
use tokio::sync::watch;
use tokio::time::MissedTickBehavior;

use super::Leadership;

/// How often it is looked what is due.
const EVERY: Duration = Duration::from_secs(1);
/// After how many of these rounds old things are deleted: an hour.
const ROUNDS: u32 = 3_600;

/// Runs until the server stops; then everything in memory is written.
pub async fn keep_samples(dashboard: Arc<Dashboard>, mut stop: watch::Receiver<bool>) {
    let mut clock = tokio::time::interval(EVERY);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut flushing = Leadership::of(&dashboard, "flush of samples");
    let mut retention = Leadership::of(&dashboard, "retention");
    let mut round = 0;
    while !*stop.borrow() {
        tokio::select! {
            _ = stop.changed() => break,
            _ = clock.tick() => {}
            () = dashboard.flush_wanted() => {}
        }
        // Whoever watches the writes has told it.
        if dashboard.read_only().is_some() {
            continue;
        }
        if flushing.leads().await
            && let Err(error) = dashboard.flush_samples().await
        {
            let error = &error as &dyn std::error::Error;
            tracing::error!(
                error,
                "samples could not be written into blocks; their payloads are kept, tried again soon"
            );
        }
        if round % ROUNDS == 0
            && retention.leads().await
            && let Err(error) = dashboard.retain().await
        {
            let error = &error as &dyn std::error::Error;
            tracing::error!(error, "what was kept long enough could not be deleted; tried again in an hour");
        }
        round += 1;
    }
    flushing.release().await;
    retention.release().await;
}
