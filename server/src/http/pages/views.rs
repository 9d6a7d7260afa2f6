//! The pages that only show something.

use app::Page;
use axum::extract::{Path, State as Extracted};
use axum::response::Response;
use service::view::sources::SourcesPage;

use super::page_request::PageRequest;
use super::pulls;
use crate::http::State;
use crate::http::access::needs::{Needs, Read};
use crate::http::problem::Problem;

pub async fn overview(_: Needs<Read>, request: PageRequest) -> Response {
    let page = request.dashboard().overview(&request.snapshot, request.is_past()).await;
    request.show(page.map(|page| Page::Overview(Box::new(page))).map_err(|error| Problem::store(&error))).await
}

pub async fn track(_: Needs<Read>, Path(id): Path<String>, request: PageRequest) -> Response {
    let page = request.dashboard().track_page(&request.snapshot, &id);
    request.show(page.map(Page::Track).ok_or_else(|| Problem::not_found("There is no track with this id."))).await
}

pub async fn sources(_: Needs<Read>, Extracted(state): Extracted<State>, request: PageRequest) -> Response {
    let page = request.dashboard().sources_page(&request.snapshot).await;
    let page = page.map(|page| Page::Sources(SourcesPage { pulls: pulls::rows(&state), ..page }));
    request.show(page.map_err(|error| Problem::store(&error))).await
}
