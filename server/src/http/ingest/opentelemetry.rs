//! OpenTelemetry metrics over HTTP, in protobuf and in JSON.

use axum::body::Body;
use axum::extract::State as Extracted;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use formats::otlp::{self, Encoding, Options, reply};
use formats::{Received, Refusal};
use service::receive::Delivery;

use super::{MOST_BYTES, content_encoding, content_type, limits};
use crate::http::State;
use crate::http::api::body;

const SOURCE: &str = "opentelemetry";

/// Codes of `google.rpc.Status`.
const INVALID_ARGUMENT: u8 = 3;
const UNAVAILABLE: u8 = 14;
const UNAUTHENTICATED: u8 = 16;

pub async fn metrics(Extracted(state): Extracted<State>, headers: HeaderMap, body: Body) -> Response {
    let Some(encoding) = Encoding::of(content_type(&headers)) else {
        let text = "send application/x-protobuf or application/json";
        return (StatusCode::UNSUPPORTED_MEDIA_TYPE, text).into_response();
    };
    let refused = |status: StatusCode, code: u8, message: &str| {
        (status, [(CONTENT_TYPE, encoding.content_type())], reply::refused(code, message, encoding)).into_response()
    };
    if !state.guard.accepts_sender(&headers, None) {
        return refused(StatusCode::UNAUTHORIZED, UNAUTHENTICATED, "the token is missing or wrong");
    }
    let bytes = match body::read(body, MOST_BYTES).await {
        Ok(bytes) => bytes,
        Err(problem) => return refused(StatusCode::PAYLOAD_TOO_LARGE, INVALID_ARGUMENT, &problem.detail),
    };
    let received = match read(&bytes, encoding, content_encoding(&headers)) {
        Ok(received) => received,
        Err(refusal) => {
            state.dashboard.source_refused(SOURCE, &refusal.to_string());
            return refused(StatusCode::BAD_REQUEST, INVALID_ARGUMENT, &refusal.to_string());
        }
    };
    let content_type = content_type(&headers).to_owned();
    let mut told = received.clone();
    let delivery = Delivery { source: SOURCE.to_owned(), content_type, body: bytes.to_vec(), received };
    match state.dashboard.receive(delivery).await {
        Ok(reception) => {
            told.samples.problems = reception.problems;
            (StatusCode::OK, [(CONTENT_TYPE, encoding.content_type())], reply::accepted(&told, encoding))
                .into_response()
        }
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "a delivery was not recorded");
            let mut response = refused(StatusCode::SERVICE_UNAVAILABLE, UNAVAILABLE, "the store failed; try again");
            response.headers_mut().insert(RETRY_AFTER, axum::http::HeaderValue::from_static("5"));
            response
        }
    }
}

fn read(bytes: &[u8], encoding: Encoding, content_encoding: Option<&str>) -> Result<Received, Refusal> {
    let limits = limits();
    let unpacked = formats::encoding::decode(bytes, content_encoding, &limits)?;
    otlp::read(&unpacked, encoding, &Options::default(), &limits)
}
