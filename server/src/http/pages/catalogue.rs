//! The catalogue page, and the form that sends another catalogue.

use app::{Forms, Page};
use axum::body::Body;
use axum::extract::{OriginalUri, Query, Request, State as Extracted};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use governance::ApplyError;
use serde::Deserialize;
use service::token::Scope;

use super::forms::{Sent, Wrong, sentence};
use super::page_request::PageRequest;
use super::render::{self, Wanted};
use super::sending::{self, File};
use crate::http::State;
use crate::http::api::query::AsOf;
use crate::http::problem::Problem;
use crate::http::reads;

#[derive(Debug, Deserialize)]
pub struct Done {
    done: Option<String>,
}

pub async fn page(Query(Done { done }): Query<Done>, request: PageRequest) -> Response {
    let page = request.dashboard().catalogue_page(&request.snapshot);
    let is_known = |number: &i64| page.versions.iter().any(|version| version.number == *number);
    let notice = done
        .and_then(|number| number.parse().ok())
        .filter(is_known)
        .map(|number| format!("Version {number} of the catalogue is recorded."));
    request.show(Ok(Page::Catalogue(Box::new(page), Forms::done(notice)))).await
}

/// Why a form was not followed.
enum Refused {
    Wrong(Wrong),
    Problem(Problem),
}

impl<Any: Into<Wrong>> From<Any> for Refused {
    fn from(wrong: Any) -> Self {
        Self::Wrong(wrong.into())
    }
}

pub async fn receive(
    state: Extracted<State>,
    uri: OriginalUri,
    headers: HeaderMap,
    request: Request<Body>,
) -> Response {
    let wanted = Wanted::of(&uri, &headers);
    let (sent, file) = match sending::with_file(&state, request).await {
        Ok(read) => read,
        Err(problem) => return render::problem(&state, wanted, &problem).await,
    };
    match apply(&state, &sent, &file).await {
        Ok(number) => Redirect::to(&format!("/catalogue?done={number}#version-{number}")).into_response(),
        Err(Refused::Problem(problem)) => render::problem(&state, wanted, &problem).await,
        Err(Refused::Wrong(wrong)) => {
            let snapshot = match reads::now(&state).await {
                Ok(snapshot) => snapshot,
                Err(page) => return page,
            };
            let status = wrong.status;
            let page = Page::Catalogue(Box::new(state.dashboard.catalogue_page(&snapshot)), sent.back(wrong));
            render::page(&state, wanted, status, &snapshot, &AsOf::default(), page).await
        }
    }
}

async fn apply(state: &State, sent: &Sent, file: &File) -> Result<i64, Refused> {
    sent.authorized(state, Scope::Admin)?;
    let text = std::str::from_utf8(&file.bytes)
        .map_err(|error| Wrong::field("file", format!("The file is not UTF-8 text: {error}.")))?;
    if text.trim().is_empty() {
        return Err(Wrong::field("file", "Choose the file of a catalogue.").into());
    }
    let seen = sent.text("seen").parse().ok();
    let (person, reason) = (sent.text("person"), sent.filled("reason"));
    let applied = state.dashboard.apply_catalogue(text, person, reason, seen).await;
    applied.map_err(|error| refused(error, &file.name))
}

fn refused(error: ApplyError, file_name: &str) -> Refused {
    let words = sentence(&error.to_string());
    match error {
        ApplyError::Refused(errors) => {
            let file = if file_name.is_empty() { "the file" } else { file_name };
            let located = |error| ("file".to_owned(), format!("{file}:{error}"));
            Wrong {
                status: StatusCode::UNPROCESSABLE_ENTITY,
                title: "Refused: the running catalogue stays",
                problems: errors.iter().map(located).collect(),
            }
            .into()
        }
        ApplyError::FromFile => Wrong::whole(StatusCode::CONFLICT, words).into(),
        ApplyError::Changed { .. } => Wrong {
            title: "Somebody was first",
            ..Wrong::whole(
                StatusCode::PRECONDITION_FAILED,
                format!("{words} Look at what changed below, and apply yours again if it is still right."),
            )
        }
        .into(),
        ApplyError::Text(error) => error.into(),
        ApplyError::Busy => Refused::Problem(service::readers::Busy.into()),
        ApplyError::Store(error) => Refused::Problem(Problem::store(&error)),
    }
}
