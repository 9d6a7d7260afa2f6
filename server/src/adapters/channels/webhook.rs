//! A webhook: an HTTP POST of JSON. Every try carries the message's id as `Idempotency-Key`.

use std::time::Duration;

use access::server_key::ServerKey;
use storage::OutboxMessage;
use ureq::Agent;

use crate::commands::Failure;

/// How long one try may take.
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// How many hexadecimal digits of its address' seal tell a webhook from others on its host.
const MARK_DIGITS: usize = 8;
/// The longest name that a webhook can be given.
const MOST_NAME_CHARACTERS: usize = 60;

/// A webhook.
pub struct Webhook {
    url: String,
    /// Its address without path and credentials, which may be secrets.
    host: String,
    /// The same with a mark that only this address has.
    marked: String,
    /// What the operator calls it.
    given: Option<String>,
    agent: Agent,
}

impl Webhook {
    /// The webhook of an argument: an address, or `NAME=ADDRESS`. The key marks the address without telling it.
    ///
    /// # Errors
    /// [`Failure`] where it is no http or https address, or the name is none.
    pub fn new(argument: &str, key: &ServerKey) -> Result<Self, Failure> {
        let (given, url) = parts(argument.trim());
        if let Some(name) = given.filter(|name| !is_name(name)) {
            // What is no name may be a part of an address, and with it a secret.
            let length = name.chars().count();
            return Err(Failure::usage(format!(
                "a webhook's name has 1 to {MOST_NAME_CHARACTERS} letters, digits, dots, hyphens and underscores; \
                 the {length} characters before `=` are none"
            )));
        }
        let parsed: Option<ureq::http::Uri> = url.parse().ok();
        let host = parsed
            .as_ref()
            .filter(|uri| matches!(uri.scheme_str(), Some("http" | "https")))
            .and_then(|uri| {
                Some(format!("{}://{}/…", uri.scheme_str()?, uri.authority()?.as_str().rsplit('@').next()?))
            })
            .ok_or_else(|| {
                Failure::usage("a webhook is an http or https address, or NAME=ADDRESS: set INFERNO_KPI_WEBHOOK_URL")
            })?;
        // A redirect could lead a message to somebody else's server.
        let configuration = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(TIME_LIMIT))
            .user_agent(concat!("inferno-kpi/", env!("CARGO_PKG_VERSION")))
            .build();
        let marked = format!("{host}#{}", key.name(&[url], MARK_DIGITS));
        Ok(Self { url: url.to_owned(), host, marked, given: given.map(str::to_owned), agent: configuration.into() })
    }

    /// What tells it from all others, without its secrets: the given name, or its host with a mark of the whole address.
    pub fn name(&self) -> &str {
        self.given.as_deref().unwrap_or(&self.marked)
    }

    /// Whether both post to the same address.
    pub fn posts_where(&self, other: &Self) -> bool {
        self.url == other.url
    }

    /// How well a recipient in the outbox fits: messages may wait there that were made before the webhook was given its name,
    /// or by a version that knew webhooks by their host alone.
    pub fn fits(&self, recipient: &str) -> Option<Fit> {
        if self.name() == recipient {
            Some(Fit::Name)
        } else if self.marked == recipient {
            Some(Fit::Address)
        } else if self.host == recipient {
            Some(Fit::Host)
        } else {
            None
        }
    }

    /// Posts a message.
    pub async fn deliver(&self, message: &OutboxMessage) -> Result<(), String> {
        let (agent, url, name) = (self.agent.clone(), self.url.clone(), self.name().to_owned());
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

/// How a webhook and a recipient fit, the closest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// By the name of now.
    Name,
    /// By its address.
    Address,
    /// By its host.
    Host,
}

/// The name, where one is given, and the address.
fn parts(argument: &str) -> (Option<&str>, &str) {
    match argument.split_once('=') {
        // An address may have a `=` in its query.
        Some((before, _)) if before.contains("://") => (None, argument),
        Some((name, url)) => (Some(name.trim()), url.trim()),
        None => (None, argument),
    }
}

fn is_name(name: &str) -> bool {
    let is_fitting = |character: char| character.is_alphanumeric() || matches!(character, '.' | '-' | '_');
    !name.is_empty() && name.chars().count() <= MOST_NAME_CHARACTERS && name.chars().all(is_fitting)
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

    fn key() -> ServerKey {
        ServerKey::new([7; 32], 0)
    }

    fn name(argument: &str) -> String {
        Webhook::new(argument, &key()).expect("a webhook").name().to_owned()
    }

    #[test]
    fn a_webhook_is_named_without_its_secrets_and_like_no_other() {
        let one = name("https://user:secret@hooks.example:8443/services/T0/B0/key?token=x");
        let other = name("https://hooks.example:8443/services/T0/B0/other");
        for name in [&one, &other] {
            let mark = name.strip_prefix("https://hooks.example:8443/…#").expect("its host");
            assert!(mark.len() == MARK_DIGITS && mark.bytes().all(|digit| digit.is_ascii_hexdigit()), "{name}");
        }
        assert_ne!(one, other);
        assert_eq!(other, name(" https://hooks.example:8443/services/T0/B0/other "), "the same after a restart");
        assert_eq!(name("on-call=https://hooks.example/key?a=b"), "on-call");
    }

    #[test]
    fn messages_of_before_find_their_webhook() {
        let webhook = Webhook::new("on-call=https://hooks.example/key", &key()).expect("a webhook");
        assert_eq!(webhook.fits("on-call"), Some(Fit::Name));
        assert_eq!(webhook.fits(&name("https://hooks.example/key")), Some(Fit::Address));
        assert_eq!(webhook.fits("https://hooks.example/…"), Some(Fit::Host));
        assert_eq!(webhook.fits(&name("https://hooks.example/other")), None);
    }

    #[test]
    fn what_is_no_web_address_or_no_name_is_refused_without_repeating_it() {
        for argument in [
            "",
            "hooks.example",
            "ftp://hooks.example/",
            "file:///etc/passwd",
            "a=",
            "=https://h/",
            "<b>=https://h/",
            "secret/path=https://h/",
        ] {
            let refused = Webhook::new(argument, &key()).err().map(|failure| failure.to_string());
            assert!(refused.as_ref().is_some_and(|text| !text.contains("secret")), "{argument}: {refused:?}");
        }
    }
}
