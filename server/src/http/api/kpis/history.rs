//! The history of a KPI as CSV: in pages, each sent as it is computed.

use axum::body::Body;
use axum::extract::{Path, State as Extracted};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, LINK};
use axum::response::{IntoResponse as _, Response};
use futures::StreamExt as _;
use serde::Deserialize;
use service::instant::iso;
use service::kpi_history::{place_of, place_text};
use utoipa::IntoParams;

use super::unknown;
use crate::http::State;
use crate::http::access::needs::{Needs, Read};
use crate::http::api::query::{AsOf, Parameters};
use crate::http::problem::Problem;

/// How many rows a page has where none are asked for, and at most.
const USUAL_ROWS: usize = 10_000;
const MOST_ROWS: usize = 50_000;

/// Which page of a history is wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct HistoryPaging {
    /// A past instant: `2026-11-23` (its end, UTC) or RFC 3339. Now without it.
    pub as_of: Option<String>,
    /// Where the page begins: from the header `Link` of the page before.
    pub after: Option<String>,
    /// How many rows, at most 50,000; 10,000 without it.
    pub limit: Option<usize>,
}

/// The history of a KPI as CSV, the earliest first. Where more follows, the header `Link` names the next page (`rel="next"`).
#[utoipa::path(
    get,
    path = "/api/v1/kpis/{id}/history.csv",
    params(("id" = String, Path, description = "The KPI's id."), HistoryPaging),
    responses(
        (status = 200, body = String, content_type = "text/csv", headers(("Link" = String, description = "The next page, where more follows."))),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn get_history_csv(
    _: Needs<Read>,
    Extracted(state): Extracted<State>,
    Path(id): Path<String>,
    Parameters(paging): Parameters<HistoryPaging>,
) -> Result<Response, Problem> {
    let limit = paging.limit.unwrap_or(USUAL_ROWS);
    if !(1..=MOST_ROWS).contains(&limit) {
        return Err(Problem::parameter("limit", format!("write a number from 1 to {MOST_ROWS}")));
    }
    let after = paging.after.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let after = after.map(|text| place_of(text).ok_or_else(|| Problem::parameter("after", AFTER))).transpose()?;
    let instant_ms = AsOf { as_of: paging.as_of }.instant_ms()?.unwrap_or_else(|| state.dashboard.now_ms());
    let page =
        state.dashboard.kpi_history(&id, instant_ms, after, limit).await.map_err(|error| Problem::store(&error))?;
    let mut page = page.ok_or_else(unknown)?;
    // The next page is of the same instant, so that the pages join to one history.
    let next = page.next.map(|place| {
        let (instant, place) = (iso(instant_ms), place_text(place));
        format!("</api/v1/kpis/{id}/history.csv?as_of={instant}&after={place}&limit={limit}>; rel=\"next\"")
    });
    let demo = page.demo;
    let first = state.dashboard.next_part(&mut page).await.map_err(|error| Problem::store(&error))?.unwrap_or_default();
    let first = if demo { marked(&first, true) } else { first };
    let rest = futures::stream::unfold((state.dashboard, page), move |(dashboard, mut page)| async move {
        // A body that breaks off tells the client that it is not whole.
        let part = match dashboard.next_part(&mut page).await.transpose()? {
            Ok(part) if demo => Ok(marked(&part, false)),
            other => other,
        };
        Some((part, (dashboard, page)))
    });
    // Compression asks once more after the end.
    let parts = futures::stream::iter([Ok(first)]).chain(rest).fuse();
    let mut response = csv_body(&id, demo, Body::from_stream(parts));
    if let Some(Ok(next)) = next.map(|next| next.parse()) {
        response.headers_mut().insert(LINK, next);
    }
    Ok(response)
}

const AFTER: &str = "follow the header Link of the page before; the first page needs none";

/// A CSV download; demo data says so in its name and in every row's last cell.
pub fn csv_response(name: &str, demo: bool, csv: String) -> Response {
    csv_body(name, demo, Body::from(if demo { marked(&csv, true) } else { csv }))
}

fn csv_body(name: &str, demo: bool, body: Body) -> Response {
    let mark = if demo { "demo-data-" } else { "" };
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{mark}{name}.csv\"")),
    ];
    (headers, body).into_response()
}

/// Every row says that it is demo data, below a heading where there is one.
fn marked(csv: &str, has_heading: bool) -> String {
    let mut marked = String::with_capacity(csv.len() * 2);
    for (row, line) in csv.lines().enumerate() {
        marked.push_str(line);
        marked.push_str(if has_heading && row == 0 { ",data\r\n" } else { ",demo data\r\n" });
    }
    marked
}
