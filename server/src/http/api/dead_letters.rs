//! Dead letters: payloads that wait, whole or in part, to be read again or set aside.

use axum::Json;
use axum::extract::State as Extracted;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use service::dead_letters::{DeadLetterError, Replayed};
use service::instant::iso;
use storage::Payload;
use utoipa::{IntoParams, ToSchema};

use super::query::{InPath, Parameters};
use crate::http::State;
use crate::http::access::needs::{Admin, Needs, Read};
use crate::http::problem::Problem;

/// The most dead letters in one answer.
const MOST: u32 = 200;

/// Which dead letters are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Of this source alone.
    pub source: Option<String>,
    /// Those with a smaller number than this one: the last of the page before.
    pub before: Option<i64>,
}

/// A payload that waits.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeadLetter {
    /// Its number, by which it is read again or set aside.
    number: i64,
    /// Its id; `GET /api/v1/payloads/{id}` gives its bytes.
    payload_id: String,
    /// Who sent it.
    source: String,
    /// When it came.
    received: String,
    /// How it is read, such as `influx` or `json`.
    format: String,
    /// The media type that the sender named.
    content_type: String,
    /// How many bytes it has.
    bytes: i64,
    /// `dead`: nothing of it was taken; `partly`: some rows were refused.
    state: &'static str,
    /// Why, the first thing that is wrong.
    reason: String,
    /// How many rows were refused.
    refused_rows: i64,
    /// How many rows were kept.
    kept_rows: i64,
    /// SHA-256 of the bytes.
    sha256: String,
}

impl From<Payload> for DeadLetter {
    fn from(payload: Payload) -> Self {
        Self {
            number: payload.number,
            payload_id: payload.id,
            source: payload.source,
            received: iso(payload.received_ms),
            format: payload.format,
            content_type: payload.content_type,
            bytes: payload.byte_count,
            state: payload.state.name(),
            reason: payload.reason.unwrap_or_default(),
            refused_rows: payload.refused_rows,
            kept_rows: payload.kept_rows,
            sha256: payload.sha256_hex,
        }
    }
}

/// What came of reading a payload again.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReadAgain {
    /// Its number.
    number: i64,
    /// How many rows are recorded now that were not before.
    new: usize,
    /// Whether it waits no longer.
    done: bool,
    /// What is still wrong; empty where nothing is.
    reason: String,
}

impl From<Replayed> for ReadAgain {
    fn from(replayed: Replayed) -> Self {
        let done = replayed.reason.is_none();
        Self { number: replayed.number, new: replayed.new, done, reason: replayed.reason.unwrap_or_default() }
    }
}

impl From<DeadLetterError> for Problem {
    fn from(error: DeadLetterError) -> Self {
        match error {
            DeadLetterError::Unknown(_) => Self::not_found("There is no payload with this number."),
            DeadLetterError::NotWaiting(_) | DeadLetterError::Dropped(_) => {
                Self::new(StatusCode::CONFLICT, "not-waiting", "This payload can't be read again")
                    .detail(error.to_string())
            }
            DeadLetterError::Busy(busy) => busy.into(),
            DeadLetterError::Store(error) => Self::store(&error),
        }
    }
}

/// The payloads that wait, the latest first; at most 200 of them.
#[utoipa::path(get, path = "/api/v1/dead-letters", params(Wanted), responses((status = 200, body = Vec<DeadLetter>)))]
pub async fn get_dead_letters(
    _: Needs<Read>,
    Extracted(state): Extracted<State>,
    Parameters(wanted): Parameters<Wanted>,
) -> Result<Json<Vec<DeadLetter>>, Problem> {
    let waiting = state.dashboard.dead_letters(wanted.source.as_deref(), wanted.before, MOST).await;
    let waiting = waiting.map_err(|error| Problem::store(&error))?;
    Ok(Json(waiting.into_iter().map(DeadLetter::from).collect()))
}

/// Read a payload again, with the catalogue and the readers of now. Rows that are known already are not recorded twice.
#[utoipa::path(
    post,
    path = "/api/v1/dead-letters/{number}/replay",
    params(("number" = i64, Path, description = "The payload's number.")),
    responses(
        (status = 200, body = ReadAgain),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn post_replay(
    _: Needs<Admin>,
    Extracted(state): Extracted<State>,
    InPath(number): InPath<i64>,
) -> Result<Json<ReadAgain>, Problem> {
    Ok(Json(state.dashboard.replay(number).await?.into()))
}

/// Read every waiting payload again, the oldest first; at most 1,000 of them.
#[utoipa::path(
    post,
    path = "/api/v1/dead-letters/replay",
    params(("source" = Option<String>, Query, description = "Those of this source alone.")),
    responses((status = 200, body = Vec<ReadAgain>))
)]
pub async fn post_replay_all(
    _: Needs<Admin>,
    Extracted(state): Extracted<State>,
    Parameters(wanted): Parameters<Wanted>,
) -> Result<Json<Vec<ReadAgain>>, Problem> {
    let done = state.dashboard.replay_all(wanted.source.as_deref()).await.map_err(|error| Problem::store(&error))?;
    Ok(Json(done.into_iter().map(ReadAgain::from).collect()))
}

/// Set a payload aside: it waits no longer. Its bytes are kept as long as any payload's.
#[utoipa::path(
    delete,
    path = "/api/v1/dead-letters/{number}",
    params(("number" = i64, Path, description = "The payload's number.")),
    responses(
        (status = 204, description = "Set aside."),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn delete_dead_letter(
    _: Needs<Admin>,
    Extracted(state): Extracted<State>,
    InPath(number): InPath<i64>,
) -> Result<StatusCode, Problem> {
    state.dashboard.discard(number).await?;
    Ok(StatusCode::NO_CONTENT)
}
