//! Where notifications go, and the port through which they leave.

use async_trait::async_trait;
use storage::OutboxMessage;

/// A way for notifications to leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChannelKind {
    /// An HTTP POST of JSON.
    Webhook,
    /// An e-mail.
    Email,
}

impl ChannelKind {
    /// The name in the outbox.
    pub fn name(self) -> &'static str {
        match self {
            Self::Webhook => "webhook",
            Self::Email => "email",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Webhook, Self::Email].into_iter().find(|kind| kind.name() == name)
    }
}

/// Where notifications go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// How.
    pub kind: ChannelKind,
    /// The name that people read and the outbox keeps: a webhook's name without its secret parts, or a mail address. No two
    /// channels have the same.
    pub recipient: String,
}

impl Channel {
    /// Whether both lead to the same place: mail addresses are the same whatever name stands beside them, and however their
    /// domain is written.
    pub fn leads_where(&self, other: &Self) -> bool {
        let place = |channel: &Self| match channel.kind {
            ChannelKind::Webhook => channel.recipient.clone(),
            ChannelKind::Email => mailbox(&channel.recipient),
        };
        self.kind == other.kind && place(self) == place(other)
    }
}

/// The mailbox of an address: without a name, its domain in small letters.
fn mailbox(address: &str) -> String {
    let inside = address.rsplit_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(inside, _)| inside);
    let plain = inside.unwrap_or(address).trim();
    match plain.rsplit_once('@') {
        Some((local, domain)) => format!("{local}@{}", domain.to_lowercase()),
        None => plain.to_owned(),
    }
}

/// Delivers messages; the adapter knows addresses and secrets.
#[async_trait]
pub trait NotificationChannel: Send + Sync {
    /// Delivers a message and returns when the receiver has taken it.
    ///
    /// # Errors
    /// A sentence that says why it was not taken, without secrets.
    async fn deliver(&self, message: &OutboxMessage) -> Result<(), String>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mailbox_is_one_however_its_address_is_written() {
        let mail = |address: &str| Channel { kind: ChannelKind::Email, recipient: address.to_owned() };
        let hook = |name: &str| Channel { kind: ChannelKind::Webhook, recipient: name.to_owned() };
        for (one, other, same) in [
            (mail("ann@example.com"), mail("Ann <ann@EXAMPLE.com>"), true),
            (mail("ann@example.com"), mail("Ann@example.com"), false),
            (mail("ann@example.com"), hook("ann@example.com"), false),
            (hook("one"), hook("one"), true),
            (hook("one"), hook("One"), false),
        ] {
            assert_eq!(one.leads_where(&other), same, "{one:?} {other:?}");
        }
    }
}
