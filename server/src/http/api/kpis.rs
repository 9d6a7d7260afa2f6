//! `GET /api/v1/kpis` and what hangs below it.

pub mod history;

use axum::Json;
use axum::extract::{Path, State as Extracted};
use kpi::catalogue::{Catalogue, Kpi};
use kpi::evaluation::{KpiStatus, actual_unit};
use kpi::target::{Amount, Meaning, Target};
use serde::{Deserialize, Serialize};
use service::{Dashboard, Snapshot};
use utoipa::ToSchema;

use super::query::{AsOf, Parameters};
use crate::http::State;
use crate::http::access::needs::{Needs, Read};
use crate::http::problem::Problem;

/// Every KPI at an instant.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct KpiList {
    /// The catalogue's name and version.
    pub catalogue: String,
    /// The instant.
    pub instant: String,
    /// The phase whose targets count.
    pub current_phase: u8,
    /// Whether every number is generated.
    pub demo_data: bool,
    /// The KPIs, in the order of the catalogue.
    pub kpis: Vec<KpiReport>,
}

/// One KPI.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct KpiReport {
    /// Slug.
    pub id: String,
    /// Name.
    pub name: String,
    /// The slug of its track.
    pub track: String,
    /// The framework's section.
    pub section: String,
    /// The framework's table.
    pub group: String,
    /// The unit of its values.
    pub unit: String,
    /// How attainment is computed.
    pub shape: String,
    /// The measurement that it reads.
    pub measure: String,
    /// Every target.
    pub targets: Vec<TargetReport>,
    /// The current target as the framework writes it.
    pub current_target: Option<String>,
    /// `met`, `near`, `yellow`, `red`, `no-data`, `stale` or `no-target`.
    pub status: String,
    /// How far along it is; 1 is the target.
    pub attainment: Option<f64>,
    /// The current value.
    pub value: Option<ValueReport>,
    /// How it stands against the path to the current target; `None` without dates of the phase or without a number.
    #[serde(default)]
    pub pace: Option<PaceReport>,
    /// Since when it has this status, as a date.
    pub since: Option<String>,
    /// The role that answers for it.
    pub owner: String,
    /// Whether it touches customers.
    pub customer_facing: bool,
    /// What to connect so that it gets data.
    pub connect: String,
}

/// A value against the straight path from where the phase began to its target.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct PaceReport {
    /// Whether the value reaches what the path asks for.
    pub on_pace: bool,
    /// What the path asks for now, in the unit of the value's `number`.
    pub expected: f64,
    /// How far along the value is towards that; at least 1 when on pace.
    pub attainment: f64,
    /// Where the path begins.
    pub start: f64,
    /// Where it ends.
    pub target: f64,
    /// The share of the phase that has passed, from 0 to 1.
    pub elapsed_share: f64,
}

/// One target.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct TargetReport {
    /// The phase; `None` for a standing target.
    pub phase: Option<u8>,
    /// Whether it counts from that phase on, instead of in that phase alone.
    pub from_phase: bool,
    /// The cell as the framework writes it.
    pub written: String,
    /// What it means.
    pub parsed: ParsedTarget,
    /// The status against it.
    pub status: String,
    /// How far along the value is; 1 is the target.
    pub attainment: Option<f64>,
}

/// What a target means.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ParsedTarget {
    /// `at-least`, `below`, `above`, `within`, `factor`, `share`, `share-of-ceiling`, `no-finding`, `judged`, `every` or
    /// `not-applicable`.
    pub kind: String,
    /// The number, in `unit`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub value: Option<f64>,
    /// The upper end of a range.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub upper: Option<f64>,
    /// The unit.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unit: Option<String>,
    /// The severity, the level or the period.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub words: Option<String>,
}

/// A value.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ValueReport {
    /// The number that targets are about, in `unit`; `None` for a relative KPI without a baseline.
    pub number: Option<f64>,
    /// Its unit.
    pub unit: String,
    /// The same for reading.
    pub text: String,
    /// The time of the latest observation.
    pub observed: String,
    /// `measured`, `entered`, `embedded-engine`, `dashboard` or `demo`.
    pub origin: String,
    /// The same in words.
    pub origin_words: String,
    /// How many observations lie in the window.
    pub observations: usize,
    /// Whether it was computed by a derived measurement of the catalogue.
    #[serde(default)]
    pub computed: bool,
}

/// Every KPI of a snapshot.
pub fn list(dashboard: &Dashboard, snapshot: &Snapshot) -> KpiList {
    let catalogue = &*snapshot.catalogue;
    KpiList {
        catalogue: format!("{} {}", catalogue.name, catalogue.version),
        instant: service::instant::iso(snapshot.evaluation.instant_ms),
        current_phase: catalogue.policy.current_phase,
        demo_data: dashboard.is_demo(snapshot),
        kpis: snapshot.evaluation.statuses.iter().filter_map(|status| report(catalogue, snapshot, status)).collect(),
    }
}

