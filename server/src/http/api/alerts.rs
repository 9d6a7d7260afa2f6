//! `GET /api/v1/alerts`.

use axum::Json;
use axum::extract::State as Extracted;
use serde::Serialize;
use service::view::overview::escalations;
use utoipa::ToSchema;

use super::query::{AsOf, Parameters};
use crate::http::State;
use crate::http::problem::Problem;

/// Every alert at an instant.
#[derive(Debug, Serialize, ToSchema)]
pub struct AlertList {
    /// The instant.
    instant: String,
    /// Whether every number is generated.
    demo_data: bool,
    /// The alerts, red before yellow, the lowest attainment first.
    alerts: Vec<AlertReport>,
    /// Why they escalate; empty where they do not.
    escalations: Vec<String>,
}

/// One alert.
#[derive(Debug, Serialize, ToSchema)]
struct AlertReport {
    /// The KPI's id.
    kpi: String,
    /// `red` or `yellow`.
    level: String,
    /// How far along the KPI is; 1 is the target.
    attainment: f64,
    /// Since when it has this status, as a date.
    since: Option<String>,
    /// Whether it touches customers.
    customer_facing: bool,
}

/// Every KPI that is at risk or off target.
#[utoipa::path(
    get,
    path = "/api/v1/alerts",
    params(AsOf),
    responses((status = 200, body = AlertList), (status = 400, body = Problem, content_type = "application/problem+json"))
)]
pub async fn get_alerts(
    Extracted(state): Extracted<State>,
    Parameters(as_of): Parameters<AsOf>,
) -> Result<Json<AlertList>, Problem> {
    let snapshot = as_of.snapshot(&state.dashboard)?;
    let catalogue = state.dashboard.catalogue();
    let alerts = snapshot
        .alerts
        .alerts
        .iter()
        .filter_map(|alert| {
            let kpi = catalogue.kpis.get(alert.kpi)?;
            Some(AlertReport {
                kpi: kpi.id.clone(),
                level: alert.level.name().to_owned(),
                attainment: alert.attainment,
                since: snapshot.rows.get(alert.kpi).and_then(|row| row.since.clone()),
                customer_facing: kpi.customer_facing,
            })
        })
        .collect();
    Ok(Json(AlertList {
        instant: service::instant::iso(snapshot.evaluation.instant_ms),
        demo_data: state.dashboard.is_demo(&snapshot),
        alerts,
        escalations: escalations(catalogue, &snapshot),
    }))
}
