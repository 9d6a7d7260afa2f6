//! Delivers notifications. It is a task of its own, so that a receiver that hangs holds no alert back; and each channel has one,
//! so that it holds no other receiver back either.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use alerting::{ChannelKind, NotificationChannel};
use service::Dashboard;
use storage::{OutboxChannel, StoreError};
use tokio::sync::{Notify, watch};
use tokio::task::{Id, JoinSet};
use tokio::time::{Instant, MissedTickBehavior};

use super::Leadership;

/// How often the outbox is looked at without a change: a message can be due again.
const EVERY: Duration = Duration::from_secs(5);
/// How long deliveries under way may still take when the server stops. One that is broken off is made again.
const GRACE: Duration = Duration::from_secs(5);
/// How many webhooks are posted to at once.
const MOST_WEBHOOKS: usize = 64;
/// How many mails are sent at once: all of them go to one mail server. They leave the webhooks their places.
const MOST_MAILS: usize = 4;

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
    outlet: Arc<dyn NotificationChannel>,
    delivery: Arc<Delivery>,
    mut stop: watch::Receiver<bool>,
) {
    let mut changes = dashboard.listen();
    let mut clock = tokio::time::interval(EVERY);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut leadership = Leadership::of(&dashboard, "delivery");
    let mut rounds = Rounds { dashboard, outlet, tasks: JoinSet::new(), channels: HashMap::new() };
    while !*stop.borrow() {
        tokio::select! {
            _ = stop.changed() => break,
            _ = clock.tick() => {}
            () = delivery.asked.notified() => {}
            // What was missed by lagging behind is looked at all the same: the whole outbox is.
            _ = changes.recv() => while changes.try_recv().is_ok() {},
            Some(ended) = rounds.tasks.join_next_with_id() => {
                // What came for a channel while it was busy was left to this moment; an outbox that fails waits for the clock.
                if !rounds.ended(ended) {
                    continue;
                }
            }
        }
        if !leadership.leads().await {
            continue;
        }
        let retry = delivery.retry.swap(false, Ordering::SeqCst);
        if let Err(error) = rounds.begin(retry).await {
            tracing::error!(error = &error as &dyn std::error::Error, "the outbox failed; tried again soon");
        }
    }
    rounds.stop().await;
    leadership.release().await;
}

/// The channels that are delivered to at this moment.
struct Rounds {
    dashboard: Arc<Dashboard>,
    outlet: Arc<dyn NotificationChannel>,
    tasks: JoinSet<Result<usize, StoreError>>,
    channels: HashMap<Id, OutboxChannel>,
}

impl Rounds {
    /// Begins to deliver to every channel that has something due and is not busy, as far as there is room.
    async fn begin(&mut self, retry: bool) -> Result<(), StoreError> {
        // What could not be written down as sent would be sent again and again; whoever watches the writes has told it.
        if self.dashboard.read_only().is_some() {
            return Ok(());
        }
        if retry {
            self.dashboard.alerting().notifier.make_all_due().await?;
        }
        for channel in self.dashboard.alerting().notifier.due_channels().await? {
            let is_busy = self.channels.values().any(|busy| *busy == channel);
            if is_busy || !self.has_room_for(&channel) {
                continue;
            }
            let (dashboard, outlet, of) = (Arc::clone(&self.dashboard), Arc::clone(&self.outlet), channel.clone());
            let task =
                self.tasks.spawn(async move { dashboard.alerting().notifier.deliver_due(outlet.as_ref(), &of).await });
            self.channels.insert(task.id(), channel);
        }
        Ok(())
    }

    fn has_room_for(&self, channel: &OutboxChannel) -> bool {
        let is_mail = |channel: &OutboxChannel| channel.channel == ChannelKind::Email.name();
        let busy = self.channels.values().filter(|busy| is_mail(busy) == is_mail(channel)).count();
        busy < if is_mail(channel) { MOST_MAILS } else { MOST_WEBHOOKS }
    }

    /// Lets go of a channel; whether more may be due for it.
    fn ended(&mut self, ended: Result<(Id, Result<usize, StoreError>), tokio::task::JoinError>) -> bool {
        let (id, outcome) = match ended {
            Ok((id, outcome)) => (id, outcome),
            Err(error) => {
                tracing::error!(%error, "a delivery ended badly; tried again soon");
                (error.id(), Ok(0))
            }
        };
        self.channels.remove(&id);
        match outcome {
            Ok(tried) => tried > 0,
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "the outbox failed; tried again soon");
                false
            }
        }
    }

    /// Waits for what is under way, all of it together no longer than the grace, and breaks off the rest.
    async fn stop(mut self) {
        let end = Instant::now() + GRACE;
        while let Ok(Some(_)) = tokio::time::timeout_at(end, self.tasks.join_next()).await {}
        self.tasks.shutdown().await;
    }
}
