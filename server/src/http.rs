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
mod scoped_router;
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

use access::entry::{Entry, enter};
use access::needs::{Needed, Needs, Nothing, Read};
use scoped_router::{ScopedRouter, get, post};
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

/// Every route, by what is around it.
struct Routes {
    pages: ScopedRouter,
    api: ScopedRouter,
    other: ScopedRouter,
    /// A body that may take longer than an answer.
    untimed: ScopedRouter,
    /// Answers that end with their connection.
    streams: ScopedRouter,
}

impl Routes {
    fn new(files: &Router) -> Self {
        let (api, document) = api::router();
        let document = Arc::new(document);
        let described = move |_: Needs<Read>| async move { api::openapi(&document) };
        let other = ingest::router()
            .route("/api/v1/openapi.json", get(described))
            .route("/healthz", get(|_: Needs<Nothing>| async { "ok" }))
            .route("/readyz", get(api::ready))
            .route("/metrics", get(telemetry::metrics))
            .open_files(&static_files::OPEN, files);
        Self {
            pages: pages::router(),
            api,
            other,
            untimed: ScopedRouter::default().route("/api/v1/vitals", post(api::vitals::receive)),
            // Event streams are not compressed, and what could compress them would be the largest part of an idle one.
            streams: ScopedRouter::default().route(events::PATH, get(events::stream)),
        }
    }
}

/// Every route of the server.
pub fn router(state: State) -> Router {
    // Leptos spawns its work on whatever runtime is named once; a second call in one process changes nothing.
    let _ = any_spawner::Executor::init_tokio();
    let files = static_files::service(&state);
    let Routes { pages, api, other, untimed, streams } = Routes::new(&files);
    let unrouted = Entry { state: state.clone(), needed: Needed::Unrouted };
    let timed = pages
        .layer(from_fn_with_state(state.clone(), reads::pages))
        .merge(api.layer(from_fn_with_state(state.clone(), reads::api)))
        .merge(other)
        .guarded(&state)
        .fallback_service(files.layer(from_fn_with_state(unrouted, enter)))
        .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, TIME_LIMIT));
    let compression =
        CompressionLayer::new().compress_when(DefaultPredicate::new().and(SizeAbove::new(LEAST_COMPRESSED_BYTES)));
    untimed
        .guarded(&state)
        .merge(timed)
        .layer(DefaultBodyLimit::max(MOST_BODY_BYTES))
        .layer(compression)
        .merge(streams.guarded(&state))
        .layer(CatchPanicLayer::custom(problem::of_panic))
        .layer(from_fn_with_state(state.clone(), security::protect))
        .layer(from_fn_with_state(state.clone(), admit::admit))
        .layer(from_fn_with_state(state.clone(), logging::count))
        .layer(from_fn(security::headers))
        .layer(from_fn(caching::say))
        .layer(from_fn_with_state(state.clone(), address::note))
        .with_state(state)
}

#[cfg(test)]
mod routes_test;
