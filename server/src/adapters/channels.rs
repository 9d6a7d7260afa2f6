//! Where notifications go: webhooks over HTTP, e-mail over SMTP.
//!
//! Addresses may hold secrets, so the outbox knows a recipient by its name alone and the addresses stay here.

mod email;
mod webhook;

use access::server_key::ServerKey;
use alerting::{Channel, ChannelKind, NotificationChannel};
use async_trait::async_trait;
use storage::OutboxMessage;

use self::email::Mailer;
use self::webhook::Webhook;
use crate::cli::Notify;
use crate::commands::Failure;

/// The configured ways out.
pub struct Channels {
    webhooks: Vec<Webhook>,
    mailer: Option<Mailer>,
}

impl Channels {
    /// The ways out that the command line names.
    ///
    /// # Errors
    /// [`Failure`] where an address can't be read, two webhooks are given one name, or an e-mail address is given without a
    /// mail server.
    pub fn open(notify: &Notify, key: &ServerKey) -> Result<Self, Failure> {
        let mut webhooks: Vec<Webhook> = Vec::new();
        for argument in &notify.webhooks {
            let webhook = Webhook::new(argument, key)?;
            if let Some(known) = webhooks.iter().find(|known| known.posts_where(&webhook)) {
                tracing::warn!(webhook = known.name(), "a webhook is named twice; it gets every notification once");
            } else if webhooks.iter().any(|known| known.name() == webhook.name()) {
                return Err(Failure::usage(format!(
                    "two webhooks are called {}; give each a name of its own",
                    webhook.name()
                )));
            } else {
                webhooks.push(webhook);
            }
        }
        let mailer = match &notify.smtp_url {
            Some(url) => Some(Mailer::new(url, notify.mail_from.as_deref())?),
            None if notify.mail_to.is_empty() => None,
            None => return Err(Failure::usage("--mail-to needs a mail server: set INFERNO_KPI_SMTP_URL")),
        };
        for address in &notify.mail_to {
            email::check_address(address)?;
        }
        Ok(Self { webhooks, mailer })
    }

    /// What the service may address.
    pub fn channels(&self, notify: &Notify) -> Vec<Channel> {
        let webhooks = self.webhooks.iter().map(|webhook| (ChannelKind::Webhook, webhook.name()));
        let mail = notify.mail_to.iter().map(|address| (ChannelKind::Email, address.trim()));
        let mut channels: Vec<Channel> = Vec::new();
        for (kind, recipient) in webhooks.chain(mail) {
            let channel = Channel { kind, recipient: recipient.to_owned() };
            if !channels.iter().any(|known| known.leads_where(&channel)) {
                channels.push(channel);
            }
        }
        channels
    }

    /// Whether mail can be sent, so that owners can be written to.
    pub fn has_mail(&self) -> bool {
        self.mailer.is_some()
    }
}

#[async_trait]
impl NotificationChannel for Channels {
    async fn deliver(&self, message: &OutboxMessage) -> Result<(), String> {
        match ChannelKind::from_name(&message.channel) {
            Some(ChannelKind::Webhook) => {
                let fitting =
                    self.webhooks.iter().filter_map(|webhook| Some((webhook.fits(&message.recipient)?, webhook)));
                let webhook = fitting.min_by_key(|(fit, _)| *fit).map(|(_, webhook)| webhook);
                webhook.ok_or("this webhook is not configured any more")?.deliver(message).await
            }
            Some(ChannelKind::Email) => {
                self.mailer
                    .as_ref()
                    .ok_or("no mail server is configured: set INFERNO_KPI_SMTP_URL")?
                    .deliver(message)
                    .await
            }
            None => Err(format!("\"{}\" is no known way for a notification", message.channel)),
        }
    }
}
