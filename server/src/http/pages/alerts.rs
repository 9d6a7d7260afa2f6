//! The alerts page and its forms: acknowledge, comment, silence, try the notifications.

use alerting::{AcknowledgementError, SilenceError};
use app::{Forms, Page, anchor};
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use governance::{NoteError, NoteKind};
use kpi::alert::{Key, Kind, Matcher, Severity};
use serde::Deserialize;

use super::form_route::{Allowed, Done, Returned};
use super::forms::{FormError, Sent, Wrong, sentence};
use super::page_request::PageRequest;
use crate::http::State;
use crate::http::access::needs::{Admin, Needs, Read};
use crate::http::problem::Problem;

#[derive(Debug, Deserialize)]
pub struct Told {
    done: Option<String>,
}

pub async fn page(_: Needs<Read>, Query(Told { done }): Query<Told>, request: PageRequest) -> Response {
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

/// Back to the place where something was done.
fn at(done: &str, place: &str) -> Done {
    Done::At(format!("/alerts?done={done}#{place}"))
}

/// The page on which a form comes back.
pub async fn back(form: Returned) -> Result<Page, Problem> {
    let page = form.state.dashboard.alerts_page(&form.snapshot, false).await;
    page.map(|page| Page::Alerts(Box::new(page), form.forms)).map_err(|error| Problem::store(&error))
}

pub async fn act(form: Allowed<Admin>) -> Result<Done, FormError> {
    let (state, sent) = (&form.state, &*form.sent);
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
                NoteError::Text(error) => FormError::from(error),
                NoteError::Store(error) => error.into(),
                unknown @ NoteError::UnknownSubject(_) => {
                    Wrong::whole(StatusCode::UNPROCESSABLE_ENTITY, format!("{unknown}.")).into()
                }
            })?;
            Ok(at("comment", &place))
        }
        "silence" => {
            silence(state, sent, of_alert(state, sent, &key), "text").await?;
            Ok(at("silence", &place))
        }
        verb @ ("acknowledge" | "give-back") => {
            let note = sent.filled("text");
            let taken =
                state.dashboard.alerting().acknowledgements.set(&key, verb == "acknowledge", person, note).await;
            taken.map_err(|error| match error {
                AcknowledgementError::State(error) => {
                    FormError::Wrong(Wrong::whole(StatusCode::CONFLICT, sentence(&error.to_string())))
                }
                // The form calls the note a text.
                AcknowledgementError::Text(error) if error.field == "note" => {
                    Wrong::field("text", sentence(&error.detail)).into()
                }
                AcknowledgementError::Text(error) => error.into(),
                AcknowledgementError::Store(error) => error.into(),
            })?;
            Ok(at(verb, &place))
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
async fn silence(state: &State, sent: &Sent, matcher: Matcher, reason: &'static str) -> Result<(), FormError> {
    let length_ms = length_ms(sent.text("length")).ok_or_else(|| Wrong::field("length", "Choose how long."))?;
    let made =
        state.dashboard.alerting().silences.add(matcher, length_ms, sent.text("person"), sent.text(reason)).await;
    made.map(drop).map_err(|error| match error {
        SilenceError::Text(error) if error.field == "reason" => {
            Wrong::field(reason, format!("The reason: {}.", error.detail)).into()
        }
        SilenceError::Text(error) => error.into(),
        SilenceError::Store(error) => error.into(),
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

pub async fn silence_some(form: Allowed<Admin>) -> Result<Done, FormError> {
    let (state, sent) = (&form.state, &*form.sent);
    let text = |name: &str| sent.filled(name).map(str::to_owned);
    let matcher = Matcher {
        kpi: text("kpi"),
        track: text("track"),
        owner: text("owner"),
        kind: sent.filled("kind").and_then(Kind::from_name),
        severity: sent.filled("severity").and_then(Severity::from_name),
    };
    silence(state, sent, matcher, "reason").await?;
    Ok(at("silence", "silences"))
}

pub async fn end_silence(form: Allowed<Admin>) -> Result<Done, FormError> {
    let (state, sent) = (&form.state, &*form.sent);
    match state.dashboard.alerting().silences.end(sent.text("silence"), sent.text("person")).await {
        Ok(()) => Ok(at("end", "silences")),
        Err(SilenceError::Text(error)) => Err(error.into()),
        Err(SilenceError::Store(error)) => Err(error.into()),
        Err(other) => Err(Wrong::whole(StatusCode::CONFLICT, sentence(&other.to_string())).into()),
    }
}

pub async fn test(form: Allowed<Admin>) -> Result<Done, FormError> {
    form.state.dashboard.alerting().notifier.send_test().await?;
    form.state.delivery.soon();
    Ok(at("test", "notifications"))
}

pub async fn retry(form: Allowed<Admin>) -> Result<Done, FormError> {
    form.state.delivery.retry();
    Ok(at("retry", "notifications"))
}
