//! The benchmarks page, its button, and the way to stop.

use std::sync::Arc;

use access::Scope;
use app::Page;
use axum::Json;
use axum::extract::{OriginalUri, Query, State as Extracted};
use axum::http::header::ACCEPT;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;
use serde_json::json;
use service::benchmark::StartError;

use super::forms::authorized;
use super::page_request::PageRequest;
use super::render::{self, Wanted};
use super::sending::Form;
use crate::adapters::benchmark::EmbeddedEngine;
use crate::http::State;
use crate::http::problem::Problem;

#[derive(Debug, Deserialize)]
pub struct Shown {
    /// The run to show in full.
    run: Option<String>,
}

/// What the button's form sends.
#[derive(Debug, Deserialize)]
pub struct Start {
    /// A model so small that the figures say nothing; for trying it out.
    #[serde(default)]
    tiny: bool,
}

/// What the forms of start and cancel send.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Button {
    token: String,
}

/// The answer to a button that was pressed without the server's token.
async fn refused(state: &State, wanted: Wanted) -> Response {
    let problem = Problem::new(StatusCode::UNAUTHORIZED, "token", "This is not the server's token")
        .detail("Enter the token that the server was started with.");
    render::problem(state, wanted, &problem).await
}

pub async fn page(Query(shown): Query<Shown>, request: PageRequest) -> Response {
    let page = request.dashboard().benchmarks_page(shown.run.as_deref(), request.until_ms()).await;
    request.show(page.map(Page::Benchmarks).map_err(|error| Problem::store(&error))).await
}

pub async fn start(
    state: Extracted<State>,
    uri: OriginalUri,
    headers: HeaderMap,
    Query(start): Query<Start>,
    Form(button): Form<Button>,
) -> Response {
    if authorized(&state, &button.token, Scope::Admin).is_err() {
        return refused(&state, Wanted::of(&uri, &headers)).await;
    }
    let plan = if start.tiny { engine::Plan::tiny() } else { engine::Plan::default() };
    let engine = Arc::new(EmbeddedEngine { executable: state.executable.clone(), plan });
    let outcome = state.dashboard.start_benchmark(engine).await;
    let wants_json = headers
        .get(ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("application/json"));
    match outcome {
        Ok(run_id) if wants_json => (StatusCode::ACCEPTED, Json(json!({ "run_id": run_id }))).into_response(),
        Ok(_) => Redirect::to("/benchmarks").into_response(),
        Err(error) => {
            let problem = match &error {
                StartError::UnderWay { .. } => {
                    Problem::new(StatusCode::CONFLICT, "under-way", "A benchmark is under way")
                        .detail(error.to_string())
                }
                StartError::Store(error) => Problem::store(error),
            };
            if wants_json {
                problem.into_response()
            } else {
                render::problem(&state, Wanted::of(&uri, &headers), &problem).await
            }
        }
    }
}

pub async fn cancel(
    state: Extracted<State>,
    uri: OriginalUri,
    headers: HeaderMap,
    Form(button): Form<Button>,
) -> Response {
    if authorized(&state, &button.token, Scope::Admin).is_err() {
        return refused(&state, Wanted::of(&uri, &headers)).await;
    }
    // Cancelling what has just ended is no error: nothing runs any more either way.
    state.dashboard.cancel_benchmark();
    Redirect::to("/benchmarks").into_response()
}
