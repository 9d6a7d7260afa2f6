//! The API, version 1. A route that is not described can't exist, nor one whose handler does not name what it needs: routes, the
//! OpenAPI document and what it says of tokens are one.

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

use access::Scope;
use axum::Json;
use axum::extract::State as Extracted;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use utoipa::OpenApi;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};
use utoipa_axum::routes;

use super::State;
use super::access::needs::{Needed, Needs, Nothing};
use super::problem::Problem;
use super::scoped_router::{ScopedRouter, needed_by};

#[derive(OpenApi)]
#[openapi(info(title = "Inferno KPI", description = "Observations in; statuses, gates and alerts out."))]
struct Document;

/// The name that the document gives to tokens.
const TOKEN: &str = "token";

/// Routes and their description, as far as they are collected.
struct Api {
    routes: ScopedRouter,
    document: OpenApiRouter<State>,
}

/// Adds handlers with their description and with what their types say that they need.
macro_rules! described {
    ($api:expr; $($handler:path),+ $(,)?) => {
        $api$(.add(routes!($handler), needed_by(&$handler)))+
    };
}

impl Api {
    fn add(self, (schemas, mut paths, endpoint): UtoipaMethodRouter<State>, needed: Needed) -> Self {
        let Self { mut routes, document } = self;
        for (path, item) in &mut paths.paths {
            for (method, operation) in operations(item) {
                operation.security = Some(requirements(needed));
                routes = routes.described(path, method, needed, endpoint.clone());
            }
        }
        Self { routes, document: document.routes((schemas, paths, endpoint)) }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (Method, &mut Operation)> {
    let all = [
        (Method::GET, item.get.as_mut()),
        (Method::PUT, item.put.as_mut()),
        (Method::POST, item.post.as_mut()),
        (Method::DELETE, item.delete.as_mut()),
        (Method::PATCH, item.patch.as_mut()),
        (Method::HEAD, item.head.as_mut()),
        (Method::OPTIONS, item.options.as_mut()),
    ];
    all.into_iter().filter_map(|(method, operation)| Some((method, operation?)))
}

/// Either of these lets in.
fn requirements(needed: Needed) -> Vec<SecurityRequirement> {
    let token = |name: &str| SecurityRequirement::new(TOKEN, [name.to_owned()]);
    match needed {
        Needed::Header(Scope::Read) => vec![SecurityRequirement::default(), token(Scope::Read.name())],
        Needed::Header(scope) | Needed::Guarded(scope) | Needed::Field(scope) => vec![token(scope.name())],
        Needed::Protocol => vec![token(Scope::Ingest.name())],
        Needed::Nothing => vec![SecurityRequirement::default()],
        // No described route is any of these; whatever came to be one would be for administrators.
        Needed::Signature | Needed::Unrouted => vec![token(Scope::Admin.name())],
    }
}

fn document() -> utoipa::openapi::OpenApi {
    let mut document = Document::openapi();
    let words = "A token with the scope that the route names, or with `admin`; also as the password of basic authentication. \
                 Reading needs one where the server is private, everything else where the server has a token of its own \
                 (docs/tokens.md).";
    let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(words)).build();
    let components = document.components.get_or_insert_default();
    components.add_security_scheme(TOKEN, SecurityScheme::Http(scheme));
    document
}

/// Every described route, and the document.
pub fn router() -> (ScopedRouter, utoipa::openapi::OpenApi) {
    let api = Api { routes: ScopedRouter::default(), document: OpenApiRouter::with_openapi(document()) };
    let api = described![
        api;
        kpis::get_all,
        kpis::get_one,
        kpis::history::get_history_csv,
        observations::post_observations,
        observations::post_preview,
        baseline::post_baseline,
        forecast::get_forecast,
        gates::get_gates,
        gates::get_gate,
        decisions::get_decisions,
        decisions::get_chain,
        decisions::post_decision,
        badge::get_badge,
        alerts::get_alerts,
        alerts::get_history,
        alerts::post_acknowledge,
        alerts::post_unacknowledge,
        silences::get_silences,
        silences::post_silence,
        silences::post_end,
        notifications::get_notifications,
        notifications::post_test,
        notifications::post_retry,
        notes::get_notes,
        notes::post_note,
        catalogue::get_catalogue,
        catalogue::post_catalogue,
        catalogue::get_versions,
        catalogue::get_version,
        catalogue::get_contract,
        catalogue::post_contract,
        payloads::get_payload,
        store::get_store,
        store::post_acknowledge,
        series::get_series,
        sample_series::get_sample_series,
        sample_series::get_chart,
        sample_series::get_samples,
        sample_series::get_window,
        dead_letters::get_dead_letters,
        dead_letters::post_replay_all,
        dead_letters::post_replay,
        dead_letters::delete_dead_letter,
        reports::post_report,
        reports::post_report_of,
        tables::get_mapping,
        tables::put_mapping,
        tables::post_table,
        tokens::get_tokens,
        tokens::post_token,
        tokens::post_renew,
        tokens::post_revoke,
        benchmarks::get_runs,
        benchmarks::get_run,
        benchmarks::get_chart_csv,
        benchmarks::post_report,
    ];
    (api.routes, api.document.into_openapi())
}

/// The OpenAPI document.
pub fn openapi(document: &utoipa::openapi::OpenApi) -> Response {
    Json(document).into_response()
}

/// Whether the server takes writes, as its last probe of the store showed. Nobody is asked, so that nothing is waited for.
pub async fn ready(_: Needs<Nothing>, Extracted(state): Extracted<State>) -> Response {
    match state.dashboard.read_only() {
        None => (StatusCode::OK, "ready").into_response(),
        Some(read_only) => Problem::read_only(&read_only.reason).into_response(),
    }
}
