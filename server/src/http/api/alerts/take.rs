//! People take alerts and give them back.

use alerting::AcknowledgementError;
use axum::extract::State as Extracted;
use axum::http::StatusCode;
use kpi::alert::Key;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::State;
use crate::http::access::needs::{Admin, Needs};
use crate::http::api::json::Sent;
use crate::http::api::query::InPath;
use crate::http::problem::Problem;

/// Who takes an alert or gives it back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Take {
    /// The person.
    person: String,
    /// A note.
    note: Option<String>,
}

/// Take a firing alert: it is then neither repeated nor escalated.
#[utoipa::path(
    post,
    path = "/api/v1/alerts/{key}/acknowledge",
    params(("key" = String, Path, description = "The alert, as in `level:pipeline-build-time`.")),
    request_body = Take,
    responses(
        (status = 204, description = "Taken."),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "It does not fire, or somebody took it."),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn post_acknowledge(
    _: Needs<Admin>,
    Extracted(state): Extracted<State>,
    InPath(key): InPath<String>,
    Sent(take): Sent<Take>,
) -> Result<StatusCode, Problem> {
    change(&state, &key, true, &take).await
}

/// Give an alert back that somebody took.
#[utoipa::path(
    post,
    path = "/api/v1/alerts/{key}/unacknowledge",
    params(("key" = String, Path, description = "The alert, as in `level:pipeline-build-time`.")),
    request_body = Take,
    responses(
        (status = 204, description = "Given back."),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "It does not fire, or nobody took it."),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn post_unacknowledge(
    _: Needs<Admin>,
    Extracted(state): Extracted<State>,
    InPath(key): InPath<String>,
    Sent(take): Sent<Take>,
) -> Result<StatusCode, Problem> {
    change(&state, &key, false, &take).await
}

async fn change(state: &State, key: &str, take: bool, by: &Take) -> Result<StatusCode, Problem> {
    let key: Key = key.parse().map_err(|error: kpi::alert::KeyError| Problem::parameter("key", error.to_string()))?;
    match state.dashboard.alerting().acknowledgements.set(&key, take, &by.person, by.note.as_deref()).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(AcknowledgementError::State(error)) => {
            let title = "The alert's state does not allow it";
            Err(Problem::new(StatusCode::CONFLICT, "alert-state", title).detail(error.to_string()))
        }
        Err(AcknowledgementError::Text(error)) => Err(error.into()),
        Err(AcknowledgementError::Store(error)) => Err(Problem::store(&error)),
    }
}
