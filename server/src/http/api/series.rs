//! `GET /api/v1/series`: what is sent, to compute KPIs of.

use axum::extract::{OriginalUri, State as Extracted};
use serde::{Deserialize, Serialize};
use service::instant::iso;
use utoipa::{IntoParams, ToSchema};

use super::listed::Listed;
use super::query::Parameters;
use crate::http::State;
use crate::http::access::needs::{Needs, Read};
use crate::http::problem::Problem;

/// The most series in one answer.
const MOST: usize = 1_000;

/// Which series are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// A part of the name.
    #[serde(default)]
    pub contains: String,
    /// Only those whose names come after this one: from the header `Link` of the page before.
    pub after: Option<String>,
}

/// All series of one name.
#[derive(Debug, Serialize, ToSchema)]
pub struct Series {
    /// The name.
    name: String,
    /// How many sets of labels it has; `GET /api/v1/sample-series` lists them. 0 where it holds observations and no samples.
    label_sets: usize,
    /// How many samples there are; missing where there are too many series to count them here.
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<u64>,
    /// The time of the first sample.
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<String>,
    /// The time of the latest sample.
    #[serde(skip_serializing_if = "Option::is_none")]
    latest: Option<String>,
    /// The value of the latest sample, in its base unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    latest_value: Option<f64>,
    /// The labels, each with up to ten of its values.
    labels: Vec<Label>,
}

/// One label of a series.
#[derive(Debug, Serialize, ToSchema)]
struct Label {
    /// Its name.
    name: String,
    /// Some of its values.
    values: Vec<String>,
}

/// The series that are sent, by name; at most 1,000 of them in one answer.
#[utoipa::path(
    get,
    path = "/api/v1/series",
    params(Wanted),
    responses((status = 200, body = Vec<Series>, headers(("Link" = String, description = "The next page, where more follows."))))
)]
pub async fn get_series(
    _: Needs<Read>,
    Extracted(state): Extracted<State>,
    Parameters(wanted): Parameters<Wanted>,
    OriginalUri(uri): OriginalUri,
) -> Result<Listed<Vec<Series>>, Problem> {
    // One more tells whether more follow.
    let rows = state.dashboard.series_list(&wanted.contains, wanted.after.as_deref(), MOST + 1).await;
    let rows = rows.map_err(|error| Problem::store(&error))?;
    let rows = rows.into_iter().map(|row| Series {
        name: row.name,
        label_sets: row.label_sets,
        count: row.totals.map(|totals| totals.count),
        first: row.totals.map(|totals| iso(totals.first_ms)),
        latest: row.totals.map(|totals| iso(totals.latest_ms)),
        latest_value: row.totals.map(|totals| totals.latest_value),
        labels: row.labels.into_iter().map(|(name, values)| Label { name, values }).collect(),
    });
    Ok(Listed::of(rows, MOST, &uri, "after", |series| series.name.clone()))
}
