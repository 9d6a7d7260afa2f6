//! Cumulative histograms: what was observed between two instants, as values inside the buckets.

use std::collections::BTreeMap;

use crate::aggregate::as_f64;

/// How many points the observations between two instants become at most; more are thinned out evenly.
pub const MOST_POINTS: usize = 100;

/// Buckets of one instant: cumulative count by upper bound, the bound as bits that are ordered like the number.
type Buckets = BTreeMap<u64, (f64, f64)>;

/// What was last seen of one histogram.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Histogram {
    before: Option<Buckets>,
    now: Buckets,
    now_ms: i64,
    is_told: bool,
    has_skipped: bool,
}

/// What a sample of a bucket says.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Step {
    /// More buckets of its instant are awaited, or nothing was observed.
    Waiting,
    /// Its instant is over: it is left out.
    Late,
    /// It completes its instant: these values were observed since the one before.
    Observed(Vec<f64>),
}

impl Histogram {
    /// Forgets everything where its latest instant lies after another one.
    pub(super) fn forget_after(&mut self, instant_ms: i64) {
        if !self.now.is_empty() && self.now_ms > instant_ms {
            *self = Self::default();
        }
    }

    /// Takes a bucket. An instant is complete with the buckets that the instant before had.
    pub(super) fn step(&mut self, time_ms: i64, bound: f64, count: f64) -> Step {
        if self.now.is_empty() {
            self.now_ms = time_ms;
        } else if time_ms < self.now_ms {
            return Step::Late;
        } else if time_ms > self.now_ms {
            self.begin(time_ms);
        }
        // What comes after its instant was told is still something to compare the next one with.
        self.now.entry(ordered(bound)).or_insert((bound, count));
        if self.is_told {
            return Step::Late;
        }
        let Some(before) = self.before.as_ref().filter(|before| is_closed(before)) else { return Step::Waiting };
        if !before.keys().all(|key| self.now.contains_key(key)) {
            return Step::Waiting;
        }
        self.is_told = true;
        let values = observed(before, &self.now);
        if values.is_empty() { Step::Waiting } else { Step::Observed(values) }
    }

    fn begin(&mut self, time_ms: i64) {
        let is_incomplete = !self.is_told && self.before.as_ref().is_some_and(is_closed);
        // An instant of which buckets are missing is passed over, so that the next one tells of both; two in a row are a
        // histogram with other buckets.
        if is_incomplete && !self.has_skipped {
            self.has_skipped = true;
            self.now.clear();
        } else {
            self.has_skipped = false;
            self.before = Some(std::mem::take(&mut self.now));
        }
        (self.now_ms, self.is_told) = (time_ms, false);
    }
}

/// Whether the last bucket is there, which counts everything.
fn is_closed(buckets: &Buckets) -> bool {
    buckets.contains_key(&ordered(f64::INFINITY))
}

/// The bits of a number, ordered as numbers are.
fn ordered(number: f64) -> u64 {
    let bits = number.to_bits();
    if bits >> 63 == 1 { !bits } else { bits | (1 << 63) }
}

/// What was observed between two instants: inside a bucket evenly spread, over the last bound at that bound, as
/// `histogram_quantile` of Prometheus reads buckets.
fn observed(before: &Buckets, now: &Buckets) -> Vec<f64> {
    let both: Vec<(f64, f64, f64)> = before
        .iter()
        .filter_map(|(key, (bound, before))| now.get(key).map(|(_, now)| (*bound, *before, *now)))
        .collect();
    let has_restarted = both.iter().any(|(_, before, now)| now < before);
    let mut buckets = Vec::with_capacity(both.len());
    let (mut low, mut counted) = (None, 0.0_f64);
    for (bound, before, now) in both {
        let up_to = if has_restarted { now } else { now - before };
        let from = low.unwrap_or(if bound.is_finite() { bound.min(0.0) } else { 0.0 });
        let to = if bound.is_finite() { bound } else { from };
        buckets.push((from, to, (up_to - counted).max(0.0)));
        counted = counted.max(up_to);
        low = Some(to);
    }
    spread(&buckets, counted)
}

/// So many values as were counted, [`MOST_POINTS`] at most, each in the middle of its share of the counts.
fn spread(buckets: &[(f64, f64, f64)], total: f64) -> Vec<f64> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 100")]
    let count = total.round().clamp(0.0, as_f64(MOST_POINTS)) as usize;
    let share = total / as_f64(count);
    let mut filled = buckets.iter().filter(|(_, _, inside)| *inside > 0.0);
    let mut passed = 0.0;
    let mut values = Vec::with_capacity(count);
    let Some(mut bucket) = filled.next() else { return values };
    for number in 0..count {
        let rank = (as_f64(number) + 0.5) * share;
        while rank > passed + bucket.2
            && let Some(next) = filled.next()
        {
            passed += bucket.2;
            bucket = next;
        }
        let (low, high, inside) = bucket;
        values.push(low + (high - low) * ((rank - passed) / inside).clamp(0.0, 1.0));
    }
    values
}
