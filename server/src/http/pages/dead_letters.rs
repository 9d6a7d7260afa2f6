//! The page of dead letters, and the forms that read them again or set them aside.

use app::{Forms, Page};
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use service::dead_letters::{DeadLetterError, Replayed};

use super::form_route::{Allowed, Done, Returned};
use super::forms::{FormError, Sent, Wrong, sentence};
use super::page_request::PageRequest;
use crate::http::State;
use crate::http::access::needs::{Admin, Needs, Read};
use crate::http::problem::Problem;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Shown {
    source: String,
    before: Option<i64>,
    done: String,
    number: i64,
    new: usize,
}

pub async fn page(_: Needs<Read>, Query(shown): Query<Shown>, request: PageRequest) -> Response {
    let page = request.dashboard().dead_letters_page(&shown.source, shown.before).await;
    let notice = match shown.done.as_str() {
        "replay" => Some(format!("Payload {} was read again: {} new.", shown.number, rows(shown.new))),
        "replay-all" => Some(format!("Everything was read again: {} new.", rows(shown.new))),
        "discard" => Some(format!("Payload {} is set aside.", shown.number)),
        _ => None,
    };
    let forms = Forms::done(notice);
    request.show(page.map(|page| Page::DeadLetters(page, forms)).map_err(|error| Problem::store(&error))).await
}

fn rows(count: usize) -> String {
    if count == 1 { "1 row is".to_owned() } else { format!("{count} rows are") }
}

impl From<DeadLetterError> for FormError {
    fn from(error: DeadLetterError) -> Self {
        match error {
            DeadLetterError::Store(error) => error.into(),
            DeadLetterError::Busy(busy) => {
                Self::Wrong(Wrong::whole(StatusCode::SERVICE_UNAVAILABLE, sentence(&busy.to_string())))
            }
            other => Self::Wrong(Wrong::whole(StatusCode::CONFLICT, sentence(&other.to_string()))),
        }
    }
}

/// The page on which a form comes back.
pub async fn back(form: Returned) -> Result<Page, Problem> {
    let page = form.state.dashboard.dead_letters_page(form.sent.text("source"), None).await;
    page.map(|page| Page::DeadLetters(page, form.forms)).map_err(|error| Problem::store(&error))
}

pub async fn act(form: Allowed<Admin>) -> Result<Done, FormError> {
    acted(&form.state, &form.sent).await.map(|query| Done::At(format!("/sources/dead-letters?{query}")))
}

/// Does what the form asks; gives the query of the page that says so.
async fn acted(state: &State, sent: &Sent) -> Result<String, FormError> {
    if sent.text("do") == "replay-all" {
        let done = state.dashboard.replay_all(sent.filled("source")).await?;
        return told_of_all(&done);
    }
    let unknown = || Wrong::whole(StatusCode::UNPROCESSABLE_ENTITY, "There is no payload of this number.");
    let number: i64 = sent.text("number").parse().map_err(|_| unknown())?;
    match sent.text("do") {
        "replay" => {
            let replayed = state.dashboard.replay(number).await?;
            match replayed.reason {
                None => Ok(format!("done=replay&number={number}&new={}", replayed.new)),
                Some(reason) => Err(still_waits(&format!(
                    "Payload {number} was read again, {} new, and still something is refused: {reason}",
                    rows(replayed.new)
                ))),
            }
        }
        "discard" => {
            state.dashboard.discard(number).await?;
            Ok(format!("done=discard&number={number}"))
        }
        _ => Err(Wrong::whole(StatusCode::UNPROCESSABLE_ENTITY, "Choose what to do with the payload.").into()),
    }
}

fn told_of_all(done: &[Replayed]) -> Result<String, FormError> {
    let new: usize = done.iter().map(|replayed| replayed.new).sum();
    let waiting: Vec<&Replayed> = done.iter().filter(|replayed| replayed.reason.is_some()).collect();
    let Some(first) = waiting.first() else { return Ok(format!("done=replay-all&new={new}")) };
    let reason = first.reason.as_deref().unwrap_or_default();
    Err(still_waits(&format!(
        "{} payloads were read again, {} new; {} of them still wait, first payload {}: {reason}",
        done.len(),
        rows(new),
        waiting.len(),
        first.number
    )))
}

fn still_waits(text: &str) -> FormError {
    Wrong::whole(StatusCode::UNPROCESSABLE_ENTITY, sentence(text)).into()
}
