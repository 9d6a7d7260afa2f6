//! `GET /api/v1/kpis/{id}/forecast`: where a KPI's own history leads, and when it meets its targets.

use axum::Json;
use axum::extract::State as Extracted;
use kpi::catalogue::Kpi;
use kpi::evaluation::actual_unit;
use kpi::unit::Dimension;
use serde::Serialize;
use service::forecasts::Outlook;
use service::instant::iso;
use service::view::outlook;
use service::{Dashboard, Snapshot};
use storage::StoreError;
use utoipa::ToSchema;

use super::kpis::unknown;
use super::query::{AsOf, InPath, Parameters};
use crate::http::State;
use crate::http::access::needs::{Needs, Read};
use crate::http::problem::Problem;

/// Where a KPI's history leads.
#[derive(Debug, Serialize, ToSchema)]
pub struct ForecastReport {
    /// The KPI's id.
    kpi: String,
    /// The instant from which it looks ahead.
    instant: String,
    /// Whether it rests on generated numbers.
    demo_data: bool,
    /// The unit of every number.
    unit: String,
    /// Why there is no forecast; `None` where there is one.
    no_forecast: Option<String>,
    /// How it was made, and what held-out values say of it.
    method: Option<MethodReport>,
    /// The expected values, the nearest first; empty without a forecast.
    points: Vec<ForecastPoint>,
    /// When each phase's target may be met.
    targets: Vec<TargetOutlook>,
}

/// How a forecast was made, and how it did on the held-out end of this very history.
#[derive(Debug, Serialize, ToSchema)]
struct MethodReport {
    /// The model.
    model: String,
    /// How many of a hundred values shall lie inside the interval.
    level_percent: f64,
    /// On how many values the model was fitted.
    values: usize,
    /// How many held-out values were compared.
    compared: usize,
    /// The share of them inside the interval, in percent.
    coverage_percent: f64,
    /// How many times wider the interval is shown than the model says.
    widened_by: f64,
    /// Mean absolute scaled error.
    scaled_error: f64,
    /// The same error of the forecast "no change".
    no_change_scaled_error: f64,
    /// The same in a sentence.
    sentence: String,
}

/// What is expected at one instant.
#[derive(Debug, Serialize, ToSchema)]
struct ForecastPoint {
    /// The instant.
    time: String,
    /// The expected value.
    mean: f64,
    /// The lower end of the interval.
    lower: f64,
    /// The upper end of the interval.
    upper: f64,
}

/// When a target may be met.
#[derive(Debug, Serialize, ToSchema)]
struct TargetOutlook {
    /// The phase.
    phase: u8,
    /// The target as the framework writes it.
    target: String,
    /// `met`, `forecast`, `no-number` or `none`.
    state: String,
    /// When the expected value meets it; `None` where that is not within two years.
    expected: Option<String>,
    /// The early end of the interval.
    earliest: Option<String>,
    /// The late end of the interval.
    latest: Option<String>,
    /// The same in a sentence.
    sentence: String,
}

/// Where a KPI's history leads, and when it meets its targets.
#[utoipa::path(
    get,
    path = "/api/v1/kpis/{id}/forecast",
    params(("id" = String, Path, description = "The KPI's id."), AsOf),
    responses(
        (status = 200, body = ForecastReport),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn get_forecast(
    _: Needs<Read>,
    Extracted(state): Extracted<State>,
    InPath(id): InPath<String>,
    Parameters(as_of): Parameters<AsOf>,
) -> Result<Json<ForecastReport>, Problem> {
    let snapshot = as_of.snapshot(&state.dashboard).await?;
    let report = report(&state.dashboard, &snapshot, &id).await.map_err(|error| Problem::store(&error))?;
    report.map(Json).ok_or_else(unknown)
}

async fn report(dashboard: &Dashboard, snapshot: &Snapshot, id: &str) -> Result<Option<ForecastReport>, StoreError> {
    let Some((position, kpi)) = snapshot.catalogue.kpi(id) else { return Ok(None) };
    let Some(status) = snapshot.evaluation.statuses.get(position) else { return Ok(None) };
    let unit = actual_unit(kpi);
    let made = match unit.dimension {
        Dimension::Judged | Dimension::Severity => Err("its values are judgements, not numbers that grow".to_owned()),
        _ => dashboard.forecast(snapshot, kpi, status).await?,
    };
    let method = made.as_ref().ok().map(|forecast| MethodReport {
        model: forecast.model.name().to_owned(),
        level_percent: forecast.level_percent,
        values: forecast.bins,
        compared: forecast.back_test.compared,
        coverage_percent: forecast.back_test.coverage_percent,
        widened_by: forecast.back_test.widened_by,
        scaled_error: forecast.back_test.scaled_error,
        no_change_scaled_error: forecast.back_test.no_change_scaled_error,
        sentence: outlook::back_test(forecast),
    });
    let points = made.as_ref().map_or_else(
        |_| Vec::new(),
        |forecast| {
            let shown = |value: f64| unit.from_base(value);
            let point = |time_ms, mean, lower, upper| ForecastPoint {
                time: iso(time_ms),
                mean: shown(mean),
                lower: shown(lower),
                upper: shown(upper),
            };
            forecast.points.iter().map(|at| point(at.time_ms, at.mean, at.lower, at.upper)).collect()
        },
    );
    Ok(Some(ForecastReport {
        kpi: kpi.id.clone(),
        instant: iso(snapshot.evaluation.instant_ms),
        demo_data: dashboard.is_demo(snapshot),
        targets: targets(dashboard, snapshot, position, kpi).await?,
        unit: unit.symbol.clone(),
        no_forecast: made.err(),
        method,
        points,
    }))
}

async fn targets(
    dashboard: &Dashboard,
    snapshot: &Snapshot,
    position: usize,
    kpi: &Kpi,
) -> Result<Vec<TargetOutlook>, StoreError> {
    let mut outlooks = Vec::new();
    for phase in &snapshot.catalogue.phases {
        let Some(target) = kpi.target_shown_in(phase.number) else { continue };
        let found = dashboard.outlook(snapshot, position, phase.number).await?;

        let (state, crossing) = match &found {
            Outlook::Met => ("met", None),
            Outlook::NoNumber => ("no-number", None),
            Outlook::None(_) => ("none", None),
            Outlook::At(_, crossing) => ("forecast", Some(*crossing)),
        };
        outlooks.push(TargetOutlook {
            phase: phase.number,
            target: target.to_string(),
            state: state.to_owned(),
            expected: crossing.and_then(|crossing| crossing.expected_ms).map(iso),
            earliest: crossing.and_then(|crossing| crossing.earliest_ms).map(iso),
            latest: crossing.and_then(|crossing| crossing.latest_ms).map(iso),
            sentence: outlook::sentence(&found),
        });
    }
    Ok(outlooks)
}
