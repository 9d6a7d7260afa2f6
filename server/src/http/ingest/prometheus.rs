//! Prometheus remote write, versions 1.0 and 2.0.

use axum::body::Body;
use axum::extract::State as Extracted;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use formats::remote_write::Version;
use service::reading::{Format, Reading};
use service::receive::{Incoming, Taken};

use super::outcome::{self, Outcome};
use super::{MOST_BYTES, content_type, waiting};
use crate::http::State;
use crate::http::api::body;

const SOURCE: &str = "prometheus";

pub async fn remote_write(Extracted(state): Extracted<State>, headers: HeaderMap, body: Body) -> Response {
    let caller = match state.sender(&headers, None) {
        Ok(caller) => caller,
        Err(denied) => return waiting((denied.status(), denied.reason()).into_response(), &denied),
    };
    let Some(version) = Version::of(content_type(&headers)) else {
        let text = "send application/x-protobuf, of prometheus.WriteRequest or io.prometheus.write.v2.Request";
        return (StatusCode::UNSUPPORTED_MEDIA_TYPE, text).into_response();
    };
    let bytes = match body::read(body, caller.at_most(MOST_BYTES)).await {
        Ok(bytes) => bytes,
        Err(problem) => return (StatusCode::PAYLOAD_TOO_LARGE, problem.detail).into_response(),
    };
    let format = if version == Version::One { Format::RemoteWrite1 } else { Format::RemoteWrite2 };
    let incoming = Incoming {
        source: caller.source_or(SOURCE),
        content_type: content_type(&headers).to_owned(),
        body: bytes.into(),
        reading: Reading::of(format),
        partial: true,
    };
    let (mut response, written) = match outcome::take(&state, incoming).await {
        Outcome::Taken(taken) => (told(&taken), taken.written),
        Outcome::TooLarge(message) => ((StatusCode::PAYLOAD_TOO_LARGE, message).into_response(), None),
        Outcome::Unsupported(message) | Outcome::Unreadable(message) => {
            ((StatusCode::BAD_REQUEST, message).into_response(), None)
        }
        Outcome::Unavailable => {
            let wait = [(RETRY_AFTER, "5")];
            ((StatusCode::SERVICE_UNAVAILABLE, wait, outcome::UNAVAILABLE).into_response(), None)
        }
    };
    if version == Version::Two {
        for (name, count) in written.unwrap_or_default().headers() {
            if let Ok(name) = HeaderName::try_from(name) {
                response.headers_mut().insert(name, HeaderValue::from(count));
            }
        }
    }
    response
}

/// 204, or 400 with the first problem: the sender logs it and goes on. NaN is routine in Prometheus; an answer of 400 would tell
/// the sender that something is wrong with it.
fn told(taken: &Taken) -> Response {
    match taken.waiting() {
        None => StatusCode::NO_CONTENT.into_response(),
        Some(problem) => (StatusCode::BAD_REQUEST, format!("row {}: {}", problem.row, problem.detail)).into_response(),
    }
}
