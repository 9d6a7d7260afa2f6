//! Notes: comments, deployments and incidents about a KPI, a gate or an alert.

use axum::Json;
use axum::extract::{OriginalUri, State as Extracted};
use axum::http::StatusCode;
use formats::WrittenTime;
use governance::{Note, NoteError, NoteKind};
use serde::{Deserialize, Serialize};
use service::instant::iso;
use utoipa::{IntoParams, ToSchema};

use super::json::Sent;
use super::listed::Listed;
use super::query::{AsOf, PagingById, Parameters};
use crate::http::State;
use crate::http::access::needs::{Ingest, Needs, Read};
use crate::http::problem::Problem;

/// A note to write.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewNote {
    /// What it is about: `kpi:ID`, `gate:PHASE` or `alert:KEY`.
    #[schema(example = "kpi:pipeline-build-time")]
    subject: String,
    /// `comment`, `deployment` or `incident`.
    kind: String,
    /// Who writes it.
    person: String,
    /// The text.
    text: String,
    /// The instant that it is about: RFC 3339 or a date; now without it.
    time: Option<String>,
}

/// A note.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoteReport {
    /// Its id.
    id: String,
    /// What it is about.
    subject: String,
    /// `comment`, `deployment` or `incident`.
    kind: String,
    /// The instant that it is about.
    time: String,
    /// When it was written.
    written: String,
    /// Who wrote it.
    person: String,
    /// The text.
    text: String,
}

impl From<Note> for NoteReport {
    fn from(note: Note) -> Self {
        Self {
            id: note.id,
            subject: note.subject,
            kind: note.kind.name().to_owned(),
            time: iso(note.about_ms),
            written: iso(note.written_ms),
            person: note.person,
            text: note.text,
        }
    }
}

/// Which notes are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct About {
    /// `kpi:ID`, `gate:PHASE` or `alert:KEY`.
    subject: String,
    /// A past instant: `2026-11-23` (its end, UTC) or RFC 3339. Now without it.
    as_of: Option<String>,
}

/// Write a note.
#[utoipa::path(
    post,
    path = "/api/v1/notes",
    request_body = NewNote,
    responses(
        (status = 201, body = NoteReport),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn post_note(
    _: Needs<Ingest>,
    Extracted(state): Extracted<State>,
    Sent(new): Sent<NewNote>,
) -> Result<(StatusCode, Json<NoteReport>), Problem> {
    let kind = NoteKind::from_name(&new.kind)
        .ok_or_else(|| Problem::unfit("kind", "a note is a comment, a deployment or an incident"))?;
    let time = new.time.map(WrittenTime::Text);
    let about_ms = time.as_ref().map(formats::time::parse).transpose();
    let about_ms = about_ms.map_err(|detail| Problem::unfit("time", detail))?;
    match state.dashboard.governance().notes.add(&new.subject, kind, &new.person, &new.text, about_ms).await {
        Ok(note) => Ok((StatusCode::CREATED, Json(note.into()))),
        Err(error @ NoteError::UnknownSubject(_)) => Err(Problem::unfit("subject", error.to_string())),
        Err(NoteError::Text(error)) => Err(error.into()),
        Err(NoteError::Store(error)) => Err(Problem::store(&error)),
    }
}

/// The notes about one subject, the newest first, in pages.
#[utoipa::path(
    get,
    path = "/api/v1/notes",
    params(About, PagingById),
    responses((status = 200, body = Vec<NoteReport>, headers(("Link" = String, description = "The next page, where more follows."))), (status = 400, body = Problem, content_type = "application/problem+json"))
)]
pub async fn get_notes(
    _: Needs<Read>,
    Extracted(state): Extracted<State>,
    Parameters(about): Parameters<About>,
    Parameters(paging): Parameters<PagingById>,
    OriginalUri(uri): OriginalUri,
) -> Result<Listed<Vec<NoteReport>>, Problem> {
    let limit = paging.limit()?;
    let until_ms = AsOf { as_of: about.as_of }.instant_ms()?.unwrap_or_else(|| state.dashboard.now_ms());
    let notes = state.dashboard.governance().notes.about(&about.subject, until_ms);
    let reports = paging.rest(notes, |note| &note.id).map(NoteReport::from);
    Ok(Listed::of(reports, limit, &uri, "after", |note| note.id.clone()))
}
