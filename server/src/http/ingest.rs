//! Other systems' protocols: each sender writes as it always does and gets the answers that it expects.

mod amplitude;
mod influx;
mod mixpanel;
mod opentelemetry;
mod outcome;
mod prometheus;
pub mod webhooks;

use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use formats::Limits;

use super::State;
use super::access::Denied;
use super::asking::Asking;
use super::bodies::{Meter, Unread};
use super::scoped_router::{ScopedRouter, get, post};

/// The most bytes of one request, as they arrive.
const MOST_BYTES: usize = 8 * 1024 * 1024;
/// The most samples of one request.
const MOST_SAMPLES: usize = 100_000;
/// Where webhooks are written to; they are signed.
const WEBHOOKS: &str = "/webhooks/";

/// Whether what is written there is signed, so that all of it is read before it is known who sends it.
pub fn is_signed(path: &str) -> bool {
    path.starts_with(WEBHOOKS)
}

/// The routes of every protocol.
pub fn router() -> ScopedRouter {
    ScopedRouter::default()
        .route("/write", post(influx::write_1))
        .route("/api/v2/write", post(influx::write_2))
        .route("/ping", get(influx::ping))
        .route("/api/v1/write", post(prometheus::remote_write))
        .route("/v1/metrics", post(opentelemetry::metrics))
        .route("/track", get(mixpanel::track).post(mixpanel::track))
        .route("/engage", get(mixpanel::engage).post(mixpanel::engage))
        .route("/import", get(mixpanel::track).post(mixpanel::track))
        .route("/2/httpapi", post(amplitude::take))
        .route("/batch", post(amplitude::take))
        .route("/webhooks/{sender}", post(webhooks::take))
}

fn limits() -> Limits {
    Limits { rows: MOST_SAMPLES, ..Limits::default() }
}

/// A body without the token that its sender showed in it: payloads are kept.
fn without_token(body: Vec<u8>, shown: Option<&str>) -> Vec<u8> {
    const INSTEAD: &[u8] = b"[token]";
    let Some(token) = shown.filter(|token| !token.is_empty()).map(str::as_bytes) else { return body };
    let mut kept = Vec::new();
    let mut rest = body.as_slice();
    while let Some(at) = memchr::memmem::find(rest, token) {
        kept.extend_from_slice(&rest[..at]);
        kept.extend_from_slice(INSTEAD);
        rest = &rest[at + token.len()..];
    }
    if kept.is_empty() {
        return body;
    }
    kept.extend_from_slice(rest);
    kept
}

/// What the body of the request that is answered holds of the budget.
fn meter() -> Result<Meter, Unread> {
    Asking::now().map(|asking| asking.meter().clone()).ok_or(Unread::Exhausted)
}

/// Whether what a client showed opens something here, and must not be kept.
fn is_secret(state: &State, shown: &str) -> bool {
    state.guard.needs_token() || shown.starts_with(access::SECRET_PREFIX)
}

/// A refusal with the header that says when to try again, where trying again helps.
fn waiting(mut response: Response, denied: &Denied) -> Response {
    if let Some(seconds) = denied.retry_after_s() {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn header(headers: &HeaderMap, name: axum::http::HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn content_type(headers: &HeaderMap) -> &str {
    header(headers, CONTENT_TYPE).unwrap_or_default()
}

/// Whether the body is of one of these types, as far as its sender says so.
fn is_of_type(headers: &HeaderMap, accepted: &[&str]) -> bool {
    let media_type = content_type(headers).split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    media_type.is_empty() || accepted.contains(&media_type.as_str())
}

fn content_encoding(headers: &HeaderMap) -> Option<&str> {
    header(headers, CONTENT_ENCODING)
}

#[cfg(test)]
mod tests {
    use super::without_token;

    #[test]
    fn a_token_is_not_kept_with_the_payload() {
        let body = br#"{"api_key":"secret","events":[{"event_type":"secretary"}]}"#;
        let kept = without_token(body.to_vec(), Some("secret"));
        assert_eq!(kept, br#"{"api_key":"[token]","events":[{"event_type":"[token]ary"}]}"#);
        for shown in [None, Some(""), Some("absent")] {
            assert_eq!(without_token(body.to_vec(), shown), body);
        }
    }
}
