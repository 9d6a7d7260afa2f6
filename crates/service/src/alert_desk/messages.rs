//! Notifications as messages: one for each channel, and one for each owner who has a mailbox.

use kpi::alert::{Notification, Severity, Transition};
use kpi::catalogue::Catalogue;
use storage::{MessageState, OutboxMessage, StoreError};

use crate::alert_message::{AlertLine, AlertMessage};
use crate::courier::{Channel, ChannelKind};
use crate::dashboard::Dashboard;
use crate::instant;
use crate::journal::Changes;

impl Dashboard {
    /// The messages of notifications: for every channel, and for the owners' mailboxes that are not a channel already.
    pub(super) fn messages_of(
        &self,
        catalogue: &Catalogue,
        notifications: &[Notification],
        now_ms: i64,
    ) -> Vec<OutboxMessage> {
        notifications
            .iter()
            .flat_map(|notification| {
                let content = self.content(notification, now_ms);
                self.recipients(catalogue, notification)
                    .into_iter()
                    .filter_map(|channel| self.message(&channel, &notification.dedupe, &content, now_ms))
                    .collect::<Vec<_>>()
            })
            .collect()
    }

    fn recipients(&self, catalogue: &Catalogue, notification: &Notification) -> Vec<Channel> {
        let mut channels = self.settings.channels.clone();
        if self.settings.owners_by_mail {
            let owners = catalogue.owners.iter().filter(|owner| notification.owners.contains(&owner.name));
            for address in owners.filter_map(|owner| owner.email.clone()) {
                let channel = Channel { kind: ChannelKind::Email, recipient: address };
                if !channels.iter().any(|known| known.leads_where(&channel)) {
                    channels.push(channel);
                }
            }
        }
        channels
    }

    fn content(&self, notification: &Notification, now_ms: i64) -> AlertMessage {
        let lines = notification
            .lines
            .iter()
            .map(|line| AlertLine {
                key: line.key.to_string(),
                transition: line.transition.name().to_owned(),
                severity: line.severity.name().to_owned(),
                text: line.text.clone(),
            })
            .collect();
        AlertMessage {
            kind: "alerts".to_owned(),
            subject: subject(notification),
            time: instant::iso(now_ms),
            group: notification.group.clone(),
            demo_data: self.settings.demo,
            lines,
            url: format!("{}/alerts", self.settings.address),
        }
    }

    fn message(&self, channel: &Channel, dedupe: &str, content: &AlertMessage, now_ms: i64) -> Option<OutboxMessage> {
        let body = serde_json::to_string(content)
            .inspect_err(|error| tracing::error!(%error, "a notification can't be written"))
            .ok()?;
        Some(OutboxMessage {
            id: self.ids.next(now_ms),
            dedupe: format!("{dedupe} {} {}", channel.kind.name(), channel.recipient),
            channel: channel.kind.name().to_owned(),
            recipient: channel.recipient.clone(),
            subject: content.subject.clone(),
            body,
            created_ms: now_ms,
            state: MessageState::Pending,
            attempts: 0,
            next_attempt_ms: now_ms,
            last_error: None,
            delivered_ms: None,
        })
    }

    /// Puts a message that only tries the way into the outbox of every channel. Returns how many there are.
    ///
    /// # Errors
    /// [`StoreError`] where they could not be kept.
    pub async fn send_test_messages(&self) -> Result<usize, StoreError> {
        let guard = self.write_guard().await;
        let now_ms = self.now_ms();
        let content = AlertMessage {
            kind: "test".to_owned(),
            subject: "Inferno KPI: a test of the notifications".to_owned(),
            time: instant::iso(now_ms),
            demo_data: self.settings.demo,
            url: format!("{}/alerts", self.settings.address),
            ..AlertMessage::default()
        };
        let dedupe = format!("test {}", self.ids.next(now_ms));
        let messages: Vec<OutboxMessage> = self
            .settings
            .channels
            .iter()
            .filter_map(|channel| self.message(channel, &dedupe, &content, now_ms))
            .collect();
        let count = messages.len();
        self.commit(guard, Changes { messages, ..Changes::default() }, || ()).await?;
        Ok(count)
    }
}

/// A notification in one line, the worst first.
fn subject(notification: &Notification) -> String {
    let count = notification.lines.len();
    let worst = notification.lines.first();
    let what = worst.map_or_else(String::new, |line| {
        let severity = match line.severity {
            Severity::Red => "off target",
            Severity::Yellow => "at risk",
            Severity::Notice => "notice",
        };
        let became = match line.transition {
            Transition::Resolved => "resolved",
            Transition::Improved => "improved",
            Transition::Worsened => "worse",
            Transition::Repeated => "still firing",
            Transition::Escalated => "escalated",
            _ => "new",
        };
        format!("{severity}, {became}")
    });
    let others = if count > 1 { format!(" and {} more", count - 1) } else { String::new() };
    let group = if notification.group.is_empty() { "all" } else { &notification.group };
    format!("Inferno KPI: {group}: {what}{others}")
}
