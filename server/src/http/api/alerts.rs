//! `GET /api/v1/alerts`: what raises alerts at an instant, what the alert machine remembers of them now, error budgets.

mod history;
mod state;
mod take;

use axum::Json;
use axum::extract::State as Extracted;
use serde::Serialize;
use service::view::alerts::BudgetRow;
use service::view::overview::EscalationView;
use utoipa::ToSchema;

use self::state::AlertState;
use super::query::{AsOf, Parameters};
use crate::http::State;
use crate::http::access::needs::{Needs, Read};
use crate::http::problem::Problem;

// The routes' macro looks for what it generated beside each of them.
pub use self::history::*;
pub use self::take::*;

/// Every alert at an instant.
#[derive(Debug, Serialize, ToSchema)]
pub struct AlertList {
    /// The instant.
    instant: String,
    /// Whether every number is generated.
    demo_data: bool,
    /// The KPIs that are at risk or off target, red before yellow, the lowest attainment first.
    alerts: Vec<AlertReport>,
    /// Why they have escalated; empty where they have not, or not yet.
    escalations: Vec<String>,
    /// The escalation as it stands; `None` where there is no reason for one.
    escalation: Option<EscalationReport>,
    /// What is pending or fires, with who took it and what people were told. It is remembered, not computed: `None` for a
    /// past instant, of which `GET /api/v1/alerts/history` tells.
    states: Option<Vec<AlertState>>,
    /// The error budgets of the KPIs near 100 %.
    budgets: Vec<BudgetReport>,
}

/// One KPI that is at risk or off target.
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

/// The escalation of alerts, announced or not.
#[derive(Debug, Serialize, ToSchema)]
struct EscalationReport {
    /// `firing`, `acknowledged`, `pending` or `held-back`; the first two are announced.
    state: String,
    /// What its alert does.
    sentence: String,
    /// Why, a sentence each.
    reasons: Vec<String>,
}

impl From<EscalationView> for EscalationReport {
    fn from(view: EscalationView) -> Self {
        Self { state: view.name.to_owned(), sentence: view.state, reasons: view.reasons }
    }
}

/// The error budget of one KPI.
#[derive(Debug, Serialize, ToSchema)]
struct BudgetReport {
    /// The KPI's id.
    kpi: String,
    /// The target and over which time it is meant.
    target: String,
    /// How much of the budget is spent, in words; `None` without data.
    spent: Option<String>,
    /// The worst that its windows say.
    sentence: String,
    /// Each pair of windows.
    windows: Vec<BudgetWindow>,
}

/// How fast a pair of windows spends the budget. Rates are words, because a target of 100 % has no finite ones.
#[derive(Debug, Serialize, ToSchema)]
struct BudgetWindow {
    /// The rate that must be exceeded, and over which times.
    rule: String,
    /// The rates of the long and of the short window.
    measured: String,
    /// Whether both exceed it.
    burning: bool,
}

impl From<BudgetRow> for BudgetReport {
    fn from(row: BudgetRow) -> Self {
        let windows = row.windows.into_iter();
        Self {
            kpi: row.kpi.0,
            target: row.target,
            spent: row.spent,
            sentence: row.sentence,
            windows: windows.map(|(rule, measured, burning)| BudgetWindow { rule, measured, burning }).collect(),
        }
    }
}

/// Every KPI that is at risk or off target, and the alerts as they stand.
#[utoipa::path(
    get,
    path = "/api/v1/alerts",
    params(AsOf),
    responses((status = 200, body = AlertList), (status = 400, body = Problem, content_type = "application/problem+json"))
)]
pub async fn get_alerts(
    _: Needs<Read>,
    Extracted(state): Extracted<State>,
    Parameters(as_of): Parameters<AsOf>,
) -> Result<Json<AlertList>, Problem> {
    let snapshot = as_of.snapshot(&state.dashboard).await?;
    let catalogue = &*snapshot.catalogue;
    let page = state
        .dashboard
        .alerts_page(&snapshot, as_of.written().is_some())
        .await
        .map_err(|error| Problem::store(&error))?;
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
    let states = || {
        let machine = state.dashboard.alerting().state.machine();
        page.firing.iter().chain(&page.pending).filter_map(|row| AlertState::of(&machine, row)).collect()
    };
    Ok(Json(AlertList {
        instant: service::instant::iso(snapshot.evaluation.instant_ms),
        demo_data: state.dashboard.is_demo(&snapshot),
        alerts,
        escalations: page
            .escalation
            .as_ref()
            .filter(|escalation| escalation.is_firing)
            .map(|escalation| escalation.reasons.clone())
            .unwrap_or_default(),
        escalation: page.escalation.map(EscalationReport::from),
        states: as_of.written().is_none().then(states),
        budgets: page.budgets.into_iter().map(BudgetReport::from).collect(),
    }))
}
