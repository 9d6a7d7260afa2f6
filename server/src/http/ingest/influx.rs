//! InfluxDB's line protocol: `/write` of version 1 and `/api/v2/write` of version 2, with the answers of each.

use axum::Json;
use axum::body::Body;
use axum::extract::{Query, State as Extracted};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use formats::influx::{self, Precision};
use formats::{Received, Refusal};
use serde::Deserialize;
use serde_json::json;
use service::receive::Delivery;

use super::{MOST_BYTES, content_encoding, content_type, limits};
use crate::http::State;
use crate::http::api::body;
use crate::http::api::observations::source;

/// The version that `/ping` tells; clients read only that it begins with 1.
const VERSION: &str = "1.8-inferno-kpi";

/// The query of version 1.
#[derive(Debug, Deserialize)]
pub struct Write1 {
    db: Option<String>,
    precision: Option<String>,
    p: Option<String>,
}

/// The query of version 2.
#[derive(Debug, Deserialize)]
pub struct Write2 {
    bucket: Option<String>,
    precision: Option<String>,
}

/// What happened, before it is told in the words of a version.
enum Outcome {
    Written,
    /// Some lines, or all of them, were refused: the others are kept.
    Refused(String),
    TooLarge(String),
    Unsupported(String),
    Unavailable,
}

pub async fn write_1(
    Extracted(state): Extracted<State>,
    Query(query): Query<Write1>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    if !state.guard.accepts_sender(&headers, query.p.as_deref()) {
        return error_1(StatusCode::UNAUTHORIZED, "authorization failed");
    }
    let Some(database) = query.db.filter(|name| !name.is_empty()) else {
        return error_1(StatusCode::BAD_REQUEST, "database is required");
    };
    // Version 1 takes an unknown precision for nanoseconds.
    let precision = query.precision.as_deref().and_then(Precision::parse).unwrap_or(Precision::Nanoseconds);
    match take(&state, &database, precision, &headers, body).await {
        Outcome::Written => StatusCode::NO_CONTENT.into_response(),
        Outcome::Refused(message) => error_1(StatusCode::BAD_REQUEST, &message),
        Outcome::TooLarge(message) => error_1(StatusCode::PAYLOAD_TOO_LARGE, &message),
        Outcome::Unsupported(message) => error_1(StatusCode::UNSUPPORTED_MEDIA_TYPE, &message),
        Outcome::Unavailable => error_1(StatusCode::SERVICE_UNAVAILABLE, "the store failed; try again"),
    }
}

pub async fn write_2(
    Extracted(state): Extracted<State>,
    Query(query): Query<Write2>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    if !state.guard.accepts_sender(&headers, None) {
        return error_2(StatusCode::UNAUTHORIZED, "unauthorized", "unauthorized access");
    }
    let precision = match query.precision.as_deref() {
        None => Some(Precision::Nanoseconds),
        Some(written) => Precision::parse(written),
    };
    let (Some(bucket), Some(precision)) = (query.bucket.filter(|name| !name.is_empty()), precision) else {
        let message = "name a bucket, and a precision of ns, us, ms or s";
        return error_2(StatusCode::BAD_REQUEST, "invalid", message);
    };
    match take(&state, &bucket, precision, &headers, body).await {
        Outcome::Written => StatusCode::NO_CONTENT.into_response(),
        Outcome::Refused(message) => error_2(StatusCode::BAD_REQUEST, "invalid", &message),
        Outcome::TooLarge(message) => error_2(StatusCode::PAYLOAD_TOO_LARGE, "request too large", &message),
        Outcome::Unsupported(message) => error_2(StatusCode::UNSUPPORTED_MEDIA_TYPE, "invalid", &message),
        Outcome::Unavailable => error_2(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "the store failed; try again"),
    }
}

pub async fn ping() -> Response {
    let headers = [("x-influxdb-version", VERSION), ("x-influxdb-build", "OSS")];
    (StatusCode::NO_CONTENT, headers).into_response()
}

async fn take(state: &State, name: &str, precision: Precision, headers: &HeaderMap, body: Body) -> Outcome {
    let Ok(source) = source(Some(&format!("influx:{name}")), "influx") else {
        return Outcome::Refused("the name of the database is too long".to_owned());
    };
    let bytes = match body::read(body, MOST_BYTES).await {
        Ok(bytes) => bytes,
        Err(problem) => return Outcome::TooLarge(problem.detail),
    };
    let received = match read(&bytes, precision, content_encoding(headers)) {
        Ok(received) => received,
        Err(refusal) => {
            state.dashboard.source_refused(&source, &refusal.to_string());
            return match refusal.code() {
                "too-large" | "too-much-text" | "too-many-rows" => Outcome::TooLarge(refusal.to_string()),
                "encoding" => Outcome::Unsupported(refusal.to_string()),
                _ => Outcome::Refused(refusal.to_string()),
            };
        }
    };
    let told = influx::error_message(&received);
    let content_type = content_type(headers).to_owned();
    let delivery = Delivery { source, content_type, body: bytes.to_vec(), received };
    match state.dashboard.receive(delivery).await {
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "a delivery was not recorded");
            Outcome::Unavailable
        }
        Ok(reception) => {
            let refused = reception.problems.first().map(|problem| problem.detail.clone());
            told.or(refused).map_or(Outcome::Written, Outcome::Refused)
        }
    }
}

fn read(bytes: &[u8], precision: Precision, content_encoding: Option<&str>) -> Result<Received, Refusal> {
    let limits = limits();
    let unpacked = formats::encoding::decode(bytes, content_encoding, &limits)?;
    influx::read(&unpacked, precision, &limits)
}

/// An error as version 1 tells it: in the body and in a header.
fn error_1(status: StatusCode, message: &str) -> Response {
    let mut response = (status, Json(json!({ "error": message }))).into_response();
    let printable: String = message.chars().filter(|character| (' '..='~').contains(character)).take(500).collect();
    if let Ok(value) = HeaderValue::from_str(&printable) {
        response.headers_mut().insert(HeaderName::from_static("x-influxdb-error"), value);
    }
    response
}

fn error_2(status: StatusCode, code: &str, message: &str) -> Response {
    (status, Json(json!({ "code": code, "message": message }))).into_response()
}
