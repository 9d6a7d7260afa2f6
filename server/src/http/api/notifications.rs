//! Notifications on their way out: what was sent where, what failed, a test, and another try.

use axum::Json;
use axum::extract::State as Extracted;
use axum::http::StatusCode;
use serde::Serialize;
use service::instant::iso;
use storage::{MessageState, OutboxMessage};
use utoipa::ToSchema;

use super::query::{Paging, Parameters};
use crate::http::State;
use crate::http::access::needs::{Admin, Needs, Read};
use crate::http::problem::Problem;

/// How many waiting messages are counted; more are said to be this many.
const MOST_COUNTED: u32 = 10_000;

/// Where notifications go, and how they fare.
#[derive(Debug, Serialize, ToSchema)]
pub struct Notifications {
    /// Where every notification goes; owners with an address in the catalogue get their own besides.
    channels: Vec<ChannelReport>,
    /// The latest messages, the newest first.
    messages: Vec<MessageReport>,
}

/// A way for notifications to leave.
#[derive(Debug, Serialize, ToSchema)]
struct ChannelReport {
    /// `webhook` or `email`.
    kind: String,
    /// Where to, without secrets.
    recipient: String,
}

/// A message.
#[derive(Debug, Serialize, ToSchema)]
struct MessageReport {
    /// Its id, which every try carries.
    id: String,
    /// When it was made.
    created: String,
    /// `webhook` or `email`.
    kind: String,
    /// Where to, without secrets.
    recipient: String,
    /// What it is about in one line.
    subject: String,
    /// `pending`, `delivered` or `failed`, which means that it was given up.
    state: String,
    /// How often it was tried.
    attempts: i64,
    /// When it is tried again, while it is pending.
    next_attempt: Option<String>,
    /// What went wrong last.
    last_error: Option<String>,
    /// When its receiver took it.
    delivered: Option<String>,
}

impl From<OutboxMessage> for MessageReport {
    fn from(message: OutboxMessage) -> Self {
        Self {
            id: message.id,
            created: iso(message.created_ms),
            kind: message.channel,
            recipient: message.recipient,
            subject: message.subject,
            state: message.state.name().to_owned(),
            attempts: message.attempts,
            next_attempt: (message.state == MessageState::Pending).then(|| iso(message.next_attempt_ms)),
            last_error: message.last_error,
            delivered: message.delivered_ms.map(iso),
        }
    }
}

/// How many messages are on their way.
#[derive(Debug, Serialize, ToSchema)]
pub struct Sending {
    /// How many.
    messages: usize,
}

/// Where notifications go, and the latest of them.
#[utoipa::path(
    get,
    path = "/api/v1/notifications",
    params(("limit" = Option<u32>, Query, description = "How many messages, at most 500; 100 without it.")),
    responses((status = 200, body = Notifications), (status = 400, body = Problem, content_type = "application/problem+json"))
)]
pub async fn get_notifications(
    _: Needs<Read>,
    Extracted(state): Extracted<State>,
    Parameters(paging): Parameters<Paging>,
) -> Result<Json<Notifications>, Problem> {
    let messages =
        state.dashboard.alerting().notifier.latest(paging.limit()?).await.map_err(|error| Problem::store(&error))?;
    let channels =
        state.dashboard.settings().channels.iter().map(|channel| ChannelReport {
            kind: channel.kind.name().to_owned(),
            recipient: channel.recipient.clone(),
        });
    Ok(Json(Notifications {
        channels: channels.collect(),
        messages: messages.into_iter().map(MessageReport::from).collect(),
    }))
}

/// Send a message that only tries the way to every channel.
#[utoipa::path(
    post,
    path = "/api/v1/notifications/test",
    responses(
        (status = 202, body = Sending),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "No channel is configured."),
    )
)]
pub async fn post_test(
    _: Needs<Admin>,
    Extracted(state): Extracted<State>,
) -> Result<(StatusCode, Json<Sending>), Problem> {
    let messages = state.dashboard.alerting().notifier.send_test().await.map_err(|error| Problem::store(&error))?;
    if messages == 0 {
        return Err(Problem::new(StatusCode::CONFLICT, "no-channel", "Notifications have nowhere to go")
            .detail("set INFERNO_KPI_WEBHOOK_URL, or INFERNO_KPI_SMTP_URL and INFERNO_KPI_MAIL_TO"));
    }
    state.delivery.soon();
    Ok((StatusCode::ACCEPTED, Json(Sending { messages })))
}

/// Try every message that waits for its next attempt now.
#[utoipa::path(post, path = "/api/v1/notifications/retry", responses((status = 202, body = Sending)))]
pub async fn post_retry(
    _: Needs<Admin>,
    Extracted(state): Extracted<State>,
) -> Result<(StatusCode, Json<Sending>), Problem> {
    let waiting = state.dashboard.store().due_messages(i64::MAX, MOST_COUNTED).await;
    let messages = waiting.map_err(|error| Problem::store(&error))?.len();
    state.delivery.retry();
    Ok((StatusCode::ACCEPTED, Json(Sending { messages })))
}
