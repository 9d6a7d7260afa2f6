//! Delivery of notifications: from the outbox to webhooks and mailboxes, at least once, each try visible.
//!
//! A message is put into the outbox in the same transaction as the change that it tells. It is tried until it is delivered
//! or given up; its id goes with every try, so that a receiver that gets it twice can tell.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use journal::{Journal, WriteSet};
use kpi::instant;
use storage::{Claim, DueAt, MessageState, OutboxChannel, OutboxMessage, Store, StoreError};

use crate::channel::NotificationChannel;
use crate::composer::Composer;

/// The wait after the first failed try; it doubles with each further one.
const FIRST_WAIT_MS: i64 = 30_000;
/// The longest wait between two tries.
const LONGEST_WAIT_MS: i64 = 3_600_000;
/// How many tries there are before a message is given up: about eight hours of them.
pub const MOST_ATTEMPTS: i64 = 14;
/// How many messages of one channel are delivered in one round.
const ROUND: usize = 50;
/// How long nobody else tries a message that somebody is about to deliver: longer than any try takes.
const CLAIM_MS: i64 = 120_000;
/// How many channels are looked for at once.
const MOST_CHANNELS: u32 = 1_000;

/// Delivers what waits in the outbox.
pub struct Notifier {
    journal: Journal,
    composer: Arc<Composer>,
    /// Who claims messages.
    node: String,
    /// Messages that were tried while nothing could be written: what became of them is noted later.
    unnoted: Mutex<Vec<OutboxMessage>>,
}

impl Notifier {
    pub(crate) fn new(journal: Journal, composer: Arc<Composer>, node: String) -> Self {
        Self { journal, composer, node, unnoted: Mutex::default() }
    }

    fn store(&self) -> &dyn Store {
        self.journal.store().as_ref()
    }

    /// Puts a message that only tries the way into the outbox of every channel. Returns how many there are.
    ///
    /// # Errors
    /// [`StoreError`] where they could not be kept.
    pub async fn send_test(&self) -> Result<usize, StoreError> {
        let guard = self.journal.write_guard().await;
        let messages = self.composer.test_messages(self.journal.now_ms());
        let count = messages.len();
        self.journal.commit(guard, WriteSet { messages, ..WriteSet::default() }, || ()).await?;
        Ok(count)
    }

    /// The channels for which a message may be tried now, that with the oldest one first.
    ///
    /// # Errors
    /// [`StoreError`] where the outbox can't be read.
    pub async fn due_channels(&self) -> Result<Vec<OutboxChannel>, StoreError> {
        self.note_outcomes().await?;
        self.store().due_channels(self.due_at(), MOST_CHANNELS).await
    }

    /// Delivers what is due for one channel, one message after the other, the oldest first; returns how many were tried. Each one is
    /// claimed before, so that nobody else sends it; if this program ends meanwhile, others try it when the claim is over.
    ///
    /// # Errors
    /// [`StoreError`] where the outbox can't be read or an outcome can't be kept; the message is then tried again.
    pub async fn deliver_due(
        &self,
        port: &dyn NotificationChannel,
        channel: &OutboxChannel,
    ) -> Result<usize, StoreError> {
        let mut tried = 0;
        while tried < ROUND {
            self.store().write_health().check()?;
            let due = self.due_at();
            let claim = Claim { holder: self.node.clone(), until_ms: due.now_ms.saturating_add(CLAIM_MS) };
            let claimed = self.store().claim_messages(channel, due, &claim, 1).await?;
            let Some(mut message) = claimed.into_iter().next() else { break };
            tried += 1;
            let outcome = port.deliver(&message).await;
            settle(&mut message, outcome, self.journal.now_ms());
            if let Err(error) = self.store().put_message(&message).await {
                // It was tried, so it is not tried again before that is noted.
                self.lock_unnoted().push(message);
                return Err(error);
            }
        }
        if tried > 0 {
            self.journal.changes().look_again();
        }
        Ok(tried)
    }

    /// Notes what became of messages that were tried while nothing could be written.
    async fn note_outcomes(&self) -> Result<(), StoreError> {
        loop {
            let Some(message) = self.lock_unnoted().last().cloned() else { return Ok(()) };
            self.store().put_message(&message).await?;
            self.lock_unnoted().retain(|other| other.id != message.id);
        }
    }

    // The list is whole after every step, so a thread that died while it held the lock left nothing half done.
    fn lock_unnoted(&self) -> MutexGuard<'_, Vec<OutboxMessage>> {
        self.unnoted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// No message waits longer than the longest wait: one that seems to was written before the clock went back.
    fn due_at(&self) -> DueAt {
        let now_ms = self.journal.now_ms();
        DueAt { now_ms, longest_ms: now_ms.saturating_add(LONGEST_WAIT_MS) }
    }

    /// Lets every waiting message be tried now.
    ///
    /// # Errors
    /// [`StoreError`] where the outbox can't be written.
    pub async fn make_all_due(&self) -> Result<u64, StoreError> {
        self.store().make_messages_due(self.journal.now_ms()).await
    }

    /// The latest messages, the newest first.
    ///
    /// # Errors
    /// [`StoreError`] where the outbox can't be read.
    pub async fn latest(&self, limit: u32) -> Result<Vec<OutboxMessage>, StoreError> {
        self.store().messages(limit).await
    }
}

/// Writes down what became of a try.
fn settle(message: &mut OutboxMessage, outcome: Result<(), String>, now_ms: i64) {
    message.attempts += 1;
    match outcome {
        Ok(()) => {
            message.state = MessageState::Delivered;
            message.delivered_ms = Some(now_ms);
            message.last_error = None;
        }
        Err(error) => {
            tracing::warn!(id = message.id, channel = message.channel, error, "a notification was not delivered");
            message.last_error = Some(format!("{} ({})", error, instant::long(now_ms)));
            if message.attempts >= MOST_ATTEMPTS {
                message.state = MessageState::Failed;
            } else {
                message.next_attempt_ms = now_ms.saturating_add(wait_ms(message.attempts));
            }
        }
    }
}

/// How long to wait after so many failed tries.
fn wait_ms(attempts: i64) -> i64 {
    let doublings = u32::try_from(attempts - 1).unwrap_or(0).min(16);
    (FIRST_WAIT_MS << doublings).min(LONGEST_WAIT_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_an_hour() {
        for (attempts, expected_ms) in
            [(1, 30_000), (2, 60_000), (3, 120_000), (7, 1_920_000), (8, 3_600_000), (60, 3_600_000)]
        {
            assert_eq!(wait_ms(attempts), expected_ms, "{attempts} attempts");
        }
    }

    #[test]
    fn a_message_is_given_up_after_its_last_attempt() {
        let mut message = OutboxMessage {
            id: "1".to_owned(),
            dedupe: "one".to_owned(),
            channel: "webhook".to_owned(),
            recipient: "https://hooks.example/…".to_owned(),
            subject: String::new(),
            body: String::new(),
            created_ms: 0,
            state: MessageState::Pending,
            attempts: MOST_ATTEMPTS - 2,
            next_attempt_ms: 0,
            last_error: None,
            delivered_ms: None,
        };
        settle(&mut message, Err("refused".to_owned()), 1_000);
        assert_eq!((message.state, message.next_attempt_ms), (MessageState::Pending, 3_601_000));
        settle(&mut message, Err("refused".to_owned()), 3_601_000);
        assert_eq!(message.state, MessageState::Failed);
    }
}
