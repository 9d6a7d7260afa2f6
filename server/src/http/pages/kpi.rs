//! A KPI's page, and its forms: set a baseline, note something.

use app::{Forms, Page};
use axum::extract::{OriginalUri, Path, Query, State as Extracted};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use governance::BaselineError;
use governance::{NoteError, NoteKind};
use serde::Deserialize;
use service::instant;
use service::token::Scope;
use storage::StoreError;

use super::forms::{Sent, Wrong, sentence};
use super::page_request::PageRequest;
use super::render::{self, Wanted};
use super::sending::Form;
use crate::http::State;
use crate::http::api::query::AsOf;
use crate::http::problem::Problem;
use crate::http::reads;

const DAY_MS: i64 = 86_400_000;

#[derive(Debug, Deserialize)]
pub struct Done {
    done: Option<String>,
}

pub async fn page(Path(id): Path<String>, Query(Done { done }): Query<Done>, request: PageRequest) -> Response {
    let notice = match done.as_deref() {
        Some("baseline") => Some("The baseline is set from now on."),
        Some("note") => Some("It is kept, and marked in the chart."),
        _ => None,
    };
    let forms = Forms::done(notice.map(str::to_owned));
    let page =
        match request.dashboard().kpi_page(&request.snapshot, &id, &request.as_of_query(), request.is_past()).await {
            Ok(Some(page)) => Ok(Page::Kpi(Box::new(page), forms)),
            Ok(None) => Err(unknown()),
            Err(error) => Err(Problem::store(&error)),
        };
    request.show(page).await
}

fn unknown() -> Problem {
    Problem::not_found("There is no KPI with this id.")
}

/// Why a form was not followed.
enum Refused {
    Wrong(Wrong),
    Unknown,
    Store(StoreError),
}

impl<Any: Into<Wrong>> From<Any> for Refused {
    fn from(wrong: Any) -> Self {
        Self::Wrong(wrong.into())
    }
}

/// Back to the KPI: to the place where something was done, or with what is wrong.
async fn answer(state: &State, wanted: Wanted, id: &str, sent: Sent, outcome: Result<&str, Refused>) -> Response {
    let problem = match outcome {
        Ok(address) => return Redirect::to(&format!("/kpis/{id}?{address}")).into_response(),
        Err(Refused::Unknown) => unknown(),
        Err(Refused::Store(error)) => Problem::store(&error),
        Err(Refused::Wrong(wrong)) => {
            let snapshot = match reads::now(state).await {
                Ok(snapshot) => snapshot,
                Err(page) => return page,
            };
            match state.dashboard.kpi_page(&snapshot, id, "", false).await {
                Ok(Some(page)) => {
                    let status = wrong.status;
                    let page = Page::Kpi(Box::new(page), sent.back(wrong));
                    return render::page(state, wanted, status, &snapshot, &AsOf::default(), page).await;
                }
                Ok(None) => unknown(),
                Err(error) => Problem::store(&error),
            }
        }
    };
    render::problem(state, wanted, &problem).await
}

pub async fn set_baseline(
    state: Extracted<State>,
    Path(id): Path<String>,
    uri: OriginalUri,
    headers: HeaderMap,
    Form(sent): Form<Vec<(String, String)>>,
) -> Response {
    let sent = Sent(sent);
    let outcome = baseline(&state, &id, &sent).await.map(|()| "done=baseline#baseline");
    answer(&state, Wanted::of(&uri, &headers), &id, sent, outcome).await
}

async fn baseline(state: &State, id: &str, sent: &Sent) -> Result<(), Refused> {
    sent.authorized(state, Scope::Admin)?;
    let outcome = state
        .dashboard
        .governance()
        .baselines
        .set(id, sent.text("value"), sent.text("person"), sent.text("reason"))
        .await;
    outcome.map(drop).map_err(|error| match error {
        BaselineError::UnknownKpi(_) => Refused::Unknown,
        BaselineError::Text(error) => Refused::from(error),
        BaselineError::Store(error) => Refused::Store(error),
        BaselineError::Value(detail) => Wrong::field("value", sentence(&detail)).into(),
        other @ BaselineError::NotRelative(_) => {
            Wrong::whole(StatusCode::UNPROCESSABLE_ENTITY, sentence(&other.to_string())).into()
        }
    })
}

pub async fn note(
    state: Extracted<State>,
    Path(id): Path<String>,
    uri: OriginalUri,
    headers: HeaderMap,
    Form(sent): Form<Vec<(String, String)>>,
) -> Response {
    let sent = Sent(sent);
    let outcome = noted(&state, &id, &sent).await.map(|()| "done=note#timeline");
    answer(&state, Wanted::of(&uri, &headers), &id, sent, outcome).await
}

async fn noted(state: &State, id: &str, sent: &Sent) -> Result<(), Refused> {
    sent.authorized(state, Scope::Ingest)?;
    let kind = NoteKind::from_name(sent.text("kind"))
        .ok_or_else(|| Wrong::field("kind", "Choose comment, deployment or incident."))?;
    let about_ms = sent
        .filled("time")
        .map(instant::parse_as_of)
        .transpose()
        .map_err(|detail| Wrong::field("time", sentence(&detail)))?;
    let now_ms = state.dashboard.now_ms();
    // A date means its end, which for today is still to come.
    let is_today = sent.text("time").len() <= 10 && about_ms.is_some_and(|about_ms| about_ms < now_ms + DAY_MS);
    if !is_today && about_ms.is_some_and(|about_ms| about_ms > now_ms) {
        return Err(Wrong::field("time", "It lies in the future; note what has happened.").into());
    }
    let about_ms = about_ms.map(|about_ms| about_ms.min(now_ms));
    let kept = state
        .dashboard
        .governance()
        .notes
        .add(&format!("kpi:{id}"), kind, sent.text("person"), sent.text("text"), about_ms)
        .await;
    kept.map(drop).map_err(|error| match error {
        NoteError::UnknownSubject(_) => Refused::Unknown,
        NoteError::Text(error) => Refused::from(error),
        NoteError::Store(error) => Refused::Store(error),
    })
}
