//! Amplitude's protocol: `/2/httpapi` and `/batch`. Its clients read the `code` of the JSON body.

use axum::body::Body;
use axum::extract::State as Extracted;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use formats::amplitude::{self, invalid_reply, refused_reply, success_reply, throttled_reply};
use service::reading::{Format, PayloadDecoder};
use service::receive::Incoming;

use super::outcome::{self, Outcome};
use super::{MOST_BYTES, content_encoding, content_type, is_of_type, is_secret, limits, meter, waiting, without_token};
use crate::http::State;
use crate::http::access::Denied;
use crate::http::access::needs::{Needs, Protocol};
use crate::http::bodies::{Inflow, MOST_OF_STRANGERS, Whole};

const SOURCE: &str = "amplitude";

pub async fn take(
    needs: Needs<Protocol>,
    Extracted(state): Extracted<State>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    match taken(&needs, &state, &headers, body).await {
        Ok(response) => response,
        Err(outcome) => told(outcome),
    }
}

async fn taken(needs: &Needs<Protocol>, state: &State, headers: &HeaderMap, body: Body) -> Result<Response, Outcome> {
    // Browsers send beacons as plain text, and tools forget to say what they send.
    if !is_of_type(headers, &["application/json", "text/plain", "application/x-www-form-urlencoded"]) {
        return Err(Outcome::Unsupported("send application/json".to_owned()));
    }
    let refuse = |refusal: formats::Refusal| Outcome::refused(&refusal);
    let mut inflow = Inflow::new(body, content_encoding(headers), &limits(), meter()?).map_err(refuse)?;
    // Clients write their key first; it says who sends before the events are read.
    let key = amplitude::api_key(inflow.beginning(MOST_OF_STRANGERS).await?);
    let caller = match needs.sender(state, headers, key.as_deref()) {
        Ok(caller) => caller,
        Err(denied) => return Ok(not_let_in(&denied, inflow).await),
    };
    let Whole { content, arrived } = inflow.whole(caller.at_most(MOST_BYTES)).await?;
    // Clients may be public, so the key that one shows is not kept with its payload.
    let shown = key.or_else(|| amplitude::api_key(&content)).filter(|key| is_secret(state, key));
    let incoming = Incoming {
        source: caller.source_or(SOURCE),
        content_type: content_type(headers).to_owned(),
        body: without_token(content, shown.as_deref()),
        unpacked: None,
        reading: PayloadDecoder::of(Format::Amplitude),
        partial: true,
    };
    match outcome::take(state, &caller, incoming).await {
        Outcome::Taken(taken) if taken.problems.is_empty() => {
            Ok(json(StatusCode::OK, success_reply(taken.rows, arrived, state.dashboard.now_ms())))
        }
        Outcome::Taken(taken) => Ok(json(StatusCode::BAD_REQUEST, invalid_reply(&taken.told()))),
        other => Err(other),
    }
}

/// The answer to a sender whose key is not taken; nothing is known of its source then.
async fn not_let_in(denied: &Denied, mut inflow: Inflow) -> Response {
    let per_minute = match denied {
        Denied::TooMany { requests_per_minute, .. } => *requests_per_minute,
        Denied::TooManyWrong { .. } => 0,
        // Its clients know no other status for a key that is not taken.
        _ => {
            inflow.discard().await;
            return refused(StatusCode::BAD_REQUEST, &format!("Invalid API key: {}", denied.reason()), None);
        }
    };
    // Of a body that is cut off the events are counted as far as they go.
    let events = inflow.beginning(MOST_OF_STRANGERS).await.map_or(0, |read| amplitude::event_count(read, &limits()));
    inflow.discard().await;
    let per_second = usize::try_from(per_minute.div_ceil(60)).unwrap_or_default();
    waiting(json(StatusCode::TOO_MANY_REQUESTS, throttled_reply(events, per_second)), denied)
}

fn told(outcome: Outcome) -> Response {
    match outcome {
        Outcome::Taken(taken) => json(StatusCode::BAD_REQUEST, invalid_reply(&taken.told())),
        Outcome::TooLarge(message) => refused(StatusCode::PAYLOAD_TOO_LARGE, &message, None),
        // Clients that are told which field is missing do not send the same again.
        Outcome::Unsupported(message) => refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, &message, Some("events")),
        Outcome::Unreadable(message) => refused(StatusCode::BAD_REQUEST, &message, Some("events")),
        Outcome::Unavailable => outcome::later(refused(StatusCode::SERVICE_UNAVAILABLE, outcome::UNAVAILABLE, None)),
        Outcome::Busy => outcome::later(refused(StatusCode::SERVICE_UNAVAILABLE, outcome::BUSY, None)),
    }
}

fn refused(status: StatusCode, error: &str, missing_field: Option<&str>) -> Response {
    json(status, refused_reply(status.as_u16(), error, missing_field))
}

fn json(status: StatusCode, body: String) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], body).into_response()
}
