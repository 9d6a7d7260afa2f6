//! Imports: a preview first, recording after the confirmation.

mod table;

use std::sync::Arc;

use app::Page;
use axum::body::Body;
use axum::extract::{OriginalUri, Query, Request, State as Extracted};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use formats::{Drafts, Limits, Problem as RowProblem};
use kpi::point::Origin;
use service::view::sources::ImportPreview;
use service::{RecordError, Submission};

use super::form_route::of_now;
use super::forms::{Sent, Wrong};
use super::render::{self, Wanted};
use super::sending::{self, File, unreadable};
use crate::http::State;
use crate::http::access::needs::{Authorized, Field, Ingest, Needs, Read};
use crate::http::api::query::AsOf;
use crate::http::problem::Problem;
use crate::http::reads;

/// The source of imported files.
const SOURCE: &str = "csv-import";
/// How many good rows the preview shows.
const SHOWN_ROWS: usize = 50;

/// What the forms send.
#[derive(Debug, Default)]
struct Import {
    csv: String,
    action: String,
    partial: String,
    token: String,
}

/// The page that begins with a table of another program.
pub async fn page(
    _: Needs<Read>,
    state: Extracted<State>,
    uri: OriginalUri,
    headers: HeaderMap,
    Query(chosen): Query<table::Chosen>,
) -> Response {
    let wanted = Wanted::of(&uri, &headers);
    let shown = table::begin(&state, chosen).await;
    show(&state, wanted, shown).await
}

/// Looks through a file, which nobody needs a token for, and records it for whoever shows one.
pub async fn receive(
    needs: Needs<Field<Ingest>>,
    state: Extracted<State>,
    uri: OriginalUri,
    headers: HeaderMap,
    request: Request<Body>,
) -> Response {
    let wanted = Wanted::of(&uri, &headers);
    if let Err(wrong) = of_now(&uri) {
        let problems = wrong.problems.into_iter().map(|(_, sentence)| sentence);
        let problem = Problem::new(wrong.status, "form", wrong.title).detail(problems.collect::<String>());
        return render::problem(&state, wanted, &problem).await;
    }
    let (sent, file) = match sending::with_file(&state, request).await {
        Ok(read) => read,
        Err(problem) => return render::problem(&state, wanted, &problem).await,
    };
    let shown = if sent.text("form") == "table" {
        table::receive(&needs, &state, sent, file).await
    } else {
        match import(&sent, file) {
            Ok(import) => {
                preview(&needs, &state, &import).await.map(|(status, preview)| (status, Page::Import(preview)))
            }
            Err(problem) => Err(problem),
        }
    };
    show(&state, wanted, shown).await
}

async fn show(state: &State, wanted: Wanted, shown: Result<(StatusCode, Page), Problem>) -> Response {
    match shown {
        Ok((status, page)) => {
            let snapshot = match reads::now(state).await {
                Ok(snapshot) => snapshot,
                Err(page) => return page,
            };
            render::page(state, wanted, status, &snapshot, &AsOf::default(), page).await
        }
        Err(problem) => render::problem(state, wanted, &problem).await,
    }
}

fn import(sent: &Sent, file: File) -> Result<Import, Problem> {
    let of_file = String::from_utf8(file.bytes)
        .map_err(|error| unreadable(format!("the file is not UTF-8 text: {error}; save it as CSV in UTF-8")))?;
    let raw = |name: &str| sent.0.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value).to_owned();
    // An empty file field comes with every form; it must not hide the text field.
    let csv = if of_file.trim().is_empty() { raw("csv") } else { of_file };
    Ok(Import { csv, action: raw("action"), partial: raw("partial"), token: token(sent) })
}

fn token(sent: &Sent) -> String {
    let shown = sent.0.iter().rfind(|(field, value)| field == "token" && !value.trim().is_empty());
    shown.map_or_else(String::new, |(_, token)| token.clone())
}

async fn preview(
    needs: &Needs<Field<Ingest>>,
    state: &State,
    import: &Import,
) -> Result<(StatusCode, ImportPreview), Problem> {
    let empty = ImportPreview {
        csv: import.csv.clone(),
        accepted: 0,
        rows: Vec::new(),
        problems: Vec::new(),
        refusal: None,
        recorded: None,
    };
    let (csv, dashboard) = (import.csv.clone(), Arc::clone(&state.dashboard));
    let read = state.dashboard.readers.run(csv.len(), move || {
        let drafts = formats::csv::read(csv.as_bytes(), &Limits::default())?;
        let preview = dashboard.preview(&drafts, Origin::Entered);
        Ok::<_, formats::Refusal>((drafts, preview))
    });
    let (read, _turn) = read.await?;
    let (drafts, (rows, problems)) = match read {
        Ok(read) => read,
        Err(refusal) => {
            let refusal = Some(format!("{refusal}; expected {}.", refusal.expected()));
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, ImportPreview { refusal, ..empty }));
        }
    };
    let shown = ImportPreview {
        accepted: rows.len(),
        rows: rows.into_iter().take(SHOWN_ROWS).collect(),
        problems: lines(&problems),
        ..empty
    };
    if import.action != "record" {
        return Ok((StatusCode::OK, shown));
    }
    match needs.shown(state, &import.token) {
        Ok(caller) => record(state, &caller, import, drafts, shown).await,
        Err(denied) => {
            let wrong = Wrong::from(denied);
            let reasons: Vec<String> = wrong.problems.into_iter().map(|(_, sentence)| sentence).collect();
            let refusal = Some(format!("Nothing was recorded. {}", reasons.join(" ")));
            Ok((wrong.status, ImportPreview { refusal, ..shown }))
        }
    }
}

async fn record(
    state: &State,
    caller: &Authorized<Ingest>,
    import: &Import,
    drafts: Drafts,
    shown: ImportPreview,
) -> Result<(StatusCode, ImportPreview), Problem> {
    let submission = Submission {
        source: caller.source_or(SOURCE),
        content_type: "text/csv".to_owned(),
        body: import.csv.clone().into_bytes(),
        drafts,
        partial: !import.partial.is_empty(),
        origin: Origin::Entered,
        reading: None,
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
        Err(error) => Err(error.into()),
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
