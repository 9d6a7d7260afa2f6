//! The pages of series of samples.

use app::Page;
use axum::extract::{Path, Query, State as Extracted};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use service::instant::parse_as_of;

use super::page_request::PageRequest;
use crate::http::State;
use crate::http::access::needs::{Needs, Read};
use crate::http::problem::Problem;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Listed {
    contains: String,
    after: i64,
}

pub async fn list(_: Needs<Read>, Query(listed): Query<Listed>, request: PageRequest) -> Response {
    let page = request.dashboard().series_list_page(listed.contains.trim(), listed.after);
    request.show(Ok(Page::SeriesList(page))).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Shown {
    zoom: String,
    until: String,
}

impl Shown {
    /// The end of the shown time: milliseconds since 1970, a date, or RFC 3339.
    fn until_ms(&self) -> Result<Option<i64>, Problem> {
        let text = Some(self.until.trim()).filter(|text| !text.is_empty());
        let read = text.map(|text| text.parse().or_else(|_| parse_as_of(text))).transpose();
        read.map_err(|detail| Problem::parameter("until", detail))
    }
}

const UNKNOWN: &str = "There is no series of this number.";

pub async fn page(
    _: Needs<Read>,
    Path(number): Path<i64>,
    Query(shown): Query<Shown>,
    request: PageRequest,
) -> Response {
    let page = match shown.until_ms() {
        Ok(until_ms) => request.dashboard().series_page(number, &shown.zoom, until_ms).await,
        Err(problem) => return request.show(Err(problem)).await,
    };
    let page = page.map_err(|error| Problem::store(&error));
    request
        .show(
            page.and_then(|page| {
                page.map(|page| Page::Series(Box::new(page))).ok_or_else(|| Problem::not_found(UNKNOWN))
            }),
        )
        .await
}

pub async fn csv(
    _: Needs<Read>,
    Extracted(state): Extracted<State>,
    Path(number): Path<i64>,
    Query(shown): Query<Shown>,
) -> Result<Response, Problem> {
    let until_ms = shown.until_ms()?.unwrap_or_else(|| state.dashboard.now_ms());
    let csv = state.dashboard.series_csv(number, &shown.zoom, until_ms).await;
    let csv = csv.map_err(|error| Problem::store(&error))?.ok_or_else(|| Problem::not_found(UNKNOWN))?;
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"series-{number}.csv\"")),
    ];
    Ok((headers, csv).into_response())
}
