//! Mixpanel's protocol: `/track` and `/engage` as forms or addresses, `/import` as JSON.

use axum::body::Body;
use axum::extract::{RawQuery, State as Extracted};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use formats::analytics::EventMapping;
use formats::mixpanel::{self, Request, form_reply, import_reply};
use formats::{Limits, Received, Refusal};
use service::receive::Delivery;

use super::{MOST_BYTES, content_encoding, limits, without_token};
use crate::http::State;
use crate::http::api::body;

const SOURCE: &str = "mixpanel";

type Reader = fn(&[u8], &EventMapping, &Limits) -> Result<Received, Refusal>;

pub async fn track(state: Extracted<State>, query: RawQuery, headers: HeaderMap, body: Body) -> Response {
    take(state, query, headers, body, mixpanel::read_events).await
}

pub async fn engage(state: Extracted<State>, query: RawQuery, headers: HeaderMap, body: Body) -> Response {
    take(state, query, headers, body, mixpanel::read_profiles).await
}

async fn take(
    Extracted(state): Extracted<State>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
    reader: Reader,
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
    if !state.guard.accepts_sender(&headers, shown.as_deref()) {
        return refused(&request, StatusCode::UNAUTHORIZED, "the token is not this server's");
    }
    let received = match reader(&request.json, &EventMapping::default(), &limits()) {
        Ok(received) => received,
        Err(refusal) => {
            state.dashboard.source_refused(SOURCE, &refusal.to_string());
            return refused(&request, StatusCode::BAD_REQUEST, &refusal.to_string());
        }
    };
    let mut told = received.clone();
    // What is kept is the JSON inside the form or the address.
    let shown = shown.filter(|_| state.guard.needs_token());
    let body = without_token(&request.json, shown.as_deref());
    let delivery = Delivery { source: SOURCE.to_owned(), content_type: "application/json".to_owned(), body, received };
    match state.dashboard.receive(delivery).await {
        Ok(reception) => {
            let is_kept = reception.kept > 0 || reception.problems.is_empty();
            told.samples.problems = reception.problems;
            accepted(&request, &told, is_kept)
        }
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "a delivery was not recorded");
            (StatusCode::SERVICE_UNAVAILABLE, "the store failed; try again").into_response()
        }
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
        return form(request, Some(reason));
    }
    let body = serde_json::json!({ "code": status.as_u16(), "error": reason, "status": "Bad Request" });
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
