//! `GET /api/v1/payloads/{id}`: the bytes that brought a number.

use axum::body::Body;
use axum::extract::{Path, State as Extracted};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};

use crate::http::State;
use crate::http::access::needs::{Guarded, Needs, Payloads};
use crate::http::problem::Problem;

/// The bytes that arrived, as plain text, with the sender, the time and their SHA-256 in headers.
#[utoipa::path(
    get,
    path = "/api/v1/payloads/{id}",
    params(("id" = String, Path, description = "The payload's id or number.")),
    responses((status = 200, body = String, content_type = "text/plain"), (status = 404, body = Problem, content_type = "application/problem+json"), (status = 410, body = Problem, content_type = "application/problem+json"))
)]
pub async fn get_payload(
    _: Needs<Guarded<Payloads>>,
    Extracted(state): Extracted<State>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let store = state.dashboard.store();
    let payload = match id.parse() {
        Ok(number) => store.payload_of_number(number).await,
        Err(_) => store.payload(&id).await,
    };
    let payload = payload.map_err(|error| Problem::store(&error))?;
    let Some(payload) = payload else { return Err(Problem::not_found("No payload has this id.")) };
    if payload.body_dropped_ms.is_some() {
        return Err(Problem::new(StatusCode::GONE, "dropped", "The bytes of this payload are gone").detail(format!(
            "they were deleted when their time to be kept was over; their SHA-256 was {}",
            payload.sha256_hex
        )));
    }
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
