//! Getting one answer: over HTTP or from a database.

mod http;
mod network;
mod postgres;
mod sqlite;

use async_trait::async_trait;

use crate::config::{Pull, Request};
use crate::progress::Range;

pub use network::Network;
pub(crate) use postgres::options as postgres_options;

/// An answer as it came.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fetched {
    pub content_type: String,
    pub body: Vec<u8>,
}

/// Why there is no answer. The sentences hold no address and no credentials of ours; what the other system says is scrubbed
/// before it is shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// A shorter stretch of time may fit.
    #[error("the answer is larger than {limit}")]
    TooLarge { limit: String },
    #[error("{0}")]
    Failed(String),
}

impl Failure {
    pub(crate) fn new(sentence: impl Into<String>) -> Self {
        Self::Failed(sentence.into())
    }
}

/// Gets answers. A test may answer by itself.
#[async_trait]
pub trait Fetch: Send + Sync {
    /// Asks one question about a stretch of time. It may be dropped at any moment.
    ///
    /// # Errors
    /// [`Failure`] where there is no whole answer.
    async fn fetch(&self, pull: &Pull, request: &Request, range: Range) -> Result<Fetched, Failure>;
}
