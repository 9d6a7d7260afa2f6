//! Where answers go, and where the time comes from.

use async_trait::async_trait;

/// An answer that was read, on its way to be kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Pulled {
    /// The name of the source, as its file says.
    pub source: String,
    /// One of [`formats::pulled::FORMATS`].
    pub format: &'static str,
    /// What reading the bytes again needs besides them: see [`formats::pulled::read`].
    pub context_json: String,
    pub content_type: String,
    /// The answer as it came, unpacked; rows of a database as NDJSON; the datagrams of an interval as lines.
    pub body: Vec<u8>,
    /// What reading the bytes gave; each sample has a time.
    pub received: formats::Received,
    /// Which request it answers, and up to when it asked; nothing for datagrams and for what is asked without a range.
    pub covered: Option<Covered>,
}

/// Up to when a request has been answered. Who keeps it and gives it back in [`crate::Parts::covered`] spares the other system
/// being asked for the whole look-back after a start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Covered {
    /// The request's name, stable as long as the file says the same.
    pub request: String,
    /// Milliseconds since the Unix epoch.
    pub until_ms: i64,
}

/// What became of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Taken {
    /// Samples that are kept.
    pub kept: usize,
    /// Rows that were refused.
    pub refused: usize,
}

/// Keeps answers.
#[async_trait]
pub trait Sink: Send + Sync {
    /// Returns once the answer is kept for good.
    ///
    /// # Errors
    /// Why it could not be kept, as a sentence. It is asked for, or given, again then.
    async fn take(&self, delivery: Pulled) -> Result<Taken, String>;
}

/// The time of day.
pub trait Clock: Send + Sync {
    /// Milliseconds since the Unix epoch, UTC.
    fn now_ms(&self) -> i64;
}
