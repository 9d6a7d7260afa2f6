//! What became of a delivery, before it is told in the words of its protocol.

use axum::body::Body;
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::Response;
use formats::Refusal;
use service::RecordError;
use service::receive::{Incoming, IngestOutcome};

use crate::http::access::needs::{Authorized, Ingest};
use crate::http::bodies::{Unread, retry_after};
use crate::http::{State, api};

/// What became of a delivery.
pub enum Outcome {
    /// Its good rows are on disk.
    Taken(IngestOutcome),
    /// It has more bytes, rows or text than is read.
    TooLarge(String),
    /// It is packed in a way that is not read.
    Unsupported(String),
    /// It can't be read.
    Unreadable(String),
    /// The store failed; the same again may work.
    Unavailable,
    /// The server has too much in hand at this moment.
    Busy,
}

/// What a sender is told when the store failed.
pub const UNAVAILABLE: &str = "the store failed; try again";

/// What a sender is told when there is no room for its body now.
pub const BUSY: &str = "the server has too many bodies in hand at this moment; try again";

impl From<Unread> for Outcome {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::TooLarge(limit) => Self::TooLarge(format!("it has more than {limit} bytes")),
            Unread::BrokenOff => Self::Unreadable("the connection ended before the body did".to_owned()),
            Unread::Exhausted => Self::Busy,
            Unread::Refused(refusal) => Self::refused(&refusal),
        }
    }
}

impl Outcome {
    /// What a refusal of a whole body comes to.
    pub fn refused(refusal: &Refusal) -> Self {
        let told = refusal.to_string();
        match refusal.code() {
            "too-large" | "too-much-text" | "too-many-rows" => Self::TooLarge(told),
            "encoding" => Self::Unsupported(told),
            _ => Self::Unreadable(told),
        }
    }
}

/// Reads a body as it arrived, at most `most` bytes of it.
pub async fn body(body: Body, most: usize) -> Result<Vec<u8>, Outcome> {
    match api::body::read(body, most).await {
        Ok(bytes) => Ok(bytes.into()),
        Err(problem) if problem.status == StatusCode::SERVICE_UNAVAILABLE.as_u16() => Err(Outcome::Busy),
        Err(problem) if problem.status == StatusCode::PAYLOAD_TOO_LARGE.as_u16() => {
            Err(Outcome::TooLarge(problem.detail))
        }
        Err(problem) => Err(Outcome::Unreadable(problem.detail)),
    }
}

/// A response that says when to try again.
pub fn later(mut response: Response) -> Response {
    response.headers_mut().insert(RETRY_AFTER, retry_after());
    response
}

/// Takes a delivery of whoever may send in.
pub async fn take(state: &State, _sender: &Authorized<Ingest>, incoming: Incoming) -> Outcome {
    match state.dashboard.ingest(incoming).await {
        Ok(taken) => Outcome::Taken(taken),
        Err(RecordError::Unreadable(refusal)) => Outcome::refused(&refusal),
        Err(error @ RecordError::Refused { .. }) => Outcome::Unreadable(error.to_string()),
        Err(RecordError::Busy(_)) => Outcome::Busy,
        Err(RecordError::Store(error)) => {
            tracing::error!(error = &error as &dyn std::error::Error, "a delivery was not recorded");
            Outcome::Unavailable
        }
    }
}
