//! `GET /api/v1/series`: what is sent, to compute KPIs of.

use axum::Json;
use axum::extract::State as Extracted;
use serde::{Deserialize, Serialize};
use service::instant::iso;
use utoipa::{IntoParams, ToSchema};

use super::query::Parameters;
use crate::http::State;

/// The most series in one answer.
const MOST: usize = 1_000;

/// Which series are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// A part of the name.
    #[serde(default)]
    pub contains: String,
}

/// One series.
#[derive(Debug, Serialize, ToSchema)]
pub struct Series {
    /// Its name.
    name: String,
    /// How many samples there are.
    count: usize,
    /// The time of the first sample.
    first: String,
    /// The time of the latest sample.
    latest: String,
    /// The value of the latest sample, in its base unit.
    latest_value: f64,
    /// The labels of late, each with up to ten of its values.
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

/// The series that are sent, by name; at most 1,000 of them.
#[utoipa::path(get, path = "/api/v1/series", params(Wanted), responses((status = 200, body = Vec<Series>)))]
pub async fn get_series(
    Extracted(state): Extracted<State>,
    Parameters(wanted): Parameters<Wanted>,
) -> Json<Vec<Series>> {
    let rows = state.dashboard.series_list(&wanted.contains, MOST).into_iter().map(|row| Series {
        name: row.name,
        count: row.count,
        first: iso(row.first_ms),
        latest: iso(row.latest_ms),
        latest_value: row.latest_value,
        labels: row.labels.into_iter().map(|(name, values)| Label { name, values }).collect(),
    });
    Json(rows.collect())
}
