//! The benchmarks page, its button, and the way to stop.

use std::sync::Arc;

use app::Page;
use axum::Json;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::http::header::ACCEPT;
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::json;
use service::benchmark::StartError;

use super::form_route::{Allowed, Done, Returned};
use super::forms::FormError;
use super::page_request::PageRequest;
use crate::adapters::benchmark::EmbeddedEngine;
use crate::http::access::needs::{Admin, Needs, Read};
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

/// The buttons have no place on the page for what is wrong.
pub async fn back(form: Returned) -> Result<Page, Problem> {
    let title =
        if form.status == StatusCode::UNAUTHORIZED { "This is not the server's token" } else { "Nothing was done" };
    Err(form.into_problem(title))
}

pub async fn page(_: Needs<Read>, Query(shown): Query<Shown>, request: PageRequest) -> Response {
    let page = request.dashboard().benchmarks_page(shown.run.as_deref(), request.until_ms()).await;
    request.show(page.map(Page::Benchmarks).map_err(|error| Problem::store(&error))).await
}

pub async fn start(form: Allowed<Admin>) -> Result<Done, FormError> {
    let Query(start) = Query::<Start>::try_from_uri(&form.uri)
        .map_err(|rejection| Problem::parameter("tiny", rejection.body_text()))?;
    let plan = if start.tiny { engine::Plan::tiny() } else { engine::Plan::default() };
    let engine = Arc::new(EmbeddedEngine { executable: form.state.executable.clone(), plan });
    let outcome = form.state.dashboard.start_benchmark(engine).await;
    let accepted = form.headers.get(ACCEPT).and_then(|accept| accept.to_str().ok());
    let wants_json = accepted.is_some_and(|accept| accept.contains("application/json"));
    match outcome {
        Ok(run_id) if wants_json => {
            Ok(Done::Told((StatusCode::ACCEPTED, Json(json!({ "run_id": run_id }))).into_response()))
        }
        Ok(_) => Ok(Done::At("/benchmarks".to_owned())),
        Err(error) => {
            let problem = match &error {
                StartError::UnderWay { .. } => {
                    Problem::new(StatusCode::CONFLICT, "under-way", "A benchmark is under way")
                        .detail(error.to_string())
                }
                StartError::Store(error) => Problem::store(error),
            };
            if wants_json { Ok(Done::Told(problem.into_response())) } else { Err(problem.into()) }
        }
    }
}

pub async fn cancel(form: Allowed<Admin>) -> Result<Done, FormError> {
    // Cancelling what has just ended is no error: nothing runs any more either way.
    form.state.dashboard.cancel_benchmark();
    Ok(Done::At("/benchmarks".to_owned()))
}
