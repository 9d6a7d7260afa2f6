//! `POST /api/v1/vitals`: what a browser measured of a page view. Not part of the described API: only our pages send it.

use axum::body::Body;
use axum::extract::State as Extracted;
use axum::http::StatusCode;
use service::self_measurement::Vitals;

use super::body::{self, MOST_VITALS_BYTES};
use crate::http::State;
use crate::http::problem::Problem;

/// Records one page view's vitals.
pub async fn receive(Extracted(state): Extracted<State>, body: Body) -> Result<StatusCode, Problem> {
    let bytes = body::read(body, MOST_VITALS_BYTES).await?;
    let unreadable =
        |detail: String| Problem::new(StatusCode::BAD_REQUEST, "vitals", "The report can't be read").detail(detail);
    let vitals: Vitals = serde_json::from_slice(&bytes).map_err(|error| unreadable(error.to_string()))?;
    if !vitals.is_plausible() {
        return Err(unreadable("a number is negative or too large, or an id is missing".to_owned()));
    }
    state.dashboard.record_vitals(&vitals, bytes.to_vec()).await?;
    Ok(StatusCode::NO_CONTENT)
}
