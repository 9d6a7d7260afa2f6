//! What became of a delivery, before it is told in the words of its protocol.

use service::RecordError;
use service::receive::{Incoming, Taken};

use crate::http::State;

/// What became of a delivery.
pub enum Outcome {
    /// Its good rows are on disk.
    Taken(Taken),
    /// It has more bytes, rows or text than is read.
    TooLarge(String),
    /// It is packed in a way that is not read.
    Unsupported(String),
    /// It can't be read.
    Unreadable(String),
    /// The store failed; the same again may work.
    Unavailable,
}

/// What a sender is told when the store failed.
pub const UNAVAILABLE: &str = "the store failed; try again";

/// Takes a delivery in.
pub async fn take(state: &State, incoming: Incoming) -> Outcome {
    match state.dashboard.take_in(incoming).await {
        Ok(taken) => Outcome::Taken(taken),
        Err(RecordError::Unreadable(refusal)) => {
            let told = refusal.to_string();
            match refusal.code() {
                "too-large" | "too-much-text" | "too-many-rows" => Outcome::TooLarge(told),
                "encoding" => Outcome::Unsupported(told),
                _ => Outcome::Unreadable(told),
            }
        }
        Err(error @ RecordError::Refused { .. }) => Outcome::Unreadable(error.to_string()),
        Err(RecordError::Store(error)) => {
            tracing::error!(error = &error as &dyn std::error::Error, "a delivery was not recorded");
            Outcome::Unavailable
        }
    }
}
