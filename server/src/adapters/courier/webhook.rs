//! A webhook: an HTTP POST of JSON. Every try carries the message's id as `Idempotency-Key`.

use std::time::Duration;

use storage::OutboxMessage;
use ureq::Agent;

use crate::commands::Failure;

/// How long one try may take.
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// A webhook.
pub struct Webhook {
    url: String,
    name: String,
    agent: Agent,
}

impl Webhook {
    /// The webhook at an address.
    ///
    /// # Errors
    /// [`Failure`] where it is no http or https address.
    pub fn new(url: &str) -> Result<Self, Failure> {
        let url = url.trim();
        let parsed: Option<ureq::http::Uri> = url.parse().ok();
        let name = parsed
            .as_ref()
            .filter(|uri| matches!(uri.scheme_str(), Some("http" | "https")))
            .and_then(|uri| {
                Some(format!("{}://{}/…", uri.scheme_str()?, uri.authority()?.as_str().rsplit('@').next()?))
            })
            .ok_or_else(|| Failure::usage("a webhook is an http or https address: set INFERNO_KPI_WEBHOOK_URL"))?;
        // A redirect could lead a message to somebody else's server.
        let configuration = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(TIME_LIMIT))
            .user_agent(concat!("inferno-kpi/", env!("CARGO_PKG_VERSION")))
            .build();
        Ok(Self { url: url.to_owned(), name, agent: configuration.into() })
    }

    /// Its address without path and credentials, which may be secrets.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Posts a message.
    pub async fn deliver(&self, message: &OutboxMessage) -> Result<(), String> {
        let (agent, url, name) = (self.agent.clone(), self.url.clone(), self.name.clone());
        let (id, body) = (message.id.clone(), message.body.clone());
        let post = move || {
            let response = agent
                .post(url)
                .header("content-type", "application/json")
                .header("idempotency-key", id)
                .send(body.as_bytes())
                .map_err(|error| unreachable_text(&name, &error))?;
            let status = response.status();
            if status.is_success() { Ok(()) } else { Err(format!("{name} answered with {status}")) }
        };
        tokio::task::spawn_blocking(post).await.map_err(|error| error.to_string())?
    }
}

/// The error without the address, which may hold secrets.
fn unreachable_text(name: &str, error: &ureq::Error) -> String {
    match error {
        ureq::Error::Timeout(_) => format!("{name} did not answer within {} seconds", TIME_LIMIT.as_secs()),
        ureq::Error::Io(error) => format!("{name} can't be reached: {}", error.kind()),
        ureq::Error::HostNotFound => format!("{name} can't be found"),
        ureq::Error::ConnectionFailed => format!("{name} refused the connection"),
        _ => format!("{name} can't be reached"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_webhook_is_named_without_its_secrets() {
        let webhook =
            Webhook::new("https://user:secret@hooks.example:8443/services/T0/B0/key?token=x").expect("a webhook");
        assert_eq!(webhook.name(), "https://hooks.example:8443/…");
    }

    #[test]
    fn what_is_no_web_address_is_refused() {
        for url in ["", "hooks.example", "ftp://hooks.example/", "file:///etc/passwd"] {
            assert!(Webhook::new(url).is_err(), "{url}");
        }
    }
}
