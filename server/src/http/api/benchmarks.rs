//! The benchmark runs of the embedded engine.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State as Extracted};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::{self, MOST_REPORT_BYTES};
use super::kpis::history::csv_response;
use crate::http::State;
use crate::http::access::needs::{Ingest, Needs, Read};
use crate::http::problem::Problem;

/// How many runs are listed.
const LISTED: u32 = 100;

/// One run.
#[derive(Debug, Serialize, ToSchema)]
pub struct Run {
    /// Its id.
    id: String,
    /// When it started.
    started: String,
    /// When it ended.
    finished: Option<String>,
    /// `running`, `done`, `failed`, `cancelled` or `interrupted`.
    state: String,
    /// The headline, or why there is none.
    message: Option<String>,
    /// The whole report: plan, machine, every scheme.
    #[schema(value_type = Option<Object>)]
    report: Option<serde_json::Value>,
}

fn run(run: storage::BenchmarkRun, with_report: bool) -> Run {
    let report = run.report_json.filter(|_| with_report).and_then(|json| serde_json::from_str(&json).ok());
    Run {
        id: run.id,
        started: service::instant::iso(run.started_ms),
        finished: run.finished_ms.map(service::instant::iso),
        state: run.state,
        message: run.message,
        report,
    }
}

/// The runs, the newest first, without their reports.
#[utoipa::path(get, path = "/api/v1/benchmarks", responses((status = 200, body = Vec<Run>)))]
pub async fn get_runs(_: Needs<Read>, Extracted(state): Extracted<State>) -> Result<Json<Vec<Run>>, Problem> {
    let runs = state.dashboard.store().benchmark_runs(LISTED).await.map_err(|error| Problem::store(&error))?;
    Ok(Json(runs.into_iter().map(|entry| run(entry, false)).collect()))
}

/// One run with its report.
#[utoipa::path(
    get,
    path = "/api/v1/benchmarks/{id}",
    params(("id" = String, Path, description = "The run's id.")),
    responses((status = 200, body = Run), (status = 404, body = Problem, content_type = "application/problem+json"))
)]
pub async fn get_run(
    _: Needs<Read>,
    Extracted(state): Extracted<State>,
    Path(id): Path<String>,
) -> Result<Json<Run>, Problem> {
    let found = state.dashboard.store().benchmark_run(&id).await.map_err(|error| Problem::store(&error))?;
    found.map(|entry| Json(run(entry, true))).ok_or_else(|| Problem::not_found("No benchmark run has this id."))
}

/// A chart of a run as CSV. `chart` is `speed` or `size`.
#[utoipa::path(
    get,
    path = "/api/v1/benchmarks/{id}/{chart}",
    params(("id" = String, Path, description = "The run's id."), ("chart" = String, Path, description = "`speed.csv` or `size.csv`.")),
    responses((status = 200, body = String, content_type = "text/csv"), (status = 404, body = Problem, content_type = "application/problem+json"))
)]
pub async fn get_chart_csv(
    _: Needs<Read>,
    Extracted(state): Extracted<State>,
    Path((id, chart)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let found = state.dashboard.store().benchmark_run(&id).await.map_err(|error| Problem::store(&error))?;
    let stem = chart.strip_suffix(".csv");
    let model = found.zip(stem).and_then(|(entry, stem)| service::view::benchmarks::chart_model(&entry, stem));
    model
        .map(|model| csv_response(&format!("benchmark-{}", stem.unwrap_or_default()), false, chart::csv(&model)))
        .ok_or_else(|| Problem::not_found("No such run or chart; charts are speed.csv and size.csv."))
}

/// A run that was measured elsewhere.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Imported {
    /// The id of the kept run.
    pub run_id: String,
}

/// Keep the report of a run that was measured elsewhere, as `inferno-kpi bench --json` prints it.
#[utoipa::path(
    post,
    path = "/api/v1/benchmarks/reports",
    request_body(content = Object, content_type = "application/json"),
    responses((status = 201, body = Imported), (status = 422, body = Problem, content_type = "application/problem+json"))
)]
pub async fn post_report(
    _: Needs<Ingest>,
    Extracted(state): Extracted<State>,
    body: Body,
) -> Result<Response, Problem> {
    let bytes = body::read(body, MOST_REPORT_BYTES).await?;
    let refused = |detail: String| {
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "report", "The report can't be read").detail(detail)
    };
    let json = String::from_utf8(bytes.to_vec()).map_err(|error| refused(error.to_string()))?;
    let run_id = state.dashboard.import_benchmark(json).await.map_err(refused)?;
    Ok((StatusCode::CREATED, Json(Imported { run_id })).into_response())
}
