//! `POST /api/v1/catalogue`: a new version of the catalogue.

use axum::Json;
use axum::body::Body;
use axum::extract::State as Extracted;
use axum::http::StatusCode;
use governance::ApplyError;
use kpi::catalogue::CatalogueError;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::http::State;
use crate::http::access::needs::{Admin, Needs};
use crate::http::api::body::{self, MOST_CATALOGUE_BYTES};
use crate::http::api::query::Parameters;
use crate::http::problem::{Problem, RowError};

/// Who changes the catalogue.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ApplyOptions {
    /// Who changes it.
    person: String,
    /// Why.
    reason: Option<String>,
    /// The number of the version that the change was made from; the change is refused where that is not the latest.
    seen: Option<i64>,
}

/// A version that was made.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Applied {
    /// The number of the version in force.
    pub number: i64,
    /// What it changed, a line each.
    pub changes: Vec<String>,
}

/// A catalogue document.
///
/// # Errors
/// 413 where it is too large, 400 where it is no text.
pub(super) async fn document(body: Body) -> Result<String, Problem> {
    let bytes = body::read(body, MOST_CATALOGUE_BYTES).await?;
    String::from_utf8(bytes.to_vec()).map_err(|error| {
        Problem::new(StatusCode::BAD_REQUEST, "not-utf8", "The body can't be read").detail(error.to_string())
    })
}

/// The answer to a catalogue with errors.
pub(super) fn refused(errors: &[CatalogueError]) -> Problem {
    let title = "The catalogue has errors";
    let count = match errors.len() {
        1 => "1 error".to_owned(),
        count => format!("{count} errors"),
    };
    let mut problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "catalogue", title)
        .detail(format!("{count}; the running catalogue stays"));
    problem.errors = errors
        .iter()
        .map(|error| RowError {
            row: error.line,
            column: Some(error.column),
            field: "catalogue".to_owned(),
            code: "catalogue".to_owned(),
            detail: error.message.clone(),
            expected: String::new(),
        })
        .collect();
    problem
}

impl From<ApplyError> for Problem {
    fn from(error: ApplyError) -> Self {
        let detail = error.to_string();
        match error {
            ApplyError::Refused(errors) => refused(&errors),
            ApplyError::FromFile => {
                Self::new(StatusCode::CONFLICT, "catalogue-file", "The catalogue is read from a file").detail(detail)
            }
            ApplyError::Changed { number } => {
                Self::new(StatusCode::PRECONDITION_FAILED, "changed", "It changed since you looked")
                    .detail(detail)
                    .expected(format!("a change of version {number}"))
            }
            ApplyError::Text(error) => error.into(),
            ApplyError::Busy => service::readers::Busy.into(),
            ApplyError::Store(error) => Self::store(&error),
        }
    }
}

/// Take a catalogue over as a new version. Every status before stays computed under the version of its time.
#[utoipa::path(
    post,
    path = "/api/v1/catalogue",
    params(ApplyOptions),
    request_body(content = String, content_type = "application/toml"),
    responses(
        (status = 201, body = Applied, description = "A new version."),
        (status = 200, body = Applied, description = "It is the latest version already."),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The server reads it from a file."),
        (status = 412, body = Problem, content_type = "application/problem+json", description = "Somebody else changed it first."),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "Every error by line and column."),
    )
)]
pub async fn post_catalogue(
    _: Needs<Admin>,
    Extracted(state): Extracted<State>,
    Parameters(options): Parameters<ApplyOptions>,
    body: Body,
) -> Result<(StatusCode, Json<Applied>), Problem> {
    let document = document(body).await?;
    let latest = || state.dashboard.governance().catalogues.versions().first().map_or(0, |version| version.number);
    let before = latest();
    let reason = options.reason.as_deref();
    let number = state.dashboard.apply_catalogue(&document, &options.person, reason, options.seen).await?;
    if number <= before {
        return Ok((StatusCode::OK, Json(Applied { number, changes: Vec::new() })));
    }
    let changes = state.dashboard.governance().catalogues.difference(number).unwrap_or_default();
    let changes = changes.iter().map(ToString::to_string).collect();
    Ok((StatusCode::CREATED, Json(Applied { number, changes })))
}
