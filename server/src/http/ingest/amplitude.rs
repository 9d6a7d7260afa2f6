//! Amplitude's protocol: `/2/httpapi` and `/batch`. Its clients read the `code` of the JSON body.

use axum::body::Body;
use axum::extract::State as Extracted;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use formats::amplitude::{self, invalid_reply, refused_reply, success_reply};
use formats::analytics::EventMapping;
use service::receive::Delivery;

use super::{MOST_BYTES, content_encoding, content_type, limits, without_token};
use crate::http::State;
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
    if !state.guard.accepts_sender(&headers, key.as_deref()) {
        return refused(StatusCode::BAD_REQUEST, "Invalid API key: it is not this server's token", None);
    }
    let received = match amplitude::read(&unpacked, &EventMapping::default(), &limits) {
        Ok(received) => received,
        Err(refusal) => return unreadable(refusal),
    };
    let (mut told, rows) = (received.clone(), received.samples.rows);
    let shown = key.filter(|_| state.guard.needs_token());
    let body = without_token(&unpacked, shown.as_deref());
    let content_type = content_type(&headers).to_owned();
    let delivery = Delivery { source: SOURCE.to_owned(), content_type, body, received };
    match state.dashboard.receive(delivery).await {
        Ok(reception) if reception.problems.is_empty() => {
            json(StatusCode::OK, success_reply(rows, bytes.len(), state.dashboard.now_ms()))
        }
        Ok(reception) => {
            told.samples.problems = reception.problems;
            json(StatusCode::BAD_REQUEST, invalid_reply(&told))
        }
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "a delivery was not recorded");
            refused(StatusCode::SERVICE_UNAVAILABLE, "the store failed; try again", None)
        }
    }
}

fn refused(status: StatusCode, error: &str, missing_field: Option<&str>) -> Response {
    json(status, refused_reply(status.as_u16(), error, missing_field))
}

fn json(status: StatusCode, body: String) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], body).into_response()
}
