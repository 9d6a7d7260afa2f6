//! Delivers notifications. It is a task of its own, so that a receiver that hangs holds no alert back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use service::Dashboard;
use service::courier::Courier;
use storage::StoreError;
use tokio::sync::{Notify, watch};
use tokio::time::MissedTickBehavior;

/// How often the outbox is looked at without a change: a message can be due again.
const EVERY: Duration = Duration::from_secs(5);
/// How long a delivery under way may still take when the server stops. One that is broken off is made again.
const GRACE: Duration = Duration::from_secs(5);
/// How many waiting messages are made due at once.
const MOST_RETRIED: u32 = 10_000;

/// Asks for deliveries before their time.
#[derive(Debug, Default)]
pub struct Delivery {
    asked: Notify,
    retry: AtomicBool,
}

impl Delivery {
    /// Delivers what is due without waiting for the clock.
    pub fn soon(&self) {
        self.asked.notify_one();
    }

    /// Tries every waiting message now.
    pub fn retry(&self) {
        self.retry.store(true, Ordering::SeqCst);
        self.asked.notify_one();
    }
}

/// Runs until the server stops.
pub async fn deliver(
    dashboard: Arc<Dashboard>,
    courier: Arc<dyn Courier>,
    delivery: Arc<Delivery>,
    mut stop: watch::Receiver<bool>,
) {
    let mut changes = dashboard.listen();
    let mut clock = tokio::time::interval(EVERY);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while !*stop.borrow() {
        tokio::select! {
            _ = stop.changed() => return,
            _ = clock.tick() => {}
            () = delivery.asked.notified() => {}
            // What was missed by lagging behind is looked at all the same: the whole outbox is.
            _ = changes.recv() => while changes.try_recv().is_ok() {},
        }
        let retry = delivery.retry.swap(false, Ordering::SeqCst);
        let round = async {
            if retry {
                make_due(&dashboard).await?;
            }
            dashboard.deliver_due(courier.as_ref()).await
        };
        tokio::select! {
            () = grace_ends(&mut stop) => return,
            delivered = round => if let Err(error) = delivered {
                tracing::error!(error = &error as &dyn std::error::Error, "the outbox failed; tried again soon");
            }
        }
    }
}

/// Makes every waiting message due. Nobody else writes how deliveries go, so nothing is overwritten.
async fn make_due(dashboard: &Dashboard) -> Result<(), StoreError> {
    let now_ms = dashboard.now_ms();
    for mut message in dashboard.store().due_messages(i64::MAX, MOST_RETRIED).await? {
        if message.next_attempt_ms > now_ms {
            message.next_attempt_ms = now_ms;
            dashboard.store().put_message(&message).await?;
        }
    }
    Ok(())
}

async fn grace_ends(stop: &mut watch::Receiver<bool>) {
    // Without somebody who could say so, the server has ended.
    let _ = stop.changed().await;
    tokio::time::sleep(GRACE).await;
}
