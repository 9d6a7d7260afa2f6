//! CSV import: a preview first, recording after the confirmation.

use app::Page;
use axum::RequestExt as _;
use axum::body::Body;
use axum::extract::{Form, Multipart, OriginalUri, Request, State as Extracted};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use formats::{Drafts, Limits, Problem as RowProblem};
use kpi::point::Origin;
use serde::Deserialize;
use service::view::sources::ImportPreview;
use service::{RecordError, Submission};

use super::render::{self, Wanted};
use crate::http::State;
use crate::http::api::query::AsOf;
use crate::http::problem::Problem;

/// The source of imported files.
const SOURCE: &str = "csv-import";
/// How many good rows the preview shows.
const SHOWN_ROWS: usize = 50;

/// What the forms send.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Import {
    csv: String,
    action: String,
    partial: String,
    token: String,
}

pub async fn receive(
    state: Extracted<State>,
    uri: OriginalUri,
    headers: HeaderMap,
    request: Request<Body>,
) -> Response {
    let wanted = Wanted::of(&uri, &headers);
    let import = match read(&headers, request).await {
        Ok(import) => import,
        Err(problem) => return render::problem(&state, wanted, &problem).await,
    };
    let preview = preview(&state, &import).await;
    match preview {
        Ok((status, preview)) => {
            let snapshot = state.dashboard.snapshot(None);
            render::page(&state, wanted, status, &snapshot, &AsOf::default(), Page::Import(preview)).await
        }
        Err(problem) => render::problem(&state, wanted, &problem).await,
    }
}

/// The first form sends a file, the confirmation sends the text again.
async fn read(headers: &HeaderMap, request: Request<Body>) -> Result<Import, Problem> {
    let unreadable =
        |detail: String| Problem::new(StatusCode::BAD_REQUEST, "form", "The form can't be read").detail(detail);
    let multipart = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.starts_with("multipart/form-data"));
    if !multipart {
        let Form(import) = request.extract::<Form<Import>, _>().await.map_err(|error| unreadable(error.body_text()))?;
        return Ok(import);
    }
    let mut parts = request.extract::<Multipart, _>().await.map_err(|error| unreadable(error.body_text()))?;
    let mut import = Import::default();
    while let Some(part) = parts.next_field().await.map_err(|error| unreadable(error.body_text()))? {
        let name = part.name().unwrap_or_default().to_owned();
        let bytes = part.bytes().await.map_err(|error| unreadable(error.body_text()))?;
        let text = String::from_utf8(bytes.to_vec())
            .map_err(|error| unreadable(format!("the file is not UTF-8 text: {error}; save it as CSV in UTF-8")))?;
        match name.as_str() {
            // An empty file field comes with every form; it must not hide the text field.
            "file" | "csv" if !text.trim().is_empty() => import.csv = text,
            "action" => import.action = text,
            "partial" => import.partial = text,
            "token" => import.token = text,
            _ => {}
        }
    }
    Ok(import)
}

async fn preview(state: &State, import: &Import) -> Result<(StatusCode, ImportPreview), Problem> {
    let empty = ImportPreview {
        csv: import.csv.clone(),
        accepted: 0,
        rows: Vec::new(),
        problems: Vec::new(),
        refusal: None,
        recorded: None,
    };
    let drafts = match formats::csv::read(import.csv.as_bytes(), &Limits::default()) {
        Ok(drafts) => drafts,
        Err(refusal) => {
            let refusal = Some(format!("{refusal}; expected {}.", refusal.expected()));
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, ImportPreview { refusal, ..empty }));
        }
    };
    let (rows, problems) = state.dashboard.preview(&drafts, Origin::Entered);
    let shown = ImportPreview {
        accepted: rows.len(),
        rows: rows.into_iter().take(SHOWN_ROWS).collect(),
        problems: lines(&problems),
        ..empty
    };
    if import.action != "record" {
        return Ok((StatusCode::OK, shown));
    }
    if !state.guard.accepts(&import.token) {
        let refusal = Some("This is not the server's token; nothing was recorded.".to_owned());
        return Ok((StatusCode::UNAUTHORIZED, ImportPreview { refusal, ..shown }));
    }
    record(state, import, drafts, shown).await
}

async fn record(
    state: &State,
    import: &Import,
    drafts: Drafts,
    shown: ImportPreview,
) -> Result<(StatusCode, ImportPreview), Problem> {
    let submission = Submission {
        source: SOURCE.to_owned(),
        content_type: "text/csv".to_owned(),
        body: import.csv.clone().into_bytes(),
        drafts,
        partial: !import.partial.is_empty(),
        origin: Origin::Entered,
    };
    match state.dashboard.record(submission).await {
        Ok(receipt) => {
            let recorded = Some(format!(
                "{} recorded, {} known already, {} refused.",
                receipt.accepted,
                receipt.duplicates,
                receipt.refused.len()
            ));
            Ok((StatusCode::OK, ImportPreview { recorded, ..shown }))
        }
        Err(RecordError::Refused { problems, .. }) => {
            let refusal = Some("Nothing was recorded, because some rows are wrong.".to_owned());
            Ok((StatusCode::UNPROCESSABLE_ENTITY, ImportPreview { refusal, problems: lines(&problems), ..shown }))
        }
        Err(RecordError::Store(error)) => Err(Problem::store(&error)),
    }
}

fn lines(problems: &[RowProblem]) -> Vec<[String; 4]> {
    problems
        .iter()
        .map(|problem| {
            [problem.row.to_string(), problem.field.clone(), problem.detail.clone(), problem.expected.clone()]
        })
        .collect()
}
