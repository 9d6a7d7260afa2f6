//! `GET /api/v1/gates`: verdicts, blockers, waivers, sign-offs and forecasts.

use axum::Json;
use axum::extract::State as Extracted;
use axum::http::header::ETAG;
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};
use service::view::gates::{Blocker as BlockerView, DecisionRow, GateView};
use service::{Dashboard, Snapshot};
use storage::StoreError;
use utoipa::ToSchema;

use super::query::{AsOf, InPath, Parameters};
use crate::http::State;
use crate::http::access::needs::{Needs, Read};
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
    /// `passed`, `not-passed` or `not-computed`; waivers do not change it.
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
    /// The blockers that are waived, by id.
    #[serde(default)]
    pub waived: Vec<String>,
    /// The sign-off that ended the phase.
    #[serde(default)]
    pub signed_off: Option<SignOff>,
    /// Whether it can be signed off.
    #[serde(default)]
    pub can_sign_off: bool,
    /// Why it can or can't be signed off.
    #[serde(default)]
    pub sign_off_hint: String,
    /// When it may pass: a date with an interval, or why there is none.
    #[serde(default)]
    pub forecast: String,
    /// The state of the gate now, which a decision names in `If-Match`.
    #[serde(default)]
    pub tag: String,
}

/// A sign-off that holds.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct SignOff {
    /// The id of the decision.
    pub decision: String,
    /// Who signed off.
    pub person: String,
    /// Why.
    pub reason: String,
    /// When.
    pub time: String,
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
    /// Whether it is waived.
    #[serde(default)]
    pub waived: bool,
    /// When it may be met: a date with an interval, or why there is none.
    #[serde(default)]
    pub forecast: String,
}

/// The gates of a snapshot.
///
/// # Errors
/// [`StoreError`] where the observations can't be read.
pub async fn list(dashboard: &Dashboard, snapshot: &Snapshot) -> Result<GateList, StoreError> {
    let page = dashboard.gates_page(snapshot, &[]).await?;
    let gates = snapshot.gates.iter().zip(&page.gates).map(|(gate, view)| report(gate, view)).collect();
    Ok(GateList {
        instant: service::instant::iso(snapshot.evaluation.instant_ms),
        demo_data: dashboard.is_demo(snapshot),
        gates,
    })
}

fn report(gate: &kpi::gate::Gate, view: &GateView) -> GateReport {
    let blockers: Vec<Blocker> = view
        .blockers
        .iter()
        .zip(&gate.blockers)
        .map(|(view, standing)| blocker(view, standing.verdict.attainment))
        .collect();
    GateReport {
        phase: gate.phase,
        outcome: gate.outcome.name().to_owned(),
        share_percent: gate.share_percent,
        counted: gate.counted,
        met: gate.met,
        needed: gate.needed,
        no_data: gate.no_data,
        stale: gate.stale,
        waived: blockers.iter().filter(|blocker| blocker.waived).map(|blocker| blocker.id.clone()).collect(),
        blockers,
        signed_off: view.signed_off.as_ref().map(sign_off),
        can_sign_off: view.can_sign_off,
        sign_off_hint: view.sign_off_hint.clone(),
        forecast: view.forecast.clone(),
        tag: view.tag.clone(),
    }
}

fn blocker(view: &BlockerView, attainment: Option<f64>) -> Blocker {
    Blocker {
        id: view.row.id.clone(),
        name: view.row.name.clone(),
        status: view.row.status.name.to_owned(),
        attainment,
        value: view.row.value.clone(),
        target: view.row.target.clone().unwrap_or_default(),
        waived: view.waiver.is_some(),
        forecast: view.forecast.clone(),
    }
}

fn sign_off(row: &DecisionRow) -> SignOff {
    SignOff {
        decision: row.id.clone(),
        person: row.person.clone(),
        reason: row.reason.clone(),
        time: row.instant.clone(),
    }
}

/// The answer where a phase has no gate.
pub fn no_gate(phase: u8) -> Problem {
    Problem::not_found(&format!("Phase {phase} has no gate; GET /api/v1/gates lists them."))
}

/// Every gate with its verdict and what blocks it.
#[utoipa::path(
    get,
    path = "/api/v1/gates",
    params(AsOf),
    responses((status = 200, body = GateList), (status = 400, body = Problem, content_type = "application/problem+json"))
)]
pub async fn get_gates(
    _: Needs<Read>,
    Extracted(state): Extracted<State>,
    Parameters(as_of): Parameters<AsOf>,
) -> Result<Json<GateList>, Problem> {
    let snapshot = as_of.snapshot(&state.dashboard).await?;
    list(&state.dashboard, &snapshot).await.map(Json).map_err(|error| Problem::store(&error))
}

/// One gate. The header `ETag` is the state that a decision names in `If-Match`.
#[utoipa::path(
    get,
    path = "/api/v1/gates/{phase}",
    params(("phase" = u8, Path, description = "The phase that the gate ends."), AsOf),
    responses(
        (status = 200, body = GateReport, headers(("ETag" = String, description = "The state of the gate now."))),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn get_gate(
    _: Needs<Read>,
    Extracted(state): Extracted<State>,
    InPath(phase): InPath<u8>,
    Parameters(as_of): Parameters<AsOf>,
) -> Result<Response, Problem> {
    let snapshot = as_of.snapshot(&state.dashboard).await?;
    let gates = list(&state.dashboard, &snapshot).await.map_err(|error| Problem::store(&error))?.gates;
    let gate = gates.into_iter().find(|gate| gate.phase == phase).ok_or_else(|| no_gate(phase))?;
    Ok(([(ETAG, gate.tag.clone())], Json(gate)).into_response())
}
