//! The HTTP side: routes, pages, API, static files, and what protects them.

mod access;
pub mod address;
mod admit;
pub mod api;
mod asking;
pub mod bodies;
mod caching;
mod events;
pub mod ingest;
pub mod listen;
pub mod logging;
mod media;
pub mod own_site;
mod pages;
mod problem;
mod read_only;
mod reads;
pub mod security;
mod static_files;
mod telemetry;
pub mod wrong_tokens;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use leptos::config::LeptosOptions;
use service::Dashboard;
use service::page_view::PageViews;
use tokio::sync::watch;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, Predicate as _, SizeAbove};
use tower_http::timeout::TimeoutLayer;

use crate::jobs::{Delivery, SourceBoard};
pub use telemetry::Telemetry;

use security::Guard;

/// The largest body that any route reads.
const MOST_BODY_BYTES: usize = 8 * 1024 * 1024;
/// How long an answer may take; event streams are outside of it.
const TIME_LIMIT: Duration = Duration::from_secs(30);
/// Answers smaller than this travel as they are.
const LEAST_COMPRESSED_BYTES: u64 = 860;

/// What every route may use.
#[derive(Clone)]
pub struct State {
    /// The product.
    pub dashboard: Arc<Dashboard>,
    /// Who may write, and under which names the server is reached.
    pub guard: Arc<Guard>,
    /// The proxies that say who the client is.
    pub proxies: Arc<address::TrustedProxies>,
    /// Who gets a place.
    pub admission: Arc<listen::Admission>,
    /// What connections are encrypted with.
    pub certificates: Option<Arc<listen::Certificates>>,
    /// Where the site is.
    pub options: LeptosOptions,
    /// This program, which measures schemes in processes of their own.
    pub executable: PathBuf,
    /// Where another try of notifications is asked for.
    pub delivery: Arc<Delivery>,
    /// The secrets that webhooks are signed with.
    pub webhooks: Arc<ingest::webhooks::Secrets>,
    /// How the sources do that the server fetches by itself.
    pub sources: SourceBoard,
    /// How many bytes of bodies are in hand at most.
    pub budget: bodies::Budget,
    /// How many bodies are read at a time of those who have not shown who they are.
    pub strangers: Arc<bodies::Strangers>,
    /// Who showed wrong tokens.
    pub wrong_tokens: Arc<wrong_tokens::WrongTokens>,
    /// What is counted while requests are answered.
    pub telemetry: Telemetry,
    /// The stamps of pages, and which page views count.
    pub page_views: Arc<PageViews>,
    /// Turns true when the server stops.
    pub stop: watch::Receiver<bool>,
}

/// Every route of the server.
pub fn router(state: State) -> Router {
    // Leptos spawns its work on whatever runtime is named once; a second call in one process changes nothing.
    let _ = any_spawner::Executor::init_tokio();
    let (api, document) = api::router();
    let document = Arc::new(document);
    let timed = Router::new()
        .merge(pages::router().layer(from_fn_with_state(state.clone(), reads::pages)))
        .merge(api.layer(from_fn_with_state(state.clone(), reads::api)))
        .merge(ingest::router())
        .route("/api/v1/openapi.json", get(move || async move { api::openapi(&document) }))
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(api::ready))
        .route("/metrics", get(telemetry::metrics))
        .fallback_service(static_files::service(&state))
        .method_not_allowed_fallback(problem::method_not_allowed)
        .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, TIME_LIMIT));
    let compression =
        CompressionLayer::new().compress_when(DefaultPredicate::new().and(SizeAbove::new(LEAST_COMPRESSED_BYTES)));
    Router::new()
        .route("/api/v1/vitals", post(api::vitals::receive))
        .merge(timed)
        .layer(DefaultBodyLimit::max(MOST_BODY_BYTES))
        .layer(compression)
        // Event streams are not compressed, and what could compress them would be the largest part of an idle one.
        .route(events::PATH, get(events::stream))
        .layer(CatchPanicLayer::custom(problem::of_panic))
        .layer(from_fn_with_state(state.clone(), read_only::refuse_writes))
        .layer(from_fn_with_state(state.clone(), security::protect))
        .layer(from_fn_with_state(state.clone(), admit::admit))
        .layer(from_fn_with_state(state.clone(), logging::count))
        .layer(from_fn(security::headers))
        .layer(from_fn(caching::say))
        .layer(from_fn_with_state(state.clone(), address::note))
        .with_state(state)
}
