//! Prometheus remote write, versions 1.0 and 2.0.

use axum::body::Body;
use axum::extract::State as Extracted;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use formats::remote_write::{self, Version};
use service::receive::Delivery;

use super::{MOST_BYTES, content_type, limits};
use crate::http::State;
use crate::http::api::body;

const SOURCE: &str = "prometheus";

pub async fn remote_write(Extracted(state): Extracted<State>, headers: HeaderMap, body: Body) -> Response {
    if !state.guard.accepts_sender(&headers, None) {
        return (StatusCode::UNAUTHORIZED, "the token is missing or wrong").into_response();
    }
    let Some(version) = Version::of(content_type(&headers)) else {
        let text = "send application/x-protobuf, of prometheus.WriteRequest or io.prometheus.write.v2.Request";
        return (StatusCode::UNSUPPORTED_MEDIA_TYPE, text).into_response();
    };
    let bytes = match body::read(body, MOST_BYTES).await {
        Ok(bytes) => bytes,
        Err(problem) => return (StatusCode::PAYLOAD_TOO_LARGE, problem.detail).into_response(),
    };
    let request = match remote_write::read(&bytes, version, &limits()) {
        Ok(request) => request,
        Err(refusal) => {
            state.dashboard.source_refused(SOURCE, &refusal.to_string());
            let status = match refusal.code() {
                "too-large" | "too-much-text" | "too-many-rows" => StatusCode::PAYLOAD_TOO_LARGE,
                _ => StatusCode::BAD_REQUEST,
            };
            return (status, refusal.to_string()).into_response();
        }
    };
    let (written, content_type) = (request.written, content_type(&headers).to_owned());
    // NaN is routine in Prometheus; an answer of 400 would tell the sender that something is wrong with it.
    let is_routine = |code: &str| code == "not-finite";
    let summary = request.received.summary();
    let delivery =
        Delivery { source: SOURCE.to_owned(), content_type, body: bytes.to_vec(), received: request.received };
    let mut response = match state.dashboard.receive(delivery).await {
        Ok(reception) if reception.problems.iter().all(|problem| is_routine(problem.code)) => {
            StatusCode::NO_CONTENT.into_response()
        }
        Ok(reception) => {
            let first = reception.problems.iter().find(|problem| !is_routine(problem.code));
            let told = first.map_or(summary, |problem| format!("row {}: {}", problem.row, problem.detail));
            (StatusCode::BAD_REQUEST, told).into_response()
        }
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "a delivery was not recorded");
            (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "5")], "the store failed; try again").into_response()
        }
    };
    if version == Version::Two {
        for (name, count) in written.headers() {
            if let Ok(name) = HeaderName::try_from(name) {
                response.headers_mut().insert(name, HeaderValue::from(count));
            }
        }
    }
    response
}
