//! What is not there: a page for people, a problem document for programs.

use axum::body::Body;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use service::read_workers::Urgency;

use super::render::{self, Wanted};
use crate::http::State;
use crate::http::problem::Problem;
use crate::http::reads;

/// Answers a request that no route and no file answers.
pub async fn page(state: State, request: Request<Body>) -> Response {
    let path = request.uri().path();
    let problem = Problem::new(StatusCode::NOT_FOUND, "not-found", "Page not found")
        .detail(format!("There is nothing at {path}."));
    let for_people = !path.starts_with("/api/") && !path.starts_with("/pkg/");
    if !for_people {
        return problem.into_response();
    }
    let wanted = Wanted::of(request.uri(), request.headers());
    let there = state.clone();
    let page = async move { render::problem(&there, wanted, &problem).await };
    reads::computed(&state, Urgency::Now, reads::network(&request), Box::pin(page))
        .await
        .unwrap_or_else(reads::busy_page)
}
