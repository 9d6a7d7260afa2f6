//! OpenTelemetry metrics over HTTP, in protobuf and in JSON.

use axum::body::Body;
use axum::extract::State as Extracted;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use formats::otlp::reply::{INVALID_ARGUMENT, PERMISSION_DENIED, RESOURCE_EXHAUSTED, UNAUTHENTICATED, UNAVAILABLE};
use formats::otlp::{Encoding, reply};
use service::reading::{Format, PayloadDecoder};
use service::receive::Incoming;

use super::outcome::{self, Outcome};
use super::{MOST_BYTES, content_encoding, content_type, limits, meter, waiting};
use crate::http::State;
use crate::http::access::Denied;
use crate::http::access::needs::{Needs, Protocol};
use crate::http::bodies::{Unread, unpacked};

const SOURCE: &str = "opentelemetry";

pub async fn metrics(
    needs: Needs<Protocol>,
    Extracted(state): Extracted<State>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let Some(encoding) = Encoding::of(content_type(&headers)) else {
        let text = "send application/x-protobuf or application/json";
        return (StatusCode::UNSUPPORTED_MEDIA_TYPE, text).into_response();
    };
    let refused = |status: StatusCode, code: u8, message: &str| {
        (status, [(CONTENT_TYPE, encoding.content_type())], reply::refused(code, message, encoding)).into_response()
    };
    let caller = match needs.sender(&state, &headers, None) {
        Ok(caller) => caller,
        Err(denied) => {
            let code = match denied {
                Denied::Missing | Denied::Wrong(_) => UNAUTHENTICATED,
                Denied::Scope(_) => PERMISSION_DENIED,
                Denied::TooMany { .. } | Denied::TooManyWrong { .. } => RESOURCE_EXHAUSTED,
            };
            return waiting(refused(denied.status(), code, &denied.reason()), &denied);
        }
    };
    let told = |outcome: Outcome| match outcome {
        Outcome::Taken(taken) => {
            let body = reply::accepted(&taken.told(), encoding);
            (StatusCode::OK, [(CONTENT_TYPE, encoding.content_type())], body).into_response()
        }
        Outcome::TooLarge(message) => refused(StatusCode::PAYLOAD_TOO_LARGE, INVALID_ARGUMENT, &message),
        Outcome::Unsupported(message) => refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, INVALID_ARGUMENT, &message),
        Outcome::Unreadable(message) => refused(StatusCode::BAD_REQUEST, INVALID_ARGUMENT, &message),
        Outcome::Unavailable => {
            outcome::later(refused(StatusCode::SERVICE_UNAVAILABLE, UNAVAILABLE, outcome::UNAVAILABLE))
        }
        Outcome::Busy => outcome::later(refused(StatusCode::SERVICE_UNAVAILABLE, UNAVAILABLE, outcome::BUSY)),
    };
    let body = match outcome::body(body, caller.at_most(MOST_BYTES)).await {
        Ok(body) => body,
        Err(outcome) => return told(outcome),
    };
    let unpacked = match meter() {
        Ok(meter) => unpacked(&body, content_encoding(&headers), &limits(), &meter).await,
        Err(unread) => Err(unread),
    };
    let unpacked = match unpacked {
        Ok(unpacked) => unpacked,
        // What is packed in another way than it says is kept, with the reason.
        Err(Unread::Refused(_)) => None,
        Err(unread) => return told(unread.into()),
    };
    let format = match encoding {
        Encoding::Protobuf => Format::OtlpProtobuf,
        Encoding::Json => Format::OtlpJson,
    };
    let incoming = Incoming {
        source: caller.source_or(SOURCE),
        content_type: content_type(&headers).to_owned(),
        body,
        unpacked,
        reading: PayloadDecoder::of(format).with("encoding", content_encoding(&headers).unwrap_or_default()),
        partial: true,
    };
    told(outcome::take(&state, &caller, incoming).await)
}