fn report(catalogue: &Catalogue, snapshot: &Snapshot, status: &KpiStatus) -> Option<KpiReport> {
    let kpi = catalogue.kpis.get(status.kpi)?;
    let row = snapshot.rows.get(status.kpi)?;
    let unit = actual_unit(kpi);
    Some(KpiReport {
        id: kpi.id.clone(),
        name: kpi.name.clone(),
        track: kpi.track.clone(),
        section: kpi.section.clone(),
        group: kpi.group.clone(),
        unit: kpi.unit.symbol.clone(),
        shape: kpi.shape.name().to_owned(),
        measure: kpi.measure.clone(),
        targets: targets(catalogue, kpi, status),
        current_target: row.target.clone(),
        status: status.current.status.name().to_owned(),
        attainment: status.current.attainment,
        value: status.known.as_ref().map(|known| ValueReport {
            number: known.actual.map(|actual| unit.from_base(actual)),
            unit: unit.symbol.clone(),
            text: row.value.clone().unwrap_or_default(),
            observed: service::instant::iso(known.latest_ms),
            origin: known.origin.name().to_owned(),
            origin_words: known.origin.explained().to_owned(),
            observations: known.count,
            computed: known.computed,
        }),
        pace: status.pace.map(|pace| PaceReport {
            on_pace: pace.on_pace,
            expected: unit.from_base(pace.expected),
            attainment: pace.attainment,
            start: unit.from_base(pace.start),
            target: unit.from_base(pace.target),
            elapsed_share: pace.elapsed_share,
        }),
        since: row.since.clone(),
        owner: kpi.owner.clone(),
        customer_facing: kpi.customer_facing,
        connect: kpi.connect.clone(),
    })
}

fn targets(catalogue: &Catalogue, kpi: &Kpi, status: &KpiStatus) -> Vec<TargetReport> {
    let verdict_in = |phase: u8| {
        let position = catalogue.phases.iter().position(|known| known.number == phase)?;
        status.by_phase.get(position).copied()
    };
    let report = |phase: Option<u8>, from_phase: bool, target: &Target| {
        let verdict = phase.map_or(Some(status.current), verdict_in);
        TargetReport {
            phase,
            from_phase,
            written: target.to_string(),
            parsed: parsed(kpi, target),
            status: verdict.map_or("no-target", |verdict| verdict.status.name()).to_owned(),
            attainment: verdict.and_then(|verdict| verdict.attainment),
        }
    };
    let by_phase = kpi.phase_targets.iter().map(|(phase, target)| report(Some(*phase), false, target));
    let single = kpi.single_target.iter().map(|target| report(kpi.from_phase, kpi.from_phase.is_some(), target));
    by_phase.chain(single).collect()
}

fn parsed(kpi: &Kpi, target: &Target) -> ParsedTarget {
    let number = |amount: &Amount| Some(amount.value);
    let unit = |amount: &Amount| Some(amount.unit.as_ref().unwrap_or(&kpi.unit).symbol.clone());
    let empty = ParsedTarget { kind: target.kind().to_owned(), value: None, upper: None, unit: None, words: None };
    match &target.meaning {
        Meaning::AtLeast(amount) | Meaning::Below(amount) | Meaning::Above(amount) => {
            ParsedTarget { value: number(amount), unit: unit(amount), ..empty }
        }
        Meaning::Within(low, high) => {
            ParsedTarget { value: number(low), upper: number(high), unit: unit(low), ..empty }
        }
        Meaning::Factor(factor) => ParsedTarget { value: Some(*factor), unit: Some("x".to_owned()), ..empty },
        Meaning::Share(share) | Meaning::ShareOfCeiling(share) => {
            ParsedTarget { value: Some(*share), unit: Some("%".to_owned()), ..empty }
        }
        Meaning::NoFinding(severity) => ParsedTarget { words: Some(severity.name().to_lowercase()), ..empty },
        Meaning::Judged(level) => ParsedTarget { words: Some(level.clone()), ..empty },
        Meaning::Every(recurrence) => ParsedTarget { words: Some(recurrence.name().to_lowercase()), ..empty },
        Meaning::NotApplicable => empty,
    }
}

/// Every KPI with its targets, value and status.
#[utoipa::path(
    get,
    path = "/api/v1/kpis",
    params(AsOf),
    responses((status = 200, body = KpiList), (status = 400, body = Problem, content_type = "application/problem+json"))
)]
pub async fn get_all(
    _: Needs<Read>,
    Extracted(state): Extracted<State>,
    Parameters(as_of): Parameters<AsOf>,
) -> Result<Json<KpiList>, Problem> {
    Ok(Json(list(&state.dashboard, &*as_of.snapshot(&state.dashboard).await?)))
}

/// One KPI.
#[utoipa::path(
    get,
    path = "/api/v1/kpis/{id}",
    params(("id" = String, Path, description = "The KPI's id."), AsOf),
    responses((status = 200, body = KpiReport), (status = 404, body = Problem, content_type = "application/problem+json"))
)]
pub async fn get_one(
    _: Needs<Read>,
    Extracted(state): Extracted<State>,
    Path(id): Path<String>,
    Parameters(as_of): Parameters<AsOf>,
) -> Result<Json<KpiReport>, Problem> {
    let snapshot = as_of.snapshot(&state.dashboard).await?;
    let catalogue = &*snapshot.catalogue;
    let status = catalogue.kpi(&id).and_then(|(position, _)| snapshot.evaluation.statuses.get(position));
    status.and_then(|status| report(catalogue, &snapshot, status)).map(Json).ok_or_else(unknown)
}

/// The answer where no KPI has the id that was asked for.
pub fn unknown() -> Problem {
    Problem::not_found("No KPI has this id; GET /api/v1/kpis lists them.")
}
