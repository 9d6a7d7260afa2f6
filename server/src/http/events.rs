//! Live changes as server-sent events.
//!
//! Each event about observations carries the id of the latest one, so a browser that was away says where it left off
//! (`Last-Event-ID`) and is told at once that something changed since. A stream ends with the token it was opened with.

mod pass;

use std::convert::Infallible;
use std::time::Duration;

use axum::Extension;
use axum::extract::{Query, State as Extracted};
use axum::http::HeaderMap;
use axum::http::header::CONNECTION;
use axum::response::sse::{Event, KeepAlive};
use axum::response::{IntoResponse, Sse};
use futures::stream;
use serde::Deserialize;
use serde_json::json;
use service::{Change, Dashboard};
use std::sync::Arc;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, watch};

use self::pass::Pass;
use super::State;
use super::access::needs::{Needs, Read};
use super::address::ClientAddress;
use super::admit::refusal;
use super::listen::{Handle, Permit};
use super::problem::Problem;

/// Where streams are.
pub const PATH: &str = "/api/v1/events";
/// How often a silent stream says that it is alive.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// How long a browser waits before it reconnects.
const RETRY: Duration = Duration::from_secs(2);

#[derive(Debug, Deserialize)]
pub struct Since {
    /// The id of the latest observation that the page shows.
    since: Option<String>,
}

struct Listener {
    dashboard: Arc<Dashboard>,
    changes: broadcast::Receiver<Change>,
    stop: watch::Receiver<bool>,
    greeting: Option<Event>,
    pass: Pass,
    _place: Permit,
}

pub async fn stream(
    _: Needs<Read>,
    Extracted(state): Extracted<State>,
    client: ClientAddress,
    connection: Option<Extension<Handle>>,
    Query(query): Query<Since>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Problem> {
    let place = state.admission.stream(client.network()).map_err(|full| refusal(full, "event streams"))?;
    // Counted among the streams, it takes no place of what asks and is answered.
    if let Some(Extension(connection)) = connection {
        connection.leave();
    }
    let left_off = headers.get("last-event-id").and_then(|id| id.to_str().ok()).map(str::to_owned).or(query.since);
    // Listening starts before the comparison, so nothing falls between the two.
    let changes = state.dashboard.listen();
    let latest = state.dashboard.latest_change();
    let missed = left_off.is_some_and(|left_off| left_off != latest);
    let greeting = if missed { catch_up(&latest) } else { Event::default().retry(RETRY).comment("listening") };
    let listener = Listener {
        dashboard: Arc::clone(&state.dashboard),
        changes,
        stop: state.stop.clone(),
        greeting: Some(greeting),
        pass: Pass::of(&state, &headers),
        _place: place,
    };
    let events = Sse::new(stream::unfold(listener, next)).keep_alive(KeepAlive::new().interval(KEEP_ALIVE));
    Ok(([(CONNECTION, "close")], events))
}

async fn next(mut listener: Listener) -> Option<(Result<Event, Infallible>, Listener)> {
    if let Some(greeting) = listener.greeting.take() {
        return Some((Ok(greeting), listener));
    }
    if *listener.stop.borrow() {
        return None;
    }
    let event = tokio::select! {
        _ = listener.stop.changed() => return None,
        () = listener.pass.ends(&listener.dashboard) => return None,
        change = listener.changes.recv() => match change {
            Ok(change) => event(&change),
            Err(RecvError::Lagged(_)) => catch_up(&listener.dashboard.latest_change()),
            Err(RecvError::Closed) => return None,
        },
    };
    // A token that is revoked is a change, too; whoever showed it learns of nothing more.
    listener.pass.holds(&listener.dashboard).then_some((Ok(event), listener))
}

fn event(change: &Change) -> Event {
    match change {
        Change::Observations { latest_id, measures, count } => Event::default()
            .event("change")
            .id(latest_id)
            .retry(RETRY)
            .data(json!({ "latest": latest_id, "measures": measures, "count": count }).to_string()),
        Change::Journal { latest_id } => Event::default()
            .event("change")
            .id(latest_id)
            .retry(RETRY)
            .data(json!({ "latest": latest_id, "measures": [], "count": 0 }).to_string()),
        Change::Benchmark { json } => Event::default().event("benchmark").data(json),
    }
}

fn catch_up(latest: &str) -> Event {
    Event::default()
        .event("change")
        .id(latest)
        .retry(RETRY)
        .data(json!({ "latest": latest, "catch_up": true }).to_string())
}
