//! OpenTelemetry metrics over HTTP, in protobuf and in JSON.

use axum::body::Body;
use axum::extract::State as Extracted;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use formats::otlp::reply::{INVALID_ARGUMENT, PERMISSION_DENIED, RESOURCE_EXHAUSTED, UNAUTHENTICATED, UNAVAILABLE};
use formats::otlp::{Encoding, reply};
use service::reading::{Format, Reading};
use service::receive::Incoming;

use super::outcome::{self, Outcome};
use super::{MOST_BYTES, content_encoding, content_type, waiting};
use crate::http::State;
use crate::http::access::Denied;
use crate::http::api::body;

const SOURCE: &str = "opentelemetry";

pub async fn metrics(Extracted(state): Extracted<State>, headers: HeaderMap, body: Body) -> Response {
    let Some(encoding) = Encoding::of(content_type(&headers)) else {
        let text = "send application/x-protobuf or application/json";
        return (StatusCode::UNSUPPORTED_MEDIA_TYPE, text).into_response();
    };
    let refused = |status: StatusCode, code: u8, message: &str| {
        (status, [(CONTENT_TYPE, encoding.content_type())], reply::refused(code, message, encoding)).into_response()
    };
    let caller = match state.sender(&headers, None) {
        Ok(caller) => caller,
        Err(denied) => {
            let code = match denied {
                Denied::Missing | Denied::Wrong(_) => UNAUTHENTICATED,
                Denied::Scope(_) => PERMISSION_DENIED,
                Denied::TooMany { .. } => RESOURCE_EXHAUSTED,
            };
            return waiting(refused(denied.status(), code, &denied.reason()), &denied);
        }
    };
    let bytes = match body::read(body, caller.at_most(MOST_BYTES)).await {
        Ok(bytes) => bytes,
        Err(problem) => return refused(StatusCode::PAYLOAD_TOO_LARGE, INVALID_ARGUMENT, &problem.detail),
    };
    let format = match encoding {
        Encoding::Protobuf => Format::OtlpProtobuf,
        Encoding::Json => Format::OtlpJson,
    };
    let incoming = Incoming {
        source: caller.source_or(SOURCE),
        content_type: content_type(&headers).to_owned(),
        body: bytes.into(),
        reading: Reading::of(format).with("encoding", content_encoding(&headers).unwrap_or_default()),
        partial: true,
    };
    match outcome::take(&state, incoming).await {
        Outcome::Taken(taken) => {
            let body = reply::accepted(&taken.told(), encoding);
            (StatusCode::OK, [(CONTENT_TYPE, encoding.content_type())], body).into_response()
        }
        Outcome::TooLarge(message) => refused(StatusCode::PAYLOAD_TOO_LARGE, INVALID_ARGUMENT, &message),
        Outcome::Unsupported(message) | Outcome::Unreadable(message) => {
            refused(StatusCode::BAD_REQUEST, INVALID_ARGUMENT, &message)
        }
        Outcome::Unavailable => {
            let mut response = refused(StatusCode::SERVICE_UNAVAILABLE, UNAVAILABLE, outcome::UNAVAILABLE);
            response.headers_mut().insert(RETRY_AFTER, axum::http::HeaderValue::from_static("5"));
            response
        }
    }
}
