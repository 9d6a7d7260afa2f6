//! InfluxDB's line protocol: `/write` of version 1 and `/api/v2/write` of version 2, with the answers of each.

use axum::Json;
use axum::body::Body;
use axum::extract::{Query, State as Extracted};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use formats::influx::{self, Precision};
use serde::Deserialize;
use serde_json::json;
use service::reading::{Format, PayloadDecoder};
use service::receive::Incoming;

use super::outcome::{self, Outcome};
use super::{MOST_BYTES, content_encoding, content_type, limits, meter, waiting};
use crate::http::State;
use crate::http::access::needs::{Authorized, Ingest, Needs, Nothing, Protocol};
use crate::http::api::observations::source;
use crate::http::bodies::{Unread, unpacked};
use crate::http::media;

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

pub async fn write_1(
    needs: Needs<Protocol>,
    Extracted(state): Extracted<State>,
    Query(query): Query<Write1>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let caller = match needs.sender(&state, &headers, query.p.as_deref()) {
        Ok(caller) => caller,
        Err(denied) => return waiting(error_1(denied.status(), &denied.reason()), &denied),
    };
    let Some(database) = query.db.filter(|name| !name.is_empty()) else {
        return error_1(StatusCode::BAD_REQUEST, "database is required");
    };
    // Version 1 takes an unknown precision for nanoseconds.
    let precision = query.precision.as_deref().filter(|name| Precision::parse(name).is_some()).unwrap_or_default();
    match write(&state, &caller, &database, precision, &headers, body).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err((status, message)) => with_wait(error_1(status, &message)),
    }
}

pub async fn write_2(
    needs: Needs<Protocol>,
    Extracted(state): Extracted<State>,
    Query(query): Query<Write2>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let caller = match needs.sender(&state, &headers, None) {
        Ok(caller) => caller,
        Err(denied) => {
            let status = denied.status();
            return waiting(error_2(status, code_2(status), &denied.reason()), &denied);
        }
    };
    let precision = query.precision.as_deref().unwrap_or_default();
    let precision = Precision::parse(precision).map(|_| precision);
    let (Some(bucket), Some(precision)) = (query.bucket.filter(|name| !name.is_empty()), precision) else {
        let message = "name a bucket, and a precision of ns, us, ms or s";
        return error_2(StatusCode::BAD_REQUEST, "invalid", message);
    };
    match write(&state, &caller, &bucket, precision, &headers, body).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err((status, message)) => with_wait(error_2(status, code_2(status), &message)),
    }
}

/// The word of version 2 for a status.
fn code_2(status: StatusCode) -> &'static str {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => "request too large",
        StatusCode::SERVICE_UNAVAILABLE => "unavailable",
        StatusCode::UNAUTHORIZED => "unauthorized",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "unsupported media type",
        StatusCode::FORBIDDEN => "forbidden",
        StatusCode::TOO_MANY_REQUESTS => "too many requests",
        _ => "invalid",
    }
}

pub async fn ping(_: Needs<Nothing>) -> Response {
    let headers = [("x-influxdb-version", VERSION), ("x-influxdb-build", "OSS")];
    (StatusCode::NO_CONTENT, headers).into_response()
}

/// Takes a body; status and message where not all of it was taken.
async fn write(
    state: &State,
    caller: &Authorized<Ingest>,
    name: &str,
    precision: &str,
    headers: &HeaderMap,
    body: Body,
) -> Result<(), (StatusCode, String)> {
    if !media::is_line_protocol(headers) {
        return Err((StatusCode::UNSUPPORTED_MEDIA_TYPE, "send line protocol as text/plain".to_owned()));
    }
    if let Some(detail) = media::foreign_letters(headers) {
        return Err((StatusCode::UNSUPPORTED_MEDIA_TYPE, detail));
    }
    let Ok(source) = source(Some(&format!("influx:{name}")), "influx") else {
        return Err((StatusCode::BAD_REQUEST, "the name of the database is too long".to_owned()));
    };
    let source = caller.source_or(&source);
    let most = caller.at_most(MOST_BYTES);
    let body = outcome::body(body, most).await.map_err(told)?;
    let encoding = content_encoding(headers).unwrap_or_default();
    let unpacked = match meter() {
        Ok(meter) => unpacked(&body, Some(encoding), &limits(), &meter).await,
        Err(unread) => Err(unread),
    };
    let unpacked = match unpacked {
        Ok(unpacked) => unpacked,
        // What is packed in another way than it says is kept, with the reason.
        Err(Unread::Refused(_)) => None,
        Err(unread) => return Err(told(unread.into())),
    };
    let incoming = Incoming {
        source,
        content_type: content_type(headers).to_owned(),
        body,
        unpacked,
        reading: PayloadDecoder::of(Format::Influx).with("precision", precision).with("encoding", encoding),
        partial: true,
    };
    match outcome::take(state, caller, incoming).await {
        Outcome::Taken(taken) => match influx::error_message(&taken.problems, taken.kept) {
            None => Ok(()),
            Some(told) => Err((StatusCode::BAD_REQUEST, told)),
        },
        other => Err(told(other)),
    }
}

fn told(outcome: Outcome) -> (StatusCode, String) {
    match outcome {
        Outcome::Taken(taken) => (StatusCode::BAD_REQUEST, taken.told().summary()),
        Outcome::TooLarge(message) => (StatusCode::PAYLOAD_TOO_LARGE, message),
        Outcome::Unsupported(message) => (StatusCode::UNSUPPORTED_MEDIA_TYPE, message),
        Outcome::Unreadable(message) => (StatusCode::BAD_REQUEST, message),
        Outcome::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, outcome::UNAVAILABLE.to_owned()),
        Outcome::Busy => (StatusCode::SERVICE_UNAVAILABLE, outcome::BUSY.to_owned()),
    }
}

/// Says when to try again, where trying again helps.
fn with_wait(response: Response) -> Response {
    if response.status() == StatusCode::SERVICE_UNAVAILABLE { outcome::later(response) } else { response }
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
