//! A KPI's page, and its forms: set a baseline, note something.

use app::{Forms, Page};
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use governance::{BaselineError, NoteError, NoteKind};
use serde::Deserialize;
use service::instant;

use super::form_route::{Allowed, Done, Returned};
use super::forms::{FormError, Wrong, sentence};
use super::page_request::PageRequest;
use crate::http::access::needs::{Admin, Ingest, Needs, Read};
use crate::http::problem::Problem;

const DAY_MS: i64 = 86_400_000;

#[derive(Debug, Deserialize)]
pub struct Told {
    done: Option<String>,
}

pub async fn page(
    _: Needs<Read>,
    Path(id): Path<String>,
    Query(Told { done }): Query<Told>,
    request: PageRequest,
) -> Response {
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

/// The page on which a form comes back.
pub async fn back(form: Returned) -> Result<Page, Problem> {
    match form.state.dashboard.kpi_page(&form.snapshot, &form.place, "", false).await {
        Ok(Some(page)) => Ok(Page::Kpi(Box::new(page), form.forms)),
        Ok(None) => Err(unknown()),
        Err(error) => Err(Problem::store(&error)),
    }
}

pub async fn set_baseline(form: Allowed<Admin>) -> Result<Done, FormError> {
    let (id, sent) = (&form.place, &form.sent);
    let baselines = &form.state.dashboard.governance().baselines;
    let outcome = baselines.set(id, sent.text("value"), sent.text("person"), sent.text("reason")).await;
    outcome.map(|_| Done::At(format!("/kpis/{id}?done=baseline#baseline"))).map_err(|error| match error {
        BaselineError::UnknownKpi(_) => unknown().into(),
        BaselineError::Text(error) => error.into(),
        BaselineError::Store(error) => error.into(),
        BaselineError::Value(detail) => Wrong::field("value", sentence(&detail)).into(),
        other @ BaselineError::NotRelative(_) => {
            Wrong::whole(StatusCode::UNPROCESSABLE_ENTITY, sentence(&other.to_string())).into()
        }
    })
}

pub async fn note(form: Allowed<Ingest>) -> Result<Done, FormError> {
    let (state, id, sent) = (&form.state, &form.place, &form.sent);
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
    kept.map(|_| Done::At(format!("/kpis/{id}?done=note#timeline"))).map_err(|error| match error {
        NoteError::UnknownSubject(_) => unknown().into(),
        NoteError::Text(error) => error.into(),
        NoteError::Store(error) => error.into(),
    })
}
