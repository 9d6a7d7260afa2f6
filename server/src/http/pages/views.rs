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

pub async fn gates(visit: Visit) -> Response {
    let page = visit.dashboard().gates_page(&visit.snapshot);
    visit.show(Ok(Page::Gates(page))).await
}

pub async fn kpi(Path(id): Path<String>, visit: Visit) -> Response {
    let page = match visit.dashboard().kpi_page(&visit.snapshot, &id, &visit.as_of_query()).await {
        Ok(Some(page)) => Ok(Page::Kpi(Box::new(page))),
        Ok(None) => Err(Problem::not_found("There is no KPI with this id.")),
        Err(error) => Err(Problem::store(&error)),
    };
    visit.show(page).await
}

pub async fn sources(visit: Visit) -> Response {
    let page = visit.dashboard().sources_page(&visit.snapshot).await;
    visit.show(page.map(Page::Sources).map_err(|error| Problem::store(&error))).await
}
