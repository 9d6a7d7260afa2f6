//! E-mail over SMTP. The message's id is part of its `Message-ID`, so a mailbox can recognise a second copy.

use std::time::Duration;

use alerting::AlertMessage;
use lettre::message::{Mailbox, header};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use storage::OutboxMessage;

use crate::commands::Failure;

/// How long one step of the exchange may take.
const TIME_LIMIT: Duration = Duration::from_secs(15);

/// A mail server.
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Mailer {
    /// The mail server at `smtp://user:password@host:port?tls=required` or `smtps://…`.
    ///
    /// # Errors
    /// [`Failure`] where the address can't be read or there is no sender.
    pub fn new(url: &str, from: Option<&str>) -> Result<Self, Failure> {
        // The address holds a password, so the error does not repeat it.
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.trim())
            .map_err(|_| Failure::usage("INFERNO_KPI_SMTP_URL must look like smtps://user:password@mail.example:465"))?
            .timeout(Some(TIME_LIMIT))
            .build();
        let from = from.ok_or_else(|| Failure::usage("mail needs a sender: set --mail-from"))?;
        let from = from.parse().map_err(|error| Failure::usage(format!("--mail-from {from}: {error}")))?;
        Ok(Self { transport, from })
    }

    /// Sends a message.
    pub async fn deliver(&self, message: &OutboxMessage) -> Result<(), String> {
        let to: Mailbox = message.recipient.parse().map_err(|error| format!("{}: {error}", message.recipient))?;
        let mail = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(message.subject.clone())
            .message_id(Some(format!("<{}@{}>", message.id, self.from.email.domain())))
            .header(header::ContentType::TEXT_PLAIN)
            .body(AlertMessage::read(&message.body).as_text())
            .map_err(|error| error.to_string())?;
        self.transport.send(mail).await.map_err(|error| {
            let kind = if error.is_permanent() {
                "the mail server refuses it"
            } else if error.is_timeout() {
                "the mail server did not answer in time"
            } else {
                "the mail server did not take it"
            };
            format!("{kind}: {error}")
        })?;
        Ok(())
    }
}

/// Whether a text is a mail address.
pub fn check_address(address: &str) -> Result<(), Failure> {
    address
        .parse::<Mailbox>()
        .map(|_| ())
        .or_else(|_| address.parse::<Address>().map(|_| ()))
        .map_err(|error| Failure::usage(format!("--mail-to {address}: {error}")))
}
