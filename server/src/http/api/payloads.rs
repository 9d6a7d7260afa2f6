//! `GET /api/v1/payloads/{id}`: the bytes that brought a number.

use axum::body::Body;
use axum::extract::{Path, State as Extracted};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};

use crate::http::State;
use crate::http::problem::Problem;

/// The bytes that arrived, as plain text, with the sender, the time and their SHA-256 in headers.
#[utoipa::path(
    get,
    path = "/api/v1/payloads/{id}",
    params(("id" = String, Path, description = "The payload's id.")),
    responses((status = 200, body = String, content_type = "text/plain"), (status = 404, body = Problem, content_type = "application/problem+json"))
)]
pub async fn get_payload(Extracted(state): Extracted<State>, Path(id): Path<String>) -> Result<Response, Problem> {
    let payload = state.dashboard.store().payload(&id).await.map_err(|error| Problem::store(&error))?;
    let Some(payload) = payload else { return Err(Problem::not_found("No payload has this id.")) };
    // Never as the type that the sender claimed: what a sender wrote must not run in a reader's browser.
    let headers = [
        (CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()),
        (CONTENT_DISPOSITION, format!("inline; filename=\"payload-{}.txt\"", payload.id)),
    ];
    let mut response = (headers, Body::from(payload.body)).into_response();
    let about = [
        ("x-payload-sha256", payload.sha256_hex),
        ("x-payload-received", service::instant::iso(payload.received_ms)),
        ("x-payload-content-type", payload.content_type),
    ];
    for (name, value) in about {
        if let Ok(value) = value.parse() {
            response.headers_mut().insert(name, value);
        }
    }
    Ok(response)
}
