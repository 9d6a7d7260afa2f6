//! The alerts page and its forms: acknowledge, comment, silence, try the notifications.

use alerting::AcknowledgementError;
use alerting::SilenceError;
use app::{Forms, Page, anchor};
use axum::extract::{OriginalUri, Query, State as Extracted};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use governance::{NoteError, NoteKind};
use kpi::alert::{Key, Kind, Matcher, Severity};
use serde::Deserialize;
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

#[derive(Debug, Deserialize)]
pub struct Done {
    done: Option<String>,
}

pub async fn page(Query(Done { done }): Query<Done>, request: PageRequest) -> Response {
    let page = request.dashboard().alerts_page(&request.snapshot, request.is_past()).await;
    let forms = Forms::done(done.as_deref().and_then(notice).map(str::to_owned));
    let page = page.map(|page| Page::Alerts(Box::new(page), forms)).map_err(|error| Problem::store(&error));
    request.show(page).await
}

fn notice(done: &str) -> Option<&'static str> {
    Some(match done {
        "acknowledge" => "The alert is acknowledged.",
        "give-back" => "The alert is given back: nobody has taken it.",
        "comment" => "The comment is kept.",
        "silence" => "Notifications are withheld.",
        "end" => "The silence is over.",
        "test" => "A test is on its way; the list of notifications says what became of it.",
        "retry" => "What waited is tried now; the list of notifications says what became of it.",
        _ => return None,
    })
}

/// Why a form was not followed.
enum Refused {
    Wrong(Wrong),
    Store(StoreError),
}

impl<Any: Into<Wrong>> From<Any> for Refused {
    fn from(wrong: Any) -> Self {
        Self::Wrong(wrong.into())
    }
}

