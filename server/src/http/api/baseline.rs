//! `POST /api/v1/kpis/{id}/baseline`: a person sets what a relative KPI is compared with.

use axum::Json;
use axum::extract::State as Extracted;
use axum::http::StatusCode;
use governance::BaselineError;
use serde::{Deserialize, Serialize};
use service::instant::iso;
use utoipa::ToSchema;

use super::json::Sent;
use super::kpis::unknown;
use super::query::InPath;
use crate::http::State;
use crate::http::access::needs::{Admin, Needs};
use crate::http::problem::Problem;

/// A baseline to set.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBaseline {
    /// A number in the KPI's unit, or text with a unit.
    #[schema(value_type = Object, example = "40 ms")]
    value: serde_json::Value,
    /// Who sets it.
    person: String,
    /// Why.
    reason: String,
}

/// A baseline that a person set.
#[derive(Debug, Serialize, ToSchema)]
pub struct BaselineReport {
    /// The KPI's id.
    kpi: String,
    /// The baseline, in `unit`.
    value: f64,
    /// The KPI's unit.
    unit: String,
    /// The same for reading.
    text: String,
    /// From when on it counts.
    time: String,
    /// Who set it.
    person: String,
    /// Why.
    reason: String,
}

/// Set the baseline of a KPI whose targets are relative, from now on.
#[utoipa::path(
    post,
    path = "/api/v1/kpis/{id}/baseline",
    params(("id" = String, Path, description = "The KPI's id.")),
    request_body = NewBaseline,
    responses(
        (status = 201, body = BaselineReport),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn post_baseline(
    _: Needs<Admin>,
    Extracted(state): Extracted<State>,
    InPath(id): InPath<String>,
    Sent(new): Sent<NewBaseline>,
) -> Result<(StatusCode, Json<BaselineReport>), Problem> {
    let written = match &new.value {
        serde_json::Value::Number(number) => number.to_string(),
        serde_json::Value::String(text) => text.clone(),
        _ => return Err(Problem::unfit("value", "a baseline is a number, or text with a unit such as 40 ms")),
    };
    let set = match state.dashboard.governance().baselines.set(&id, &written, &new.person, &new.reason).await {
        Ok(set) => set,
        Err(BaselineError::UnknownKpi(_)) => return Err(unknown()),
        Err(error @ BaselineError::NotRelative(_)) => return Err(Problem::unfit("kpi", error.to_string())),
        Err(BaselineError::Value(detail)) => return Err(Problem::unfit("value", detail)),
        Err(BaselineError::Text(error)) => return Err(error.into()),
        Err(BaselineError::Store(error)) => return Err(Problem::store(&error)),
    };
    let catalogue = state.dashboard.catalogue();
    let (_, kpi) = catalogue.kpi(&set.kpi).ok_or_else(unknown)?;
    let report = BaselineReport {
        value: kpi.unit.from_base(set.value),
        unit: kpi.unit.symbol.clone(),
        text: kpi::display::value(set.value, &kpi.unit),
        time: iso(set.time_ms),
        person: set.person,
        reason: set.reason,
        kpi: set.kpi,
    };
    Ok((StatusCode::CREATED, Json(report)))
}
