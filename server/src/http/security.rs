//! What protects the server: host names, origins, the token, and headers on every response.

use std::net::SocketAddr;

use axum::extract::{Request, State as Extracted};
use axum::http::header::{AUTHORIZATION, HOST, HeaderName, HeaderValue, ORIGIN};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use sha2::{Digest, Sha256};

use super::State;
use super::problem::Problem;

/// Who may write, and under which names the server is reached.
pub struct Guard {
    hosts: Vec<String>,
    token_hash: Option<[u8; 32]>,
}

impl Guard {
    /// A guard of the server at `address`, which browsers may also reach under `host_names`.
    pub fn new(address: SocketAddr, host_names: &[String], token: Option<&str>) -> Self {
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
        Self { hosts, token_hash: token.map(hash) }
    }

    /// Whether writing needs a token.
    pub fn needs_token(&self) -> bool {
        self.token_hash.is_some()
    }

    /// Whether `token` may write. Hashes are compared, so the time taken tells nothing of the token.
    pub fn accepts(&self, token: &str) -> bool {
        self.token_hash.is_none_or(|wanted| wanted == hash(token))
    }

    /// A name under which nobody reaches this server is another site's that resolved to this address.
    fn knows_host(&self, headers: &HeaderMap) -> bool {
        let host = headers.get(HOST).and_then(|host| host.to_str().ok());
        host.is_some_and(|host| self.hosts.iter().any(|known| known.eq_ignore_ascii_case(host)))
    }

    /// Whether a sender in another system's protocol shows the token, in one of the ways its clients have: `Bearer` or
    /// `Token`, the password of basic authentication, or the parameter `p`.
    pub fn accepts_sender(&self, headers: &HeaderMap, parameter: Option<&str>) -> bool {
        let authorization = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let (scheme, rest) = authorization.split_once(' ').unwrap_or(("", ""));
        let shown = match scheme.to_ascii_lowercase().as_str() {
            "bearer" | "token" => Some(rest.trim().to_owned()),
            "basic" => basic_password(rest.trim()),
            _ => parameter.map(str::to_owned),
        };
        self.accepts(&shown.unwrap_or_default())
    }

    fn bearer_is_accepted(&self, headers: &HeaderMap) -> bool {
        let bearer = headers
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|text| text.strip_prefix("Bearer "));
        self.accepts(bearer.unwrap_or_default())
    }
}

/// The password of `user:password` in base64.
fn basic_password(encoded: &str) -> Option<String> {
    use base64::Engine as _;
    let decoded = base64::engine::general_purpose::STANDARD.decode(encoded).ok()?;
    let text = String::from_utf8(decoded).ok()?;
    text.split_once(':').map(|(_, password)| password.to_owned())
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// Refuses requests for other hosts, writes from other sites, and API writes without the token.
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
    let is_ingest = super::ingest::is_ingest(request.uri().path());
    // Some senders write with GET.
    let writes = is_ingest || !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if writes && comes_from_another_site(headers) {
        return Problem::new(StatusCode::FORBIDDEN, "other-site", "Another site may not write here")
            .detail("The request was sent by a page of another origin.")
            .into_response();
    }
    // Forms carry the token in a field, and a page view is reported by whoever may read the page.
    let path = request.uri().path();
    if is_ingest {
        return next.run(request).await;
    }
    let needs_bearer = writes && path.starts_with("/api/") && path != "/api/v1/vitals";
    if needs_bearer && !state.guard.bearer_is_accepted(headers) {
        return Problem::new(StatusCode::UNAUTHORIZED, "token", "Writing needs the server's token")
            .detail("Send it as Authorization: Bearer TOKEN.")
            .into_response();
    }
    next.run(request).await
}

/// Browsers say where a request comes from; other clients say nothing and are no danger to a browser's user.
fn comes_from_another_site(headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text(HeaderName::from_static("sec-fetch-site")) {
        return !matches!(site, "same-origin" | "none");
    }
    match (text(ORIGIN), text(HOST)) {
        (Some(origin), Some(host)) => {
            origin.split_once("://").is_none_or(|(_, authority)| !authority.eq_ignore_ascii_case(host))
        }
        _ => false,
    }
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
