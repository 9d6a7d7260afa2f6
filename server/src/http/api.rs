//! The API, version 1. A route that is not described can't exist: routes and the OpenAPI document are one.

pub mod alerts;
pub mod badge;
pub mod baseline;
pub mod benchmarks;
pub mod body;
pub mod catalogue;
pub mod dead_letters;
pub mod decisions;
pub mod forecast;
pub mod gates;
pub mod json;
pub mod kpis;
pub mod listed;
pub mod notes;
pub mod notifications;
pub mod observations;
pub mod payloads;
pub mod query;
pub mod reports;
pub mod sample_series;
pub mod series;
pub mod silences;
pub mod store;
pub mod tables;
pub mod tokens;
pub mod vitals;

use axum::extract::State as Extracted;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::State;
use super::problem::Problem;

#[derive(OpenApi)]
#[openapi(info(title = "Inferno KPI", description = "Observations in; statuses, gates and alerts out."))]
struct Document;

/// Every described route, and the document.
pub fn router() -> (Router<State>, utoipa::openapi::OpenApi) {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(kpis::get_all))
        .routes(routes!(kpis::get_one))
        .routes(routes!(kpis::history::get_history_csv))
        .routes(routes!(observations::post_observations))
        .routes(routes!(observations::post_preview))
        .routes(routes!(baseline::post_baseline))
        .routes(routes!(forecast::get_forecast))
        .routes(routes!(gates::get_gates))
        .routes(routes!(gates::get_gate))
        .routes(routes!(decisions::get_decisions))
        .routes(routes!(decisions::get_chain))
        .routes(routes!(decisions::post_decision))
        .routes(routes!(badge::get_badge))
        .routes(routes!(alerts::get_alerts))
        .routes(routes!(alerts::get_history))
        .routes(routes!(alerts::post_acknowledge))
        .routes(routes!(alerts::post_unacknowledge))
        .routes(routes!(silences::get_silences, silences::post_silence))
        .routes(routes!(silences::post_end))
        .routes(routes!(notifications::get_notifications))
        .routes(routes!(notifications::post_test))
        .routes(routes!(notifications::post_retry))
        .routes(routes!(notes::get_notes, notes::post_note))
        .routes(routes!(catalogue::get_catalogue, catalogue::post_catalogue))
        .routes(routes!(catalogue::get_versions))
        .routes(routes!(catalogue::get_version))
        .routes(routes!(catalogue::get_contract, catalogue::post_contract))
        .routes(routes!(payloads::get_payload))
        .routes(routes!(store::get_store))
        .routes(routes!(store::post_acknowledge))
        .routes(routes!(series::get_series))
        .routes(routes!(sample_series::get_sample_series))
        .routes(routes!(sample_series::get_chart))
        .routes(routes!(sample_series::get_samples))
        .routes(routes!(sample_series::get_window))
        .routes(routes!(dead_letters::get_dead_letters))
        .routes(routes!(dead_letters::post_replay_all))
        .routes(routes!(dead_letters::post_replay))
        .routes(routes!(dead_letters::delete_dead_letter))
        .routes(routes!(reports::post_report))
        .routes(routes!(reports::post_report_of))
        .routes(routes!(tables::get_mapping, tables::put_mapping))
        .routes(routes!(tables::post_table))
        .routes(routes!(tokens::get_tokens, tokens::post_token))
        .routes(routes!(tokens::post_renew))
        .routes(routes!(tokens::post_revoke))
        .routes(routes!(benchmarks::get_runs))
        .routes(routes!(benchmarks::get_run))
        .routes(routes!(benchmarks::get_chart_csv))
        .routes(routes!(benchmarks::post_report))
        .split_for_parts()
}

/// The OpenAPI document.
pub fn openapi(document: &utoipa::openapi::OpenApi) -> Response {
    Json(document).into_response()
}

/// Whether the server takes writes, as its last probe of the store showed. Nobody is asked, so that nothing is waited for.
pub async fn ready(Extracted(state): Extracted<State>) -> Response {
    match state.dashboard.read_only() {
        None => (StatusCode::OK, "ready").into_response(),
        Some(read_only) => Problem::read_only(&read_only.reason).into_response(),
    }
}
