//! What protects the server: host names, origins, and headers on every response.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::extract::{Request, State as Extracted};
use axum::http::header::{HOST, HeaderName, HeaderValue, ORIGIN, REFERER, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use sha2::{Digest, Sha256};

use super::access::Denied;
use super::access::entry::other_site;
use super::address::{ClientAddress, Network};
use super::asking::Asking;
use super::bodies::{Exhausted, MOST_OF_STRANGERS, Meter};
use super::problem::Problem;
use super::{MOST_BODY_BYTES, State};

/// Where a request comes from of which nobody noted it: all of them count as one.
const UNKNOWN_ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

/// Under which names the server is reached, the server's own token, and whether reading needs one.
pub struct Guard {
    hosts: Vec<String>,
    token_hash: Option<[u8; 32]>,
    is_private: bool,
}

impl Guard {
    /// A guard of the server at `address`, which browsers may also reach under `host_names`.
    pub fn new(address: SocketAddr, host_names: &[String], token: Option<&str>, is_private: bool) -> Self {
        let port = address.port();
        let mut hosts: Vec<String> = vec![address.to_string(), address.ip().to_string()];
        if address.ip().is_loopback() || address.ip().is_unspecified() {
            for name in ["localhost", "127.0.0.1", "[::1]"] {
                hosts.extend([name.to_owned(), format!("{name}:{port}")]);
            }
        }
        for name in host_names {
            hosts.extend([name.clone(), format!("{name}:{port}")]);
        }
        Self { hosts, token_hash: token.map(hash), is_private }
    }

    /// Whether writing needs a token.
    pub fn needs_token(&self) -> bool {
        self.token_hash.is_some()
    }

    /// Whether reading needs a token too.
    pub fn is_private(&self) -> bool {
        self.is_private
    }

    /// Whether this is the server's own token. Hashes are compared, so the time taken tells nothing of the token.
    pub fn is_server_token(&self, token: &str) -> bool {
        self.token_hash.is_some_and(|wanted| wanted == hash(token))
    }

    /// A name under which nobody reaches this server is another site's that resolved to this address.
    fn knows_host(&self, headers: &HeaderMap) -> bool {
        let host = headers.get(HOST).and_then(|host| host.to_str().ok());
        host.is_some_and(|host| self.hosts.iter().any(|known| known.eq_ignore_ascii_case(host)))
    }
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// Refuses requests for other hosts and writes from other sites, and notes who asks. What a route needs is asked for at its own
/// entry ([`super::access::entry`]).
pub async fn protect(Extracted(state): Extracted<State>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    if !state.guard.knows_host(headers) {
        return Problem::new(
            StatusCode::MISDIRECTED_REQUEST,
            "unknown-host",
            "This server is not reached under that host name",
        )
        .detail("Use the address that it listens on, or start it with --host-name NAME.")
        .into_response();
    }
    let path = request.uri().path();
    let writes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if writes && comes_from_another_site(headers) {
        return other_site().into_response();
    }
    let network = request
        .extensions()
        .get::<ClientAddress>()
        .map_or_else(|| Network::of(UNKNOWN_ADDRESS), ClientAddress::network);
    let most_of_stranger = if super::ingest::is_signed(path) { MOST_BODY_BYTES } else { MOST_OF_STRANGERS };
    let is_stranger = state.guard.needs_token() || super::ingest::is_signed(path);
    let stranger = is_stranger.then_some(most_of_stranger);
    let meter = Meter::new(state.budget.clone(), Arc::clone(&state.strangers), network, stranger);
    let asking = Asking::new(network, meter.clone());
    let response = asking.clone().answer(next.run(request.map(|body| meter.measured(body)))).await;
    meter.answered().await;
    if asking.has_shown_wrong_token() {
        state.wrong_tokens.slow_down(network).await;
    }
    // Whatever the reader of a body made of it.
    if meter.is_exhausted() && response.status() != StatusCode::SERVICE_UNAVAILABLE {
        return Problem::from(Exhausted).into_response();
    }
    with_wait(response)
}

/// An answer that says "later" says when.
fn with_wait(mut response: Response) -> Response {
    if matches!(response.status(), StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS) {
        response.headers_mut().entry(RETRY_AFTER).or_insert_with(super::bodies::retry_after);
    }
    response
}

/// Browsers ask their reader for a token where reading needs one.
pub fn refused(denied: Denied, is_private: bool) -> Response {
    let asks = is_private && denied.status() == StatusCode::UNAUTHORIZED;
    let mut response = Problem::from(denied).into_response();
    if asks {
        let challenge = HeaderValue::from_static(
            "Basic realm=\"Inferno KPI: any name, and a token as password\", charset=\"UTF-8\"",
        );
        response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
    response
}

/// Browsers say where a request comes from; other clients say nothing and are no danger to a browser's user.
pub fn comes_from_another_site(headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text(HeaderName::from_static("sec-fetch-site")) {
        return !matches!(site, "same-origin" | "none");
    }
    let Some(host) = text(HOST) else { return false };
    if let Some(origin) = text(ORIGIN) {
        return origin.split_once("://").is_none_or(|(_, authority)| !authority.eq_ignore_ascii_case(host));
    }
    // A browser sends neither for an image that it fetches without encryption.
    text(REFERER).is_some_and(|page| {
        let authority = page.split_once("://").and_then(|(_, rest)| rest.split(['/', '?', '#']).next());
        authority.is_none_or(|authority| !authority.eq_ignore_ascii_case(host))
    })
}

/// Headers for every response. Pages replace the policy with their own, which names a nonce.
pub async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("x-frame-options", "DENY"),
        ("cross-origin-opener-policy", "same-origin"),
        ("permissions-policy", "camera=(), microphone=(), geolocation=()"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // A badge says itself that other sites may show it.
    headers.entry("cross-origin-resource-policy").or_insert(HeaderValue::from_static("same-origin"));
    headers.entry("content-security-policy").or_insert(HeaderValue::from_static(
        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    ));
    response
}
