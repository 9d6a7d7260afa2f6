//! What was known at an instant, without what was recorded later.

use super::{Answer, WindowQuery, WindowSource};
use crate::point::Pending;

/// A source as it would have answered at an instant: what was recorded later is hidden, and what was superseded later counts.
///
/// A status computed of it as of the same instant is the one that was shown then, whatever has been recorded since.
pub struct AsKnownAt<'a> {
    source: &'a dyn WindowSource,
    instant_ms: i64,
}

impl<'a> AsKnownAt<'a> {
    /// The source as known at an instant.
    pub fn new(source: &'a dyn WindowSource, instant_ms: i64) -> Self {
        Self { source, instant_ms }
    }
}

impl WindowSource for AsKnownAt<'_> {
    fn answer(&self, query: &WindowQuery<'_>) -> Result<Answer, Pending> {
        let known_at_ms = query.known_at_ms.map_or(self.instant_ms, |known_at_ms| known_at_ms.min(self.instant_ms));
        self.source.answer(&WindowQuery { known_at_ms: Some(known_at_ms), ..*query })
    }
}
