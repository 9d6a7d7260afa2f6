//! Amplitude's protocol: `/2/httpapi` and `/batch`. Its clients read the `code` of the JSON body.

use axum::body::Body;
use axum::extract::State as Extracted;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use formats::amplitude::{self, invalid_reply, refused_reply, success_reply, throttled_reply};
use service::reading::{Format, Reading};
use service::receive::Incoming;

use super::outcome::{self, Outcome};
use super::{MOST_BYTES, content_encoding, content_type, is_secret, limits, waiting, without_token};
use crate::http::State;
use crate::http::access::Denied;
use crate::http::api::body;

const SOURCE: &str = "amplitude";

pub async fn take(Extracted(state): Extracted<State>, headers: HeaderMap, body: Body) -> Response {
    let bytes = match body::read(body, MOST_BYTES).await {
        Ok(bytes) => bytes,
        Err(problem) => return refused(StatusCode::PAYLOAD_TOO_LARGE, &problem.detail, None),
    };
    let limits = limits();
    // Clients that are told which field is missing do not send the same again.
    let unreadable = |refusal: formats::Refusal| {
        state.dashboard.source_refused(SOURCE, &refusal.to_string());
        refused(StatusCode::BAD_REQUEST, &refusal.to_string(), Some("events"))
    };
    let unpacked = match formats::encoding::decode(&bytes, content_encoding(&headers), &limits) {
        Ok(unpacked) => unpacked,
        Err(refusal) => return unreadable(refusal),
    };
    let key = match amplitude::api_key(&unpacked) {
        Ok(key) => key,
        Err(refusal) => return unreadable(refusal),
    };
    let caller = match state.sender(&headers, key.as_deref()) {
        Ok(caller) => caller,
        Err(denied @ Denied::TooMany { requests_per_minute, .. }) => {
            let per_second = usize::try_from(requests_per_minute.div_ceil(60)).unwrap_or_default();
            let reply = throttled_reply(amplitude::event_count(&unpacked, &limits), per_second);
            return waiting(json(StatusCode::TOO_MANY_REQUESTS, reply), &denied);
        }
        // Its clients know no other status for a key that is not taken.
        Err(denied) => return refused(StatusCode::BAD_REQUEST, &format!("Invalid API key: {}", denied.reason()), None),
    };
    let most = caller.at_most(MOST_BYTES);
    if bytes.len() > most {
        return refused(StatusCode::PAYLOAD_TOO_LARGE, &format!("it has more than {most} bytes"), None);
    }
    // Clients may be public, so the key that one shows is not kept with its payload.
    let shown = key.filter(|key| is_secret(&state, key));
    let incoming = Incoming {
        source: caller.source_or(SOURCE),
        content_type: content_type(&headers).to_owned(),
        body: without_token(&unpacked, shown.as_deref()),
        reading: Reading::of(Format::Amplitude),
        partial: true,
    };
    match outcome::take(&state, incoming).await {
        Outcome::Taken(taken) if taken.problems.is_empty() => {
            json(StatusCode::OK, success_reply(taken.rows, bytes.len(), state.dashboard.now_ms()))
        }
        Outcome::Taken(taken) => json(StatusCode::BAD_REQUEST, invalid_reply(&taken.told())),
        Outcome::TooLarge(message) => refused(StatusCode::PAYLOAD_TOO_LARGE, &message, None),
        // Clients that are told which field is missing do not send the same again.
        Outcome::Unsupported(message) | Outcome::Unreadable(message) => {
            refused(StatusCode::BAD_REQUEST, &message, Some("events"))
        }
        Outcome::Unavailable => refused(StatusCode::SERVICE_UNAVAILABLE, outcome::UNAVAILABLE, None),
    }
}

fn refused(status: StatusCode, error: &str, missing_field: Option<&str>) -> Response {
    json(status, refused_reply(status.as_u16(), error, missing_field))
}

fn json(status: StatusCode, body: String) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], body).into_response()
}
