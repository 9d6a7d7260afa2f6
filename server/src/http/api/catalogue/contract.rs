//! The metric contract: which series the derived KPIs of a catalogue need, and whether somebody sends them.

use axum::Json;
use axum::body::Body;
use axum::extract::State as Extracted;
use kpi::catalogue::Catalogue;
use serde::{Deserialize, Serialize};
use service::view::contract::{sentence, traps};
use utoipa::ToSchema;

use super::apply;
use crate::http::State;
use crate::http::access::needs::{Ingest, Needs, Read};
use crate::http::api::query::{AsOf, Parameters};
use crate::http::problem::Problem;

/// What a catalogue needs of senders.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ContractList {
    /// How much of it is kept, a sentence.
    pub summary: String,
    /// Every series that a derived KPI is computed of, those that are missing first.
    pub series: Vec<ContractRow>,
    /// Metrics of other systems that must not be used as they are.
    pub traps: Vec<TrapRow>,
}

/// What is needed of one series.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ContractRow {
    /// The name under which samples are sent.
    pub series: String,
    /// The labels that they must carry.
    pub labels: Vec<String>,
    /// The ids of the KPIs that are computed of it.
    pub kpis: Vec<String>,
    /// Who sends it, in words.
    pub state: String,
    /// Whether it is sent with every label.
    pub kept: bool,
    /// The metrics of other systems that fill it.
    pub fed_by: Vec<FedBy>,
}

/// A metric of another system that fills a series.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct FedBy {
    /// Its name.
    pub metric: String,
    /// What to know of it.
    pub note: String,
}

/// Metrics of other systems that must not be used as they are.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct TrapRow {
    /// Their names.
    pub metrics: Vec<String>,
    /// Why not.
    pub reason: String,
    /// What to use in their place.
    pub instead: Option<String>,
}

async fn list(state: &State, catalogue: &Catalogue, instant_ms: i64) -> Result<Json<ContractList>, Problem> {
    let contract = state.dashboard.contract(catalogue, instant_ms).await.map_err(|error| Problem::store(&error))?;
    let summary = sentence(&contract);
    let rows = contract.into_iter().map(|row| ContractRow {
        series: row.series,
        labels: row.labels,
        kpis: row.kpis.into_iter().map(|(id, _)| id).collect(),
        state: row.state,
        kept: row.kept,
        fed_by: row.fed_by.into_iter().map(|(metric, note)| FedBy { metric, note }).collect(),
    });
    let traps = traps(catalogue).into_iter().map(|trap| TrapRow {
        metrics: trap.metrics,
        reason: trap.reason,
        instead: trap.instead,
    });
    Ok(Json(ContractList { summary, series: rows.collect(), traps: traps.collect() }))
}

/// What the catalogue in force needs of senders, and whether they send it.
#[utoipa::path(
    get,
    path = "/api/v1/catalogue/contract",
    params(AsOf),
    responses((status = 200, body = ContractList), (status = 400, body = Problem, content_type = "application/problem+json"))
)]
pub async fn get_contract(
    _: Needs<Read>,
    Extracted(state): Extracted<State>,
    Parameters(as_of): Parameters<AsOf>,
) -> Result<Json<ContractList>, Problem> {
    let snapshot = as_of.snapshot(&state.dashboard).await?;
    list(&state, &snapshot.catalogue, snapshot.evaluation.instant_ms).await
}

/// What another catalogue would need of senders, and whether they send it. Nothing is changed.
#[utoipa::path(
    post,
    path = "/api/v1/catalogue/contract",
    request_body(content = String, content_type = "application/toml"),
    responses(
        (status = 200, body = ContractList),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn post_contract(
    _: Needs<Ingest>,
    Extracted(state): Extracted<State>,
    body: Body,
) -> Result<Json<ContractList>, Problem> {
    let document = apply::document(body).await?;
    let bytes = document.len();
    let (catalogue, _turn) = state.dashboard.readers.run(bytes, move || Catalogue::parse(&document)).await?;
    let catalogue = catalogue.map_err(|errors| apply::refused(&errors))?;
    list(&state, &catalogue, state.dashboard.now_ms()).await
}
