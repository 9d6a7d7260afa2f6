//! What else remembers times, moved along when the clock was moved.

use alerting::TOLERANCE_MS;

use crate::dashboard::Dashboard;

impl Dashboard {
    /// Looks whether the clock was moved, and moves along what is remembered of times. To be called every few seconds, before the
    /// alerts are stepped.
    pub async fn watch_clock(&self) {
        let jump_ms = self.alerting.stepper.watch_clock().await;
        if jump_ms != 0 {
            self.source_health.moved(jump_ms);
            self.own_health.moved(jump_ms);
        }
        match self.read_series().after(self.now_ms().saturating_add(TOLERANCE_MS)).await {
            Ok(to_come) => self.alerting.clock_watch.set_to_come(to_come),
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "what is of a time to come can't be read");
            }
        }
    }
}
