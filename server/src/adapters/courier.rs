//! Where notifications go: webhooks over HTTP, e-mail over SMTP.
//!
//! Addresses may hold secrets, so the outbox knows a recipient by its name alone and the addresses stay here.

mod email;
mod webhook;

use async_trait::async_trait;
use service::courier::{Channel, ChannelKind, Courier};
use storage::OutboxMessage;

use self::email::Mailer;
use self::webhook::Webhook;
use crate::cli::Notify;
use crate::commands::Failure;

/// The configured ways out.
pub struct Couriers {
    webhooks: Vec<Webhook>,
    mailer: Option<Mailer>,
}

impl Couriers {
    /// The ways out that the command line names.
    ///
    /// # Errors
    /// [`Failure`] where an address can't be read, or an e-mail address is given without a mail server.
    pub fn open(notify: &Notify) -> Result<Self, Failure> {
        let webhooks = notify.webhooks.iter().map(|url| Webhook::new(url)).collect::<Result<_, _>>()?;
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
        let webhooks = self
            .webhooks
            .iter()
            .map(|webhook| Channel { kind: ChannelKind::Webhook, recipient: webhook.name().to_owned() });
        let mail =
            notify.mail_to.iter().map(|address| Channel { kind: ChannelKind::Email, recipient: address.clone() });
        webhooks.chain(mail).collect()
    }

    /// Whether mail can be sent, so that owners can be written to.
    pub fn has_mail(&self) -> bool {
        self.mailer.is_some()
    }
}

#[async_trait]
impl Courier for Couriers {
    async fn deliver(&self, message: &OutboxMessage) -> Result<(), String> {
        match ChannelKind::from_name(&message.channel) {
            Some(ChannelKind::Webhook) => {
                let webhook = self.webhooks.iter().find(|webhook| webhook.name() == message.recipient);
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
