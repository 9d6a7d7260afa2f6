//! One series: its segments, and what was added since they were made.

use std::collections::HashSet;
use std::sync::{Arc, OnceLock};

use super::merge::{Contents, Incoming, merge};
use super::placed::Placed;

/// A series at one instant. A clone shares the segments.
#[derive(Debug, Clone, Default)]
pub(super) struct PointSeriesState {
    pub(super) number: i64,
    /// Who brought it first; empty where no observation did.
    pub(super) source: Arc<str>,
    /// Whether it has samples too, so that it is in memory whole.
    pub(super) has_samples: bool,
    pub(super) segments: Arc<Vec<Arc<Placed>>>,
    pub(super) incoming: Vec<Incoming>,
    /// The segments with what was added, once a reader needed them.
    merged: OnceLock<Arc<Vec<Arc<Placed>>>>,
    /// The numbers of the segments that the store has of it.
    pub(super) stored: Arc<HashSet<i64>>,
    /// How many changes all series had seen when this one was changed last.
    pub(super) changed: u64,
}

impl PointSeriesState {
    pub(super) fn new(number: i64, source: &str) -> Self {
        Self { number, source: source.into(), ..Self::default() }
    }

    pub(super) fn add(&mut self, incoming: Incoming, changes: u64) {
        self.merged = OnceLock::new();
        self.incoming.push(incoming);
        self.changed = changes;
    }

    /// Every segment, or the numbers of those whose points have to be there before.
    pub(super) fn merged(
        &self,
        contents: Contents<'_>,
        next_number: &dyn Fn() -> i64,
    ) -> Result<&Arc<Vec<Arc<Placed>>>, Vec<i64>> {
        if self.incoming.is_empty() {
            return Ok(&self.segments);
        }
        if let Some(merged) = self.merged.get() {
            return Ok(merged);
        }
        let fresh = Arc::new(merge(&self.segments, &self.incoming, contents, next_number)?);
        Ok(self.merged.get_or_init(|| fresh))
    }

    /// Takes over segments in which the first `count` of what was added stand.
    pub(super) fn settle(&mut self, segments: Vec<Arc<Placed>>, count: usize) {
        self.merged = OnceLock::new();
        self.segments = Arc::new(segments);
        self.incoming.drain(..count.min(self.incoming.len()));
    }

    /// About how many points it has: what was added twice counts twice until it is settled.
    pub(super) fn count(&self) -> usize {
        let settled: usize = self.segments.iter().map(|placed| placed.extent.points).sum();
        let added = self.incoming.iter().filter(|one| matches!(one, Incoming::Point(_) | Incoming::Sample(_))).count();
        settled + added
    }
}
