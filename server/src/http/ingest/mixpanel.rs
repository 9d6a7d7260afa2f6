//! Mixpanel's protocol: `/track` and `/engage` as forms or addresses, `/import` as JSON.

use axum::body::Body;
use axum::extract::{RawQuery, State as Extracted};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use formats::Received;
use formats::mixpanel::{self, form_reply, import_reply};
use service::reading::{Format, PayloadDecoder};
use service::receive::Incoming;

use super::outcome::{self, Outcome};
use super::{MOST_BYTES, content_encoding, is_of_type, is_secret, limits, meter, waiting, without_token};
use crate::http::State;
use crate::http::access::needs::{Needs, Protocol};
use crate::http::bodies::{Inflow, MOST_OF_STRANGERS};

const SOURCE: &str = "mixpanel";

pub async fn track(
    needs: Needs<Protocol>,
    state: Extracted<State>,
    query: RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Response {
    take(needs, state, query, headers, body, Format::MixpanelEvents).await
}

pub async fn engage(
    needs: Needs<Protocol>,
    state: Extracted<State>,
    query: RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Response {
    take(needs, state, query, headers, body, Format::MixpanelProfiles).await
}

async fn take(
    needs: Needs<Protocol>,
    Extracted(state): Extracted<State>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
    format: Format,
) -> Response {
    let query = query.unwrap_or_default();
    match taken(&needs, &state, &query, &headers, body, format).await {
        Ok(response) => response,
        Err(outcome) => told(&Shape::of_query(&query), outcome),
    }
}

async fn taken(
    needs: &Needs<Protocol>,
    state: &State,
    query: &str,
    headers: &HeaderMap,
    body: Body,
    format: Format,
) -> Result<Response, Outcome> {
    const ACCEPTED: [&str; 4] =
        ["application/json", "application/x-ndjson", "application/x-www-form-urlencoded", "text/plain"];
    if !is_of_type(headers, &ACCEPTED) {
        return Err(Outcome::Unsupported("send application/json, or a form".to_owned()));
    }
    let refuse = |refusal: formats::Refusal| Outcome::refused(&refusal);
    let mut inflow = Inflow::new(body, content_encoding(headers), &limits(), meter()?).map_err(refuse)?;
    // A browser's or an app's client can't keep a secret, so its project token is what it shows; it stands in the first event.
    let beginning = inflow.beginning(MOST_OF_STRANGERS).await?;
    let shown = mixpanel::shown_key(query, beginning);
    let shape = Shape::of(query, beginning);
    let caller = match needs.sender(state, headers, shown.as_deref()) {
        Ok(caller) => caller,
        Err(denied) => {
            inflow.discard().await;
            return Ok(waiting(refused(&shape, denied.status(), &denied.reason()), &denied));
        }
    };
    let whole = match inflow.whole(caller.at_most(MOST_BYTES)).await {
        Ok(whole) => whole,
        Err(unread) => return Ok(told(&shape, unread.into())),
    };
    let request = mixpanel::request(query, whole.content).map_err(refuse)?;
    let shape = Shape { is_form: request.is_form, is_verbose: request.is_verbose };
    // What is kept is the JSON inside the form or the address.
    let shown = shown.or_else(|| mixpanel::project_token(&request.json)).filter(|shown| is_secret(state, shown));
    let incoming = Incoming {
        source: caller.source_or(SOURCE),
        content_type: "application/json".to_owned(),
        body: without_token(request.json, shown.as_deref()),
        unpacked: None,
        reading: PayloadDecoder::of(format),
        partial: true,
    };
    match outcome::take(state, &caller, incoming).await {
        Outcome::Taken(taken) => Ok(accepted(&shape, &taken.told(), taken.kept > 0 || taken.problems.is_empty())),
        other => Ok(told(&shape, other)),
    }
}

/// How the answer is written.
struct Shape {
    is_form: bool,
    is_verbose: bool,
}

impl Shape {
    /// As the beginning of a body has it.
    fn of(query: &str, beginning: &[u8]) -> Self {
        let first = beginning.iter().find(|byte| !byte.is_ascii_whitespace());
        let is_form = !first.is_some_and(|byte| matches!(byte, b'{' | b'['));
        let mut shape = Self { is_form, ..Self::of_query(query) };
        let form = if is_form { beginning } else { &[] };
        for (_, value) in form_urlencoded::parse(form).filter(|(name, _)| name == "verbose") {
            shape.is_verbose = value == "1";
        }
        shape
    }

    fn of_query(query: &str) -> Self {
        let is_verbose = query.split('&').any(|pair| pair == "verbose=1");
        Self { is_form: false, is_verbose }
    }
}

fn told(shape: &Shape, outcome: Outcome) -> Response {
    match outcome {
        Outcome::Taken(taken) => accepted(shape, &taken.told(), taken.kept > 0),
        Outcome::TooLarge(message) => refused(shape, StatusCode::PAYLOAD_TOO_LARGE, &message),
        Outcome::Unsupported(message) => refused(shape, StatusCode::UNSUPPORTED_MEDIA_TYPE, &message),
        Outcome::Unreadable(message) => refused(shape, StatusCode::BAD_REQUEST, &message),
        Outcome::Unavailable => outcome::later((StatusCode::SERVICE_UNAVAILABLE, outcome::UNAVAILABLE).into_response()),
        Outcome::Busy => outcome::later((StatusCode::SERVICE_UNAVAILABLE, outcome::BUSY).into_response()),
    }
}

/// Clients that send forms look at the body alone: a batch of which something was kept is a success.
fn accepted(shape: &Shape, told: &Received, is_kept: bool) -> Response {
    if shape.is_form {
        let summary = told.summary();
        return form(shape, (!is_kept).then_some(summary.as_str()));
    }
    let (status, body) = import_reply(told);
    json(StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST), body)
}

fn refused(shape: &Shape, status: StatusCode, reason: &str) -> Response {
    if shape.is_form {
        // Clients that send forms read the body alone, but what is between them and the server reads the status.
        let mut response = form(shape, Some(reason));
        if matches!(
            status,
            StatusCode::TOO_MANY_REQUESTS | StatusCode::PAYLOAD_TOO_LARGE | StatusCode::UNSUPPORTED_MEDIA_TYPE
        ) {
            *response.status_mut() = status;
        }
        return response;
    }
    let words = status.canonical_reason().unwrap_or("Bad Request");
    let body = serde_json::json!({ "code": status.as_u16(), "error": reason, "status": words });
    json(status, body.to_string())
}

fn form(shape: &Shape, error: Option<&str>) -> Response {
    json(StatusCode::OK, form_reply(shape.is_verbose, error))
}

fn json(status: StatusCode, body: String) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], body).into_response()
}
