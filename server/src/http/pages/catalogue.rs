//! The catalogue page, and the form that sends another catalogue.

use app::{Forms, Page};
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use governance::ApplyError;
use serde::Deserialize;

use super::form_route::{Allowed, Done, Returned};
use super::forms::{FormError, Wrong, sentence};
use super::page_request::PageRequest;
use crate::http::access::needs::{Admin, Needs, Read};
use crate::http::problem::Problem;

#[derive(Debug, Deserialize)]
pub struct Told {
    done: Option<String>,
}

pub async fn page(_: Needs<Read>, Query(Told { done }): Query<Told>, request: PageRequest) -> Response {
    let page = request.dashboard().catalogue_page(&request.snapshot);
    let is_known = |number: &i64| page.versions.iter().any(|version| version.number == *number);
    let notice = done
        .and_then(|number| number.parse().ok())
        .filter(is_known)
        .map(|number| format!("Version {number} of the catalogue is recorded."));
    request.show(Ok(Page::Catalogue(Box::new(page), Forms::done(notice)))).await
}

/// The page on which a form comes back.
pub async fn back(form: Returned) -> Result<Page, Problem> {
    let page = form.state.dashboard.catalogue_page(&form.snapshot);
    Ok(Page::Catalogue(Box::new(page), form.forms))
}

pub async fn receive(form: Allowed<Admin>) -> Result<Done, FormError> {
    let Allowed { state, sent, file, .. } = form;
    let text = std::str::from_utf8(&file.bytes)
        .map_err(|error| Wrong::field("file", format!("The file is not UTF-8 text: {error}.")))?;
    if text.trim().is_empty() {
        return Err(Wrong::field("file", "Choose the file of a catalogue.").into());
    }
    let seen = sent.text("seen").parse().ok();
    let (person, reason) = (sent.text("person"), sent.filled("reason"));
    let applied = state.dashboard.apply_catalogue(text, person, reason, seen).await;
    let number = applied.map_err(|error| refused(error, &file.name))?;
    Ok(Done::At(format!("/catalogue?done={number}#version-{number}")))
}

fn refused(error: ApplyError, file_name: &str) -> FormError {
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
        ApplyError::Busy => FormError::Problem(service::readers::Busy.into()),
        ApplyError::Store(error) => error.into(),
    }
}
