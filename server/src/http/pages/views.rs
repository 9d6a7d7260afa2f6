//! The pages that only show something.

use app::Page;
use axum::extract::Path;
use axum::response::Response;

use super::visit::Visit;
use crate::http::problem::Problem;

pub async fn overview(visit: Visit) -> Response {
    let page = visit.dashboard().overview(&visit.snapshot);
    visit.show(Ok(Page::Overview(page))).await
}

pub async fn track(Path(id): Path<String>, visit: Visit) -> Response {
    let page = visit.dashboard().track_page(&visit.snapshot, &id);
    visit.show(page.map(Page::Track).ok_or_else(|| Problem::not_found("There is no track with this id."))).await
}

pub async fn sources(visit: Visit) -> Response {
    let page = visit.dashboard().sources_page(&visit.snapshot).await;
    visit.show(page.map(Page::Sources).map_err(|error| Problem::store(&error))).await
}
