//! `POST /api/v1/reports/{format}`: test results, coverage and accessibility of a CI run.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State as Extracted};
use serde::Deserialize;
use service::test_report::{About, TestReport};
use utoipa::{IntoParams, ToSchema};

use super::body::{self, MOST_REPORT_BYTES};
use super::observations::{Recorded, source};
use super::query::Parameters;
use crate::http::State;
use crate::http::problem::Problem;

/// What a report is about.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ReportOptions {
    /// The name of the sender.
    pub source: Option<String>,
    /// `platform` or `dashboard`.
    #[serde(default)]
    pub about: Subject,
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

/// Record a test report. `format` is `junit`, `lcov`, `cobertura` or `axe`.
#[utoipa::path(
    post,
    path = "/api/v1/reports/{format}",
    params(("format" = String, Path, description = "`junit`, `lcov`, `cobertura` or `axe`."), ReportOptions),
    request_body(content = String, content_type = "application/octet-stream"),
    responses(
        (status = 200, body = Recorded),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn post_report(
    Extracted(state): Extracted<State>,
    Path(format): Path<String>,
    Parameters(options): Parameters<ReportOptions>,
    body: Body,
) -> Result<Json<Recorded>, Problem> {
    let bytes = body::read(body, MOST_REPORT_BYTES).await?;
    let Some(report) = TestReport::read(&format, &bytes) else {
        return Err(Problem::not_found("A report is one of junit, lcov, cobertura, axe."));
    };
    let about = match options.about {
        Subject::Platform => About::Platform,
        Subject::Dashboard => About::Dashboard,
    };
    let source = source(options.source.as_deref(), "ci")?;
    let receipt = state.dashboard.record_test_report(&source, about, &report?, bytes.to_vec()).await?;
    Ok(Json(receipt.into()))
}
