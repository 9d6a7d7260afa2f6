//! Mixpanel's protocol: `/track` and `/engage` as forms or addresses, `/import` as JSON.

use axum::body::Body;
use axum::extract::{RawQuery, State as Extracted};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use formats::Received;
use formats::mixpanel::{self, Request, form_reply, import_reply};
use service::reading::{Format, Reading};
use service::receive::Incoming;

use super::outcome::{self, Outcome};
use super::{MOST_BYTES, content_encoding, is_secret, limits, waiting, without_token};
use crate::http::State;
use crate::http::api::body;

const SOURCE: &str = "mixpanel";

pub async fn track(state: Extracted<State>, query: RawQuery, headers: HeaderMap, body: Body) -> Response {
    take(state, query, headers, body, Format::MixpanelEvents).await
}

pub async fn engage(state: Extracted<State>, query: RawQuery, headers: HeaderMap, body: Body) -> Response {
    take(state, query, headers, body, Format::MixpanelProfiles).await
}

async fn take(
    Extracted(state): Extracted<State>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
    format: Format,
) -> Response {
    let query = query.unwrap_or_default();
    let bytes = match body::read(body, MOST_BYTES).await {
        Ok(bytes) => bytes,
        Err(problem) => return (StatusCode::PAYLOAD_TOO_LARGE, problem.detail).into_response(),
    };
    let request = formats::encoding::decode(&bytes, content_encoding(&headers), &limits())
        .and_then(|unpacked| mixpanel::request(&query, &unpacked));
    let request = match request {
        Ok(request) => request,
        Err(refusal) => {
            state.dashboard.source_refused(SOURCE, &refusal.to_string());
            return (StatusCode::BAD_REQUEST, refusal.to_string()).into_response();
        }
    };
    // A browser's or an app's client can't keep a secret, so its project token is what it shows.
    let shown = request.api_key.clone().or_else(|| project_token(&request.json));
    let caller = match state.sender(&headers, shown.as_deref()) {
        Ok(caller) => caller,
        Err(denied) => return waiting(refused(&request, denied.status(), &denied.reason()), &denied),
    };
    let most = caller.at_most(MOST_BYTES);
    if bytes.len() > most {
        let reason = format!("it has more than {most} bytes");
        return refused(&request, StatusCode::PAYLOAD_TOO_LARGE, &reason);
    }
    // What is kept is the JSON inside the form or the address.
    let shown = shown.filter(|shown| is_secret(&state, shown));
    let incoming = Incoming {
        source: caller.source_or(SOURCE),
        content_type: "application/json".to_owned(),
        body: without_token(&request.json, shown.as_deref()),
        reading: Reading::of(format),
        partial: true,
    };
    match outcome::take(&state, incoming).await {
        Outcome::Taken(taken) => accepted(&request, &taken.told(), taken.kept > 0 || taken.problems.is_empty()),
        Outcome::TooLarge(message) => refused(&request, StatusCode::PAYLOAD_TOO_LARGE, &message),
        Outcome::Unsupported(message) | Outcome::Unreadable(message) => {
            refused(&request, StatusCode::BAD_REQUEST, &message)
        }
        Outcome::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, outcome::UNAVAILABLE).into_response(),
    }
}

/// Clients that send forms look at the body alone: a batch of which something was kept is a success.
fn accepted(request: &Request, told: &Received, is_kept: bool) -> Response {
    if request.is_form {
        let summary = told.summary();
        return form(request, (!is_kept).then_some(summary.as_str()));
    }
    let (status, body) = import_reply(told);
    json(StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST), body)
}

fn refused(request: &Request, status: StatusCode, reason: &str) -> Response {
    if request.is_form {
        // Clients that send forms read the body alone, but what is between them and the server reads the status.
        let mut response = form(request, Some(reason));
        if matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::PAYLOAD_TOO_LARGE) {
            *response.status_mut() = status;
        }
        return response;
    }
    let words = status.canonical_reason().unwrap_or("Bad Request");
    let body = serde_json::json!({ "code": status.as_u16(), "error": reason, "status": words });
    json(status, body.to_string())
}

fn form(request: &Request, error: Option<&str>) -> Response {
    json(StatusCode::OK, form_reply(request.is_verbose, error))
}

fn json(status: StatusCode, body: String) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], body).into_response()
}

/// The project token that each event carries in its properties; that of the first one.
fn project_token(json: &[u8]) -> Option<String> {
    let value: serde_json::Value = serde_json::from_slice(json).ok()?;
    let first = value.as_array().map_or(Some(&value), |events| events.first())?;
    let token =
        first.get("properties").and_then(|properties| properties.get("token")).or_else(|| first.get("$token"))?;
    token.as_str().map(str::to_owned)
}