/// Back to the page: to the place where something was done, or with what is wrong.
async fn answer(
    state: &State,
    wanted: Wanted,
    sent: Sent,
    outcome: Result<(&'static str, String), Refused>,
) -> Response {
    let wrong = match outcome {
        Ok((done, place)) => return Redirect::to(&format!("/alerts?done={done}#{place}")).into_response(),
        Err(Refused::Store(error)) => return render::problem(state, wanted, &Problem::store(&error)).await,
        Err(Refused::Wrong(wrong)) => wrong,
    };
    let snapshot = match reads::now(state).await {
        Ok(snapshot) => snapshot,
        Err(page) => return page,
    };
    match state.dashboard.alerts_page(&snapshot, false).await {
        Ok(page) => {
            let status = wrong.status;
            let page = Page::Alerts(Box::new(page), sent.back(wrong));
            render::page(state, wanted, status, &snapshot, &AsOf::default(), page).await
        }
        Err(error) => render::problem(state, wanted, &Problem::store(&error)).await,
    }
}

pub async fn act(
    state: Extracted<State>,
    uri: OriginalUri,
    headers: HeaderMap,
    Form(sent): Form<Vec<(String, String)>>,
) -> Response {
    let sent = Sent(sent);
    let outcome = acted(&state, &sent).await;
    answer(&state, Wanted::of(&uri, &headers), sent, outcome).await
}

async fn acted(state: &State, sent: &Sent) -> Result<(&'static str, String), Refused> {
    sent.authorized(state, Scope::Admin)?;
    let written = sent.text("key");
    let key: Key = written
        .parse()
        .map_err(|_| Wrong::whole(StatusCode::UNPROCESSABLE_ENTITY, "There is no alert of this name."))?;
    let (person, text, place) = (sent.text("person"), sent.text("text"), anchor(written));
    match sent.text("do") {
        "comment" => {
            let subject = format!("alert:{written}");
            let kept = state.dashboard.governance().notes.add(&subject, NoteKind::Comment, person, text, None).await;
            kept.map_err(|error| match error {
                NoteError::Text(error) => Refused::from(error),
                NoteError::Store(error) => Refused::Store(error),
                unknown @ NoteError::UnknownSubject(_) => {
                    Wrong::whole(StatusCode::UNPROCESSABLE_ENTITY, format!("{unknown}.")).into()
                }
            })?;
            Ok(("comment", place))
        }
        "silence" => {
            silence(state, sent, of_alert(state, sent, &key), "text").await?;
            Ok(("silence", place))
        }
        verb @ ("acknowledge" | "give-back") => {
            let note = sent.filled("text");
            let taken =
                state.dashboard.alerting().acknowledgements.set(&key, verb == "acknowledge", person, note).await;
            taken.map_err(|error| match error {
                AcknowledgementError::State(error) => {
                    Wrong::whole(StatusCode::CONFLICT, sentence(&error.to_string())).into()
                }
                // The form calls the note a text.
                AcknowledgementError::Text(error) if error.field == "note" => {
                    Wrong::field("text", sentence(&error.detail)).into()
                }
                AcknowledgementError::Text(error) => Refused::from(error),
                AcknowledgementError::Store(error) => Refused::Store(error),
            })?;
            Ok((if verb == "acknowledge" { "acknowledge" } else { "give-back" }, place))
        }
        _ => Err(Wrong::whole(StatusCode::UNPROCESSABLE_ENTITY, "Choose what to do with the alert.").into()),
    }
}

/// Which alerts are silenced from the place of one of them.
fn of_alert(state: &State, sent: &Sent, key: &Key) -> Matcher {
    let catalogue = state.dashboard.catalogue();
    let kpi = catalogue.kpi(&key.kpi).map(|(_, kpi)| kpi);
    match (sent.text("scope"), kpi) {
        ("track", Some(kpi)) => Matcher { track: Some(kpi.track.clone()), ..Matcher::default() },
        ("owner", Some(kpi)) => Matcher { owner: Some(kpi.owner.clone()), ..Matcher::default() },
        ("kpi", Some(kpi)) => Matcher { kpi: Some(kpi.id.clone()), ..Matcher::default() },
        _ => Matcher { kpi: Some(key.kpi.clone()), kind: Some(key.kind), ..Matcher::default() },
    }
}

/// Silences what the matcher names; `reason` is the name of the field that holds the reason.
async fn silence(state: &State, sent: &Sent, matcher: Matcher, reason: &'static str) -> Result<(), Refused> {
    let length_ms = length_ms(sent.text("length")).ok_or_else(|| Wrong::field("length", "Choose how long."))?;
    let made =
        state.dashboard.alerting().silences.add(matcher, length_ms, sent.text("person"), sent.text(reason)).await;
    made.map(drop).map_err(|error| match error {
        SilenceError::Text(error) if error.field == "reason" => {
            Wrong::field(reason, format!("The reason: {}.", error.detail)).into()
        }
        SilenceError::Text(error) => Refused::from(error),
        SilenceError::Store(error) => Refused::Store(error),
        other => Wrong::field("length", sentence(&other.to_string())).into(),
    })
}

/// The lengths that the page offers.
fn length_ms(words: &str) -> Option<i64> {
    const HOUR_MS: i64 = 3_600_000;
    Some(match words {
        "1 hour" => HOUR_MS,
        "8 hours" => 8 * HOUR_MS,
        "1 day" => 24 * HOUR_MS,
        "1 week" => 7 * 24 * HOUR_MS,
        _ => return None,
    })
}

pub async fn silence_some(
    state: Extracted<State>,
    uri: OriginalUri,
    headers: HeaderMap,
    Form(sent): Form<Vec<(String, String)>>,
) -> Response {
    let sent = Sent(sent);
    let outcome = silenced(&state, &sent).await;
    answer(&state, Wanted::of(&uri, &headers), sent, outcome).await
}

async fn silenced(state: &State, sent: &Sent) -> Result<(&'static str, String), Refused> {
    sent.authorized(state, Scope::Admin)?;
    let text = |name: &str| sent.filled(name).map(str::to_owned);
    let matcher = Matcher {
        kpi: text("kpi"),
        track: text("track"),
        owner: text("owner"),
        kind: sent.filled("kind").and_then(Kind::from_name),
        severity: sent.filled("severity").and_then(Severity::from_name),
    };
    silence(state, sent, matcher, "reason").await?;
    Ok(("silence", "silences".to_owned()))
}

pub async fn end_silence(
    state: Extracted<State>,
    uri: OriginalUri,
    headers: HeaderMap,
    Form(sent): Form<Vec<(String, String)>>,
) -> Response {
    let sent = Sent(sent);
    let outcome = ended(&state, &sent).await;
    answer(&state, Wanted::of(&uri, &headers), sent, outcome).await
}

async fn ended(state: &State, sent: &Sent) -> Result<(&'static str, String), Refused> {
    sent.authorized(state, Scope::Admin)?;
    match state.dashboard.alerting().silences.end(sent.text("silence"), sent.text("person")).await {
        Ok(()) => Ok(("end", "silences".to_owned())),
        Err(SilenceError::Text(error)) => Err(error.into()),
        Err(SilenceError::Store(error)) => Err(Refused::Store(error)),
        Err(other) => Err(Wrong::whole(StatusCode::CONFLICT, sentence(&other.to_string())).into()),
    }
}

pub async fn test(
    state: Extracted<State>,
    uri: OriginalUri,
    headers: HeaderMap,
    Form(sent): Form<Vec<(String, String)>>,
) -> Response {
    let sent = Sent(sent);
    let outcome = match sent.authorized(&state, Scope::Admin) {
        Ok(_) => state.dashboard.alerting().notifier.send_test().await.map_err(Refused::Store),
        Err(wrong) => Err(wrong.into()),
    };
    state.delivery.soon();
    let outcome = outcome.map(|_| ("test", "notifications".to_owned()));
    answer(&state, Wanted::of(&uri, &headers), sent, outcome).await
}

pub async fn retry(
    state: Extracted<State>,
    uri: OriginalUri,
    headers: HeaderMap,
    Form(sent): Form<Vec<(String, String)>>,
) -> Response {
    let sent = Sent(sent);
    let outcome = match sent.authorized(&state, Scope::Admin) {
        Ok(_) => {
            state.delivery.retry();
            Ok(())
        }
        Err(wrong) => Err(Refused::from(wrong)),
    };
    let outcome = outcome.map(|()| ("retry", "notifications".to_owned()));
    answer(&state, Wanted::of(&uri, &headers), sent, outcome).await
}
