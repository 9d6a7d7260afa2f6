//! `GET /api/v1/alerts/history`: what became of alerts.

use axum::Json;
use axum::extract::State as Extracted;
use journal::stream::ALERTS;
use kpi::alert::Event;
use serde::Serialize;
use service::instant::iso;
use storage::JournalEntry;
use utoipa::ToSchema;

use crate::http::State;
use crate::http::access::needs::{Needs, Read};
use crate::http::api::query::{Paging, Parameters};
use crate::http::problem::Problem;

/// A page of the history.
#[derive(Debug, Serialize, ToSchema)]
pub struct AlertHistory {
    /// What happened, the newest first.
    events: Vec<AlertEvent>,
    /// The `before` of the next page; `None` on the last one.
    next: Option<i64>,
}

/// Something that became of an alert.
#[derive(Debug, Serialize, ToSchema)]
struct AlertEvent {
    /// Its place in the history, from 1.
    number: i64,
    /// When.
    time: String,
    /// The alert.
    key: String,
    /// `pending`, `cleared`, `fired`, `escalated`, `worsened`, `improved`, `resolved`, `acknowledged` or
    /// `unacknowledged`.
    transition: String,
    /// `red`, `yellow` or `notice`; for what ended, how bad it was.
    severity: String,
    /// What was the matter, or what the person wrote.
    text: String,
    /// How far along the KPI was.
    attainment: Option<f64>,
    /// Who did it, where a person did.
    person: Option<String>,
}

fn event(entry: &JournalEntry) -> Result<AlertEvent, serde_json::Error> {
    let event: Event = serde_json::from_str(&entry.body_json)?;
    Ok(AlertEvent {
        number: entry.version,
        time: iso(event.time_ms),
        key: event.key.to_string(),
        transition: event.transition.name().to_owned(),
        severity: event.severity.name().to_owned(),
        text: event.text,
        attainment: event.attainment,
        person: event.person,
    })
}

/// What became of alerts, the newest first.
#[utoipa::path(
    get,
    path = "/api/v1/alerts/history",
    params(Paging),
    responses((status = 200, body = AlertHistory), (status = 400, body = Problem, content_type = "application/problem+json"))
)]
pub async fn get_history(
    _: Needs<Read>,
    Extracted(state): Extracted<State>,
    Parameters(paging): Parameters<Paging>,
) -> Result<Json<AlertHistory>, Problem> {
    let limit = paging.limit()?;
    let entries = state.dashboard.store().journal_of(ALERTS, paging.before, limit).await;
    let entries = entries.map_err(|error| Problem::store(&error))?;
    let is_full = entries.len() == usize::try_from(limit).unwrap_or(usize::MAX);
    let next = entries.last().filter(|entry| is_full && entry.version > 1).map(|entry| entry.version);
    let events = entries.iter().filter_map(|entry| {
        event(entry)
            .inspect_err(|error| tracing::error!(id = entry.id, %error, "an event of an alert can't be read"))
            .ok()
    });
    Ok(Json(AlertHistory { events: events.collect(), next }))
}
