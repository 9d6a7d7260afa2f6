//! Steps the alerts whenever something changed and by the clock.

use std::sync::Arc;
use std::time::Duration;

use service::Dashboard;
use tokio::sync::watch;
use tokio::time::MissedTickBehavior;

use super::{Delivery, Leadership};

/// How often alerts are stepped without a change: a value can turn stale, a silence can end.
const EVERY: Duration = Duration::from_secs(5);
/// How long further changes are waited for after one.
const GATHERING: Duration = Duration::from_millis(50);

/// Runs until the server stops.
pub async fn keep_alerts(dashboard: Arc<Dashboard>, delivery: Arc<Delivery>, mut stop: watch::Receiver<bool>) {
    let mut leadership = Leadership::of(&dashboard, "alerts");
    let mut changes = dashboard.listen();
    let mut clock = tokio::time::interval(EVERY);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while !*stop.borrow() {
        tokio::select! {
            _ = stop.changed() => break,
            _ = clock.tick() => {}
            // What was missed by lagging behind is looked at all the same: a step looks at everything.
            _ = changes.recv() => {
                tokio::time::sleep(GATHERING).await;
                while changes.try_recv().is_ok() {}
            }
        }
        dashboard.watch_clock().await;
        // Nothing could be kept; whoever watches the writes has told it.
        if dashboard.read_only().is_some() || !leadership.leads().await {
            continue;
        }
        match dashboard.alerting().stepper.step(&*dashboard).await {
            Ok(true) => delivery.soon(),
            Ok(false) => {}
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "the alerts could not be kept; tried again soon"
                );
            }
        }
    }
    leadership.release().await;
}
