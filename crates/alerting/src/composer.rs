//! Notifications as messages: one for each channel, and one for each owner who has a mailbox.

use journal::Journal;
use kpi::alert::{Notification, Severity, Transition};
use kpi::catalogue::Catalogue;
use kpi::instant;
use storage::{MessageState, OutboxMessage};

use crate::channel::{Channel, ChannelKind};
use crate::message::{AlertLine, AlertMessage};

/// Where notifications go and what they say of this installation.
#[derive(Debug, Clone, Default)]
pub struct NotificationSettings {
    /// The name of this process among all that deliver; no two have the same.
    pub node: String,
    /// The channels.
    pub channels: Vec<Channel>,
    /// Whether mail can be sent, so that owners with an address are written to.
    pub owners_by_mail: bool,
    /// Whether every number is generated and must say so.
    pub demo_data: bool,
    /// The address that clients reach.
    pub address: String,
}

impl NotificationSettings {
    /// Whether notifications have a way out. Without one nobody is told, whatever would be.
    pub fn reach_anybody(&self) -> bool {
        !self.channels.is_empty() || self.owners_by_mail
    }
}

/// Writes messages.
pub(crate) struct Composer {
    journal: Journal,
    pub(crate) settings: NotificationSettings,
}

impl Composer {
    pub(crate) fn new(journal: Journal, settings: NotificationSettings) -> Self {
        Self { journal, settings }
    }

    /// The messages of notifications: for every channel, and for the owners' mailboxes that are not a channel already.
    pub(crate) fn messages_of(
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

    /// A message for every channel that only tries the way.
    pub(crate) fn test_messages(&self, now_ms: i64) -> Vec<OutboxMessage> {
        let content = AlertMessage {
            kind: "test".to_owned(),
            subject: "Inferno KPI: a test of the notifications".to_owned(),
            time: instant::iso(now_ms),
            demo_data: self.settings.demo_data,
            url: format!("{}/alerts", self.settings.address),
            ..AlertMessage::default()
        };
        let dedupe = format!("test {}", self.journal.next_id());
        let channels = self.settings.channels.iter();
        channels.filter_map(|channel| self.message(channel, &dedupe, &content, now_ms)).collect()
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
            demo_data: self.settings.demo_data,
            lines,
            url: format!("{}/alerts", self.settings.address),
        }
    }

    fn message(&self, channel: &Channel, dedupe: &str, content: &AlertMessage, now_ms: i64) -> Option<OutboxMessage> {
        let body = serde_json::to_string(content)
            .inspect_err(|error| tracing::error!(%error, "a notification can't be written"))
            .ok()?;
        Some(OutboxMessage {
            id: self.journal.next_id(),
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
