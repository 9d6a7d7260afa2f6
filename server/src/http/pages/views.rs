//! The pages that only show something.

use app::Page;
use axum::extract::{Path, State as Extracted};
use axum::response::Response;
use service::view::sources::SourcesPage;

use super::pulls;
use super::visit::Visit;
use crate::http::State;
use crate::http::problem::Problem;

pub async fn overview(visit: Visit) -> Response {
    let page = visit.dashboard().overview(&visit.snapshot, visit.is_past()).await;
    visit.show(page.map(|page| Page::Overview(Box::new(page))).map_err(|error| Problem::store(&error))).await
}

pub async fn track(Path(id): Path<String>, visit: Visit) -> Response {
    let page = visit.dashboard().track_page(&visit.snapshot, &id);
    visit.show(page.map(Page::Track).ok_or_else(|| Problem::not_found("There is no track with this id."))).await
}

pub async fn sources(Extracted(state): Extracted<State>, visit: Visit) -> Response {
    let page = visit.dashboard().sources_page(&visit.snapshot).await;
    let page = page.map(|page| Page::Sources(SourcesPage { pulls: pulls::rows(&state), ..page }));
    visit.show(page.map_err(|error| Problem::store(&error))).await
}
