//! Prometheus remote write, versions 1.0 and 2.0.

use axum::body::Body;
use axum::extract::State as Extracted;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use formats::remote_write::Version;
use service::reading::{Format, PayloadDecoder};
use service::receive::Incoming;

use super::outcome::{self, Outcome};
use super::{MOST_BYTES, content_encoding, content_type, limits, meter, waiting};
use crate::http::State;
use crate::http::access::needs::{Needs, Protocol};

const SOURCE: &str = "prometheus";

pub async fn remote_write(
    needs: Needs<Protocol>,
    Extracted(state): Extracted<State>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let caller = match needs.sender(&state, &headers, None) {
        Ok(caller) => caller,
        Err(denied) => return waiting((denied.status(), denied.reason()).into_response(), &denied),
    };
    let Some(version) = Version::of(content_type(&headers)) else {
        let text = "send application/x-protobuf, of prometheus.WriteRequest or io.prometheus.write.v2.Request";
        return (StatusCode::UNSUPPORTED_MEDIA_TYPE, text).into_response();
    };
    // Both versions of the protocol know this one way to pack.
    if !content_encoding(&headers)
        .is_none_or(|name| name.trim().is_empty() || name.trim().eq_ignore_ascii_case("snappy"))
    {
        return told(Outcome::Unsupported("send `Content-Encoding: snappy`".to_owned()));
    }
    let format = if version == Version::One { Format::RemoteWrite1 } else { Format::RemoteWrite2 };
    let body = match outcome::body(body, caller.at_most(MOST_BYTES)).await {
        Ok(body) => body,
        Err(outcome) => return told(outcome),
    };
    // What the block holds is charged before it is unpacked.
    let promised = formats::encoding::snappy_bytes(&body).min(limits().body_bytes);
    match meter() {
        Ok(meter) if meter.charge(promised).await.is_ok() => {}
        _ => return told(Outcome::Busy),
    }
    let incoming = Incoming {
        source: caller.source_or(SOURCE),
        content_type: content_type(&headers).to_owned(),
        body,
        unpacked: None,
        reading: PayloadDecoder::of(format),
        partial: true,
    };
    let outcome = outcome::take(&state, &caller, incoming).await;
    let written = if let Outcome::Taken(taken) = &outcome { taken.written } else { None };
    let mut response = told(outcome);
    if version == Version::Two {
        for (name, count) in written.unwrap_or_default().headers() {
            if let Ok(name) = HeaderName::try_from(name) {
                response.headers_mut().insert(name, HeaderValue::from(count));
            }
        }
    }
    response
}

/// 204, or 400 with the first problems: the sender logs them and goes on. NaN is routine in Prometheus; an answer of 400 would tell
/// the sender that something is wrong with it.
fn told(outcome: Outcome) -> Response {
    let (status, text) = match outcome {
        Outcome::Taken(taken) => match taken.waiting() {
            None => return StatusCode::NO_CONTENT.into_response(),
            Some(_) => (StatusCode::BAD_REQUEST, taken.waiting_summary()),
        },
        Outcome::TooLarge(message) => (StatusCode::PAYLOAD_TOO_LARGE, message),
        Outcome::Unsupported(message) => (StatusCode::UNSUPPORTED_MEDIA_TYPE, message),
        Outcome::Unreadable(message) => (StatusCode::BAD_REQUEST, message),
        Outcome::Unavailable => {
            return outcome::later((StatusCode::SERVICE_UNAVAILABLE, outcome::UNAVAILABLE).into_response());
        }
        Outcome::Busy => return outcome::later((StatusCode::SERVICE_UNAVAILABLE, outcome::BUSY).into_response()),
    };
    (status, text).into_response()
}
