//! `POST /api/v1/reports`: test results, coverage, accessibility, findings and benchmarks of a CI run.

use std::collections::BTreeMap;

use axum::Json;
use axum::body::Body;
use axum::extract::State as Extracted;
use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};
use service::report::{About, Context, Format, Part, Report, ReportError, ReportReceipt, SaidOfPart};
use utoipa::{IntoParams, ToSchema};

use super::body::{self, MOST_REPORT_BYTES};
use super::query::{InPath, Parameters};
use crate::http::State;
use crate::http::access::Caller;
use crate::http::access::needs::{Ingest, Needs};
use crate::http::media;
use crate::http::problem::{Problem, RowError};

/// What a report is about, and who sends it.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ReportOptions {
    /// The name of the sender; `ci` without it.
    pub source: Option<String>,
    /// `platform` or `dashboard`.
    #[serde(default)]
    pub about: Subject,
    /// The commit.
    pub commit: Option<String>,
    /// The branch.
    pub branch: Option<String>,
    /// The machine that it was measured on, its kind before a comma: `linux x86_64, 8 CPUs`.
    pub testbed: Option<String>,
    /// The run of CI whose part it is: reports of one kind and run are parts of one report. Without it, reports of the same commit are
    /// parts of one report as long as they don't say the same suite, file or page again.
    pub run: Option<String>,
    /// Which try of the run it is, from 1.
    pub attempt: Option<String>,
    /// The job that wrote it, where the system repeats a job within a run without counting: what comes later of the same job and path
    /// takes the place of what came before.
    pub job: Option<String>,
    /// The file that it stood in.
    pub path: Option<String>,
    /// What tells these findings from others of the same tool, where the report does not say it.
    pub category: Option<String>,
}

/// What wrote a report.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ReportFormat {
    /// `junit`, `lcov`, `cobertura`, `axe`, `sarif`, `cargo-audit`, `criterion`, `hyperfine`, `google-benchmark`,
    /// `pytest-benchmark`, `llama-bench`, `lighthouse` or `bmf`.
    pub format: String,
}

/// What a report is about.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Subject {
    /// The platform whose KPIs are shown.
    #[default]
    Platform,
    /// This dashboard itself.
    Dashboard,
}

/// What was read from a report, and what became of it. Everything accepted is on disk.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ReportRecorded {
    /// The kept payload; `GET /api/v1/payloads/{id}` gives its bytes.
    pub payload_id: String,
    /// How the report was read.
    pub format: String,
    /// `whole`, or `partly` where some of it was refused and the rest recorded.
    pub taken: String,
    /// The ids of the KPIs that it feeds, by a value or by its samples.
    pub feeds: Vec<String>,
    /// How many values of KPIs it gave.
    pub kpi_values: usize,
    /// How many samples of series it gave.
    pub samples: usize,
    /// How many of both were recorded.
    pub accepted: usize,
    /// How many had been recorded before.
    pub duplicates: usize,
    /// How many values and samples of earlier parts those of this one took the place of.
    pub superseded: usize,
    /// Of how many parts the report is made up so far.
    pub parts: usize,
    /// What was refused, by row.
    pub refused: Vec<RowError>,
    /// What was understood and is not kept, in words, and how often.
    pub left_out: BTreeMap<String, usize>,
}

impl ReportRecorded {
    fn of(format: Format, receipt: ReportReceipt) -> Self {
        let ReportReceipt { receipt, kpi_values, samples, feeds, left_out, parts, superseded } = receipt;
        Self {
            payload_id: receipt.payload_id,
            format: format.name().to_owned(),
            taken: if receipt.refused.is_empty() { "whole" } else { "partly" }.to_owned(),
            feeds,
            kpi_values,
            samples,
            accepted: receipt.accepted,
            duplicates: receipt.duplicates,
            superseded,
            parts,
            refused: receipt.refused.into_iter().map(RowError::from).collect(),
            left_out,
        }
    }
}

/// Record a report.
#[utoipa::path(
    post,
    path = "/api/v1/reports",
    params(ReportFormat, ReportOptions),
    request_body(content = String, content_type = "application/octet-stream"),
    responses(
        (status = 200, body = ReportRecorded),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 415, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn post_report(
    caller: Needs<Ingest>,
    Extracted(state): Extracted<State>,
    Parameters(wanted): Parameters<ReportFormat>,
    Parameters(options): Parameters<ReportOptions>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<ReportRecorded>, Problem> {
    let format = Format::from_name(&wanted.format)
        .ok_or_else(|| Problem::parameter("format", format!("a report is one of {}", names())))?;
    media::report(&headers)?;
    record(&state, &caller, format, options, body).await
}

/// Record a report, its format in the path.
#[utoipa::path(
    post,
    path = "/api/v1/reports/{format}",
    params(("format" = String, Path, description = "As the parameter `format` of `/api/v1/reports`."), ReportOptions),
    request_body(content = String, content_type = "application/octet-stream"),
    responses(
        (status = 200, body = ReportRecorded),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 415, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn post_report_of(
    caller: Needs<Ingest>,
    Extracted(state): Extracted<State>,
    InPath(format): InPath<String>,
    Parameters(options): Parameters<ReportOptions>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<ReportRecorded>, Problem> {
    let format =
        Format::from_name(&format).ok_or_else(|| Problem::not_found(&format!("A report is one of {}.", names())))?;
    media::report(&headers)?;
    record(&state, &caller, format, options, body).await
}

async fn record(
    state: &State,
    caller: &Caller,
    format: Format,
    options: ReportOptions,
    body: Body,
) -> Result<Json<ReportRecorded>, Problem> {
    let about = match options.about {
        Subject::Platform => About::Platform,
        Subject::Dashboard => About::Dashboard,
    };
    let source = caller.named_source(options.source.as_deref(), "ci")?;
    let said = (options.commit.as_deref(), options.branch.as_deref(), options.testbed.as_deref());
    let context = Context::new(said.0, said.1, said.2).map_err(|(name, detail)| Problem::parameter(name, detail))?;
    let said = SaidOfPart {
        run: options.run.as_deref(),
        attempt: options.attempt.as_deref(),
        job: options.job.as_deref(),
        path: options.path.as_deref(),
        category: options.category.as_deref(),
    };
    let part = Part::new(said).map_err(|(name, detail)| Problem::parameter(name, detail))?;
    let body = body::read(body, caller.at_most(MOST_REPORT_BYTES)).await?.to_vec();
    match state.dashboard.record_report(Report { source, format, about, context, part, body }).await {
        Ok(receipt) => Ok(Json(ReportRecorded::of(format, receipt))),
        Err(ReportError::Unreadable(refusal)) => Err(refusal.into()),
        Err(ReportError::Record(error)) => Err(error.into()),
        Err(error @ ReportError::NotOfDashboard(_)) => Err(Problem::parameter("about", error.to_string())),
        Err(error @ ReportError::TooManyParts(_)) => Err(Problem::parameter("run", error.to_string())),
        Err(error @ ReportError::Context(_)) => Err(Problem::parameter("commit", error.to_string())),
    }
}

fn names() -> String {
    Format::ALL.map(Format::name).join(", ")
}
