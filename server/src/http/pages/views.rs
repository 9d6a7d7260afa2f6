//! The pages that only show something.

use app::Page;
use axum::extract::{OriginalUri, Path, Query, State as Extracted};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::render::{self, Wanted};
use crate::http::State;
use crate::http::api::query::AsOf;
use crate::http::problem::Problem;

pub async fn overview(state: Extracted<State>, uri: OriginalUri, headers: HeaderMap, as_of: Query<AsOf>) -> Response {
    show(&state, Wanted::of(&uri, &headers), &as_of, |snapshot| Ok(Page::Overview(state.dashboard.overview(snapshot))))
        .await
}

pub async fn track(
    state: Extracted<State>,
    uri: OriginalUri,
    headers: HeaderMap,
    Path(id): Path<String>,
    as_of: Query<AsOf>,
) -> Response {
    show(&state, Wanted::of(&uri, &headers), &as_of, |snapshot| {
        let page = state.dashboard.track_page(snapshot, &id);
        page.map(Page::Track).ok_or_else(|| Problem::not_found("There is no track with this id."))
    })
    .await
}

pub async fn gates(state: Extracted<State>, uri: OriginalUri, headers: HeaderMap, as_of: Query<AsOf>) -> Response {
    show(&state, Wanted::of(&uri, &headers), &as_of, |snapshot| Ok(Page::Gates(state.dashboard.gates_page(snapshot))))
        .await
}

pub async fn kpi(
    state: Extracted<State>,
    uri: OriginalUri,
    headers: HeaderMap,
    Path(id): Path<String>,
    as_of: Query<AsOf>,
) -> Response {
    let wanted = Wanted::of(&uri, &headers);
    let snapshot = match as_of.snapshot(&state.dashboard) {
        Ok(snapshot) => snapshot,
        Err(problem) => return render::problem(&state, wanted, &problem).await,
    };
    let query = uri.query().filter(|_| as_of.written().is_some()).map_or_else(String::new, |query| format!("?{query}"));
    match state.dashboard.kpi_page(&snapshot, &id, &query).await {
        Ok(Some(page)) => {
            render::page(&state, wanted, StatusCode::OK, &snapshot, &as_of, Page::Kpi(Box::new(page))).await
        }
        Ok(None) => render::problem(&state, wanted, &Problem::not_found("There is no KPI with this id.")).await,
        Err(error) => render::problem(&state, wanted, &Problem::store(&error)).await,
    }
}

pub async fn sources(state: Extracted<State>, uri: OriginalUri, headers: HeaderMap, as_of: Query<AsOf>) -> Response {
    let wanted = Wanted::of(&uri, &headers);
    let snapshot = match as_of.snapshot(&state.dashboard) {
        Ok(snapshot) => snapshot,
        Err(problem) => return render::problem(&state, wanted, &problem).await,
    };
    match state.dashboard.sources_page(&snapshot).await {
        Ok(page) => render::page(&state, wanted, StatusCode::OK, &snapshot, &as_of, Page::Sources(page)).await,
        Err(error) => render::problem(&state, wanted, &Problem::store(&error)).await,
    }
}

/// Shows what `page` makes of the snapshot that was asked for.
async fn show(
    state: &State,
    wanted: Wanted,
    as_of: &AsOf,
    page: impl FnOnce(&service::Snapshot) -> Result<Page, Problem>,
) -> Response {
    let snapshot = match as_of.snapshot(&state.dashboard) {
        Ok(snapshot) => snapshot,
        Err(problem) => return render::problem(state, wanted, &problem).await,
    };
    match page(&snapshot) {
        Ok(page) => render::page(state, wanted, StatusCode::OK, &snapshot, as_of, page).await,
        Err(problem) => render::problem(state, wanted, &problem).await,
    }
}
