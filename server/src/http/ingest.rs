//! Other systems' protocols: each sender writes as it always does and gets the answers that it expects.

mod amplitude;
mod influx;
mod mixpanel;
mod opentelemetry;
mod outcome;
mod prometheus;
pub mod webhooks;

use axum::Router;
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use axum::routing::{get, post};
use formats::Limits;

use super::State;
use super::access::Denied;

/// The most bytes of one request, as they arrive.
const MOST_BYTES: usize = 8 * 1024 * 1024;
/// The most samples of one request.
const MOST_SAMPLES: usize = 100_000;
/// The paths that are written to in another system's protocol; they ask for the token in their own ways.
const WRITTEN_TO: [&str; 9] =
    ["/write", "/api/v2/write", "/api/v1/write", "/v1/metrics", "/track", "/engage", "/import", "/2/httpapi", "/batch"];
/// Where webhooks are written to; they are signed.
const WEBHOOKS: &str = "/webhooks/";

/// Whether a path is written to in another system's protocol.
pub fn is_ingest(path: &str) -> bool {
    WRITTEN_TO.contains(&path) || path.starts_with(WEBHOOKS)
}

/// The routes of every protocol.
pub fn router() -> Router<State> {
    Router::new()
        .route("/write", post(influx::write_1))
        .route("/api/v2/write", post(influx::write_2))
        .route("/ping", get(influx::ping).head(influx::ping))
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

/// A body without the token that its sender showed in it: payloads can be read by whoever may read the pages.
fn without_token(body: &[u8], shown: Option<&str>) -> Vec<u8> {
    match shown.filter(|token| !token.is_empty()) {
        Some(token) => String::from_utf8_lossy(body).replace(token, "[token]").into_bytes(),
        None => body.to_vec(),
    }
}

/// Whether what a client showed opens something here, and must not be kept.
fn is_secret(state: &State, shown: &str) -> bool {
    state.guard.needs_token() || shown.starts_with(service::token::SECRET_PREFIX)
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

fn content_encoding(headers: &HeaderMap) -> Option<&str> {
    header(headers, CONTENT_ENCODING)
}

#[cfg(test)]
mod tests {
    use super::without_token;

    #[test]
    fn a_token_is_not_kept_with_the_payload() {
        let body = br#"{"api_key":"secret","events":[{"event_type":"secretary"}]}"#;
        let kept = without_token(body, Some("secret"));
        assert!(!String::from_utf8(kept).unwrap().contains("secret"));
        assert_eq!(without_token(body, None), body);
    }
}
