//! `GET /api/v1/gates`.

use axum::Json;
use axum::extract::State as Extracted;
use serde::{Deserialize, Serialize};
use service::{Dashboard, Snapshot};
use utoipa::ToSchema;

use super::query::{AsOf, Parameters};
use crate::http::State;
use crate::http::problem::Problem;

/// Every gate at an instant.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct GateList {
    /// The instant.
    pub instant: String,
    /// Whether every number is generated.
    pub demo_data: bool,
    /// The gates.
    pub gates: Vec<GateReport>,
}

/// One gate.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct GateReport {
    /// The phase that it ends.
    pub phase: u8,
    /// `passed`, `not-passed` or `not-computed`.
    pub outcome: String,
    /// The share of counted KPIs that must be met, in percent.
    pub share_percent: f64,
    /// How many KPIs are counted.
    pub counted: usize,
    /// How many of them are met.
    pub met: usize,
    /// How many of them must be met.
    pub needed: usize,
    /// How many of them have no data.
    pub no_data: usize,
    /// How many of them are stale.
    pub stale: usize,
    /// The counted KPIs that are not met, the nearest first.
    pub blockers: Vec<Blocker>,
}

/// A counted KPI that is not met.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Blocker {
    /// The KPI's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its status against this gate's phase.
    pub status: String,
    /// How far along it is; 1 is the target.
    pub attainment: Option<f64>,
    /// Its value with unit.
    pub value: Option<String>,
    /// The target as the framework writes it.
    pub target: String,
}

/// The gates of a snapshot.
pub fn list(dashboard: &Dashboard, snapshot: &Snapshot) -> GateList {
    let catalogue = dashboard.catalogue();
    let gates = snapshot
        .gates
        .iter()
        .map(|gate| GateReport {
            phase: gate.phase,
            outcome: gate.outcome.name().to_owned(),
            share_percent: gate.share_percent,
            counted: gate.counted,
            met: gate.met,
            needed: gate.needed,
            no_data: gate.no_data,
            stale: gate.stale,
            blockers: gate
                .blockers
                .iter()
                .filter_map(|standing| {
                    let kpi = catalogue.kpis.get(standing.kpi)?;
                    Some(Blocker {
                        id: kpi.id.clone(),
                        name: kpi.name.clone(),
                        status: standing.verdict.status.name().to_owned(),
                        attainment: standing.verdict.attainment,
                        value: snapshot.rows.get(standing.kpi).and_then(|row| row.value.clone()),
                        target: kpi.target_shown_in(gate.phase).map_or_else(String::new, ToString::to_string),
                    })
                })
                .collect(),
        })
        .collect();
    GateList {
        instant: service::instant::iso(snapshot.evaluation.instant_ms),
        demo_data: dashboard.is_demo(snapshot),
        gates,
    }
}

/// Every gate with its verdict and what blocks it.
#[utoipa::path(
    get,
    path = "/api/v1/gates",
    params(AsOf),
    responses((status = 200, body = GateList), (status = 400, body = Problem, content_type = "application/problem+json"))
)]
pub async fn get_gates(
    Extracted(state): Extracted<State>,
    Parameters(as_of): Parameters<AsOf>,
) -> Result<Json<GateList>, Problem> {
    Ok(Json(list(&state.dashboard, &*as_of.snapshot(&state.dashboard)?)))
}
