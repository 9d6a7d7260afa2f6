//! Histograms whose buckets tell what was observed since the instant before: nothing has to be compared, and instants may come in
//! any order.

use std::collections::{BTreeMap, BTreeSet};

use super::histogram::{Buckets, Step, is_closed, observed, ordered};

/// Instants of which buckets are awaited at most, and instants that were told and are remembered.
const MOST_OPEN: usize = 16;
const MOST_TOLD: usize = 1_000;

/// What is known of one histogram.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct DeltaHistogram {
    open: BTreeMap<i64, Buckets>,
    /// What comes again is not told again.
    told: BTreeSet<i64>,
}

impl DeltaHistogram {
    /// Takes a bucket. The last one, which has no bound, closes its instant.
    pub(super) fn step(&mut self, time_ms: i64, bound: f64, count: f64) -> Step {
        let is_forgotten =
            self.told.len() >= MOST_TOLD && self.told.first().is_some_and(|earliest_ms| time_ms < *earliest_ms);
        if is_forgotten || self.told.contains(&time_ms) {
            return Step::Late;
        }
        let buckets = self.open.entry(time_ms).or_default();
        buckets.entry(ordered(bound)).or_insert((bound, count));
        if !is_closed(buckets) {
            while self.open.len() > MOST_OPEN {
                self.open.pop_first();
            }
            return Step::Waiting;
        }
        let buckets = self.open.remove(&time_ms).unwrap_or_default();
        self.told.insert(time_ms);
        while self.told.len() > MOST_TOLD {
            self.told.pop_first();
        }
        let values = observed(&Buckets::new(), &buckets);
        if values.is_empty() { Step::Waiting } else { Step::Observed(values) }
    }
}
