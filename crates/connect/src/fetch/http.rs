//! HTTP, in a thread for each exchange, so that one that hangs holds nobody up: neither another source nor the end of the program.

use std::io::Read as _;
use std::time::Duration;

use tokio::sync::oneshot;
use ureq::http::{Response, header};
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::{Agent, Body};

use super::{Failure, Fetched};
use crate::address::{http_name, redirected};

/// Redirects that are followed, on the same host.
const MOST_REDIRECTS: usize = 3;
/// Characters of an error page that are told.
const TOLD_CHARS: u64 = 200;

/// One request.
pub(super) struct Exchange {
    pub(super) url: String,
    pub(super) headers: Vec<(String, String)>,
    /// Posted; without it the request is a GET.
    pub(super) body: Option<Vec<u8>>,
    pub(super) timeout: Duration,
}

/// An HTTP client.
pub(super) struct Client {
    agent: Agent,
    limit_bytes: usize,
}

impl Client {
    pub(super) fn new(limit_bytes: usize) -> Self {
        let found = rustls_native_certs::load_native_certs();
        let trusted: Vec<Certificate<'static>> =
            found.certs.iter().map(|certificate| Certificate::from_der(certificate.as_ref()).to_owned()).collect();
        let configuration = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!("inferno-kpi/", env!("CARGO_PKG_VERSION")));
        // A computer without certificates of its own is given those of the web.
        let roots = if trusted.is_empty() { RootCerts::WebPki } else { RootCerts::new_with_certs(&trusted) };
        let configuration = configuration.tls_config(TlsConfig::builder().root_certs(roots).build());
        Self { agent: configuration.build().into(), limit_bytes }
    }

    /// Makes an exchange.
    pub(super) async fn exchange(&self, exchange: Exchange) -> Result<Fetched, Failure> {
        let (agent, limit_bytes) = (self.agent.clone(), self.limit_bytes);
        let (answer, answered) = oneshot::channel();
        let ask = move || {
            // Whoever asked may have stopped waiting.
            let _ = answer.send(follow(&agent, exchange, limit_bytes));
        };
        let thread = std::thread::Builder::new().name("pull".to_owned()).spawn(ask);
        thread.map_err(|error| Failure::new(format!("no thread could be started: {error}")))?;
        answered.await.map_err(|_| Failure::new("the thread that asked has ended without an answer"))?
    }
}

fn follow(agent: &Agent, mut exchange: Exchange, limit_bytes: usize) -> Result<Fetched, Failure> {
    let name = http_name(&exchange.url);
    for _ in 0..=MOST_REDIRECTS {
        let response = send(agent, &exchange).map_err(|error| told(&name, &error, exchange.timeout))?;
        if !response.status().is_redirection() {
            return whole(&name, response, limit_bytes, exchange.timeout);
        }
        let location = response.headers().get(header::LOCATION).and_then(|location| location.to_str().ok());
        let next = location.and_then(|location| redirected(&exchange.url, location));
        exchange.url = next.ok_or_else(|| {
            let status = response.status();
            Failure::new(format!(
                "{name} answered with {status} to another place, which is not followed; write that address"
            ))
        })?;
    }
    Err(Failure::new(format!("{name} redirects more than {MOST_REDIRECTS} times")))
}

fn send(agent: &Agent, exchange: &Exchange) -> Result<Response<Body>, ureq::Error> {
    let headers = exchange.headers.iter();
    match &exchange.body {
        None => {
            let request = agent.get(&exchange.url).config().timeout_global(Some(exchange.timeout)).build();
            headers.fold(request, |request, (name, value)| request.header(name, value)).call()
        }
        Some(body) => {
            let request = agent.post(&exchange.url).config().timeout_global(Some(exchange.timeout)).build();
            headers.fold(request, |request, (name, value)| request.header(name, value)).send(&body[..])
        }
    }
}

fn whole(name: &str, response: Response<Body>, limit_bytes: usize, timeout: Duration) -> Result<Fetched, Failure> {
    let (parts, body) = response.into_parts();
    let content_type =
        parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut reader = body.into_reader();
    let mut bytes = Vec::new();
    if !parts.status.is_success() {
        // What an error page says helps; that it can't be read is not the error.
        let _ = reader.take(TOLD_CHARS * 4).read_to_end(&mut bytes);
        let said: String = String::from_utf8_lossy(&bytes)
            .chars()
            .map(|sign| if sign.is_control() { ' ' } else { sign })
            .take(usize::try_from(TOLD_CHARS).unwrap_or_default())
            .collect();
        return Err(Failure::new(format!("{name} answered with {}: {}", parts.status, said.trim())));
    }
    let limit = u64::try_from(limit_bytes).unwrap_or(u64::MAX);
    let read = reader.by_ref().take(limit.saturating_add(1)).read_to_end(&mut bytes);
    read.map_err(|error| broken_off(name, &error, timeout))?;
    if bytes.len() > limit_bytes {
        return Err(Failure::TooLarge { limit: format!("{limit_bytes} bytes") });
    }
    Ok(Fetched { content_type: content_type.to_owned(), body: bytes })
}

fn broken_off(name: &str, error: &std::io::Error, timeout: Duration) -> Failure {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<ureq::Error>());
    match inner {
        Some(error @ ureq::Error::Timeout(_)) => told(name, error, timeout),
        _ if error.kind() == std::io::ErrorKind::TimedOut => late(name, timeout),
        _ => Failure::new(format!("the answer of {name} broke off: {}", error.kind())),
    }
}

/// The error without the address, which may hold secrets.
fn told(name: &str, error: &ureq::Error, timeout: Duration) -> Failure {
    Failure::new(match error {
        ureq::Error::Timeout(_) => return late(name, timeout),
        ureq::Error::Io(error) => format!("{name} can't be reached: {}", error.kind()),
        ureq::Error::HostNotFound => format!("{name} can't be found"),
        ureq::Error::ConnectionFailed => format!("{name} refused the connection"),
        ureq::Error::Rustls(error) => format!("{name} has no certificate that is trusted here: {error}"),
        ureq::Error::Protocol(_) => format!("{name} answered with something that is no HTTP"),
        _ => format!("{name} can't be reached"),
    })
}

fn late(name: &str, timeout: Duration) -> Failure {
    Failure::new(format!("{name} did not answer within {} s", timeout.as_secs_f64()))
}
