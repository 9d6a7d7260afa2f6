//! Silences: which notifications are withheld, until when and why.

mod wanted;

use alerting::SilenceError;
use axum::Json;
use axum::extract::{OriginalUri, State as Extracted};
use axum::http::StatusCode;
use kpi::alert::Silence;
use serde::{Deserialize, Serialize};
use service::instant::iso;
use utoipa::ToSchema;

pub use self::wanted::NewSilence;
use super::json::Sent;
use super::listed::Listed;
use super::query::{InPath, PagingById, Parameters};
use crate::http::State;
use crate::http::access::needs::{Admin, Needs, Read};
use crate::http::problem::Problem;

/// A silence.
#[derive(Debug, Serialize, ToSchema)]
pub struct SilenceReport {
    /// Its id.
    id: String,
    /// The KPI or source that it is about; `None` for every one.
    kpi: Option<String>,
    /// The track.
    track: Option<String>,
    /// The role that answers.
    owner: Option<String>,
    /// The kind of alert.
    kind: Option<String>,
    /// The severity.
    severity: Option<String>,
    /// From when on.
    starts: String,
    /// Until when; this instant no longer belongs to it.
    ends: String,
    /// Who set it.
    person: String,
    /// Why.
    reason: String,
}

impl From<Silence> for SilenceReport {
    fn from(silence: Silence) -> Self {
        Self {
            id: silence.id,
            kpi: silence.matcher.kpi,
            track: silence.matcher.track,
            owner: silence.matcher.owner,
            kind: silence.matcher.kind.map(|kind| kind.name().to_owned()),
            severity: silence.matcher.severity.map(|severity| severity.name().to_owned()),
            starts: iso(silence.starts_ms),
            ends: iso(silence.ends_ms),
            person: silence.person,
            reason: silence.reason,
        }
    }
}

impl From<SilenceError> for Problem {
    fn from(error: SilenceError) -> Self {
        match error {
            SilenceError::Time(detail) => Self::unfit("for", detail),
            SilenceError::Unknown => Self::not_found("There is no silence with this id that still holds."),
            SilenceError::Text(error) => error.into(),
            SilenceError::Store(error) => Self::store(&error),
        }
    }
}

/// The silences that hold, the first to end first, in pages.
#[utoipa::path(
    get,
    path = "/api/v1/silences",
    params(PagingById),
    responses(
        (status = 200, body = Vec<SilenceReport>, headers(("Link" = String, description = "The next page, where more follows."))),
        (status = 400, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn get_silences(
    _: Needs<Read>,
    Extracted(state): Extracted<State>,
    Parameters(paging): Parameters<PagingById>,
    OriginalUri(uri): OriginalUri,
) -> Result<Listed<Vec<SilenceReport>>, Problem> {
    let limit = paging.limit()?;
    let silences = state.dashboard.alerting().silences.at(state.dashboard.now_ms());
    let reports = paging.rest(silences, |silence| &silence.id).map(SilenceReport::from);
    Ok(Listed::of(reports, limit, &uri, "after", |silence| silence.id.clone()))
}

/// Withhold notifications from now on. All that is named must match; naming nothing matches every alert.
#[utoipa::path(
    post,
    path = "/api/v1/silences",
    request_body = NewSilence,
    responses(
        (status = 201, body = SilenceReport),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn post_silence(
    _: Needs<Admin>,
    Extracted(state): Extracted<State>,
    Sent(new): Sent<NewSilence>,
) -> Result<(StatusCode, Json<SilenceReport>), Problem> {
    let matcher = new.matcher(&state.dashboard)?;
    let length_ms = new.length_ms(state.dashboard.now_ms())?;
    let silence = state.dashboard.alerting().silences.add(matcher, length_ms, &new.person, &new.reason).await?;
    Ok((StatusCode::CREATED, Json(silence.into())))
}

/// Who ends a silence.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndSilence {
    /// The person.
    person: String,
}

/// End a silence now.
#[utoipa::path(
    post,
    path = "/api/v1/silences/{id}/end",
    params(("id" = String, Path, description = "The silence's id.")),
    request_body = EndSilence,
    responses(
        (status = 204, description = "Ended."),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn post_end(
    _: Needs<Admin>,
    Extracted(state): Extracted<State>,
    InPath(id): InPath<String>,
    Sent(end): Sent<EndSilence>,
) -> Result<StatusCode, Problem> {
    state.dashboard.alerting().silences.end(&id, &end.person).await?;
    Ok(StatusCode::NO_CONTENT)
}
