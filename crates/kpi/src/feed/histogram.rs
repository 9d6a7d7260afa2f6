//! Cumulative histograms: what was observed between two instants, as values inside the buckets.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::grid::Grid;
use crate::aggregate::{as_f64, weight_f64};

/// How many points the observations between two instants become; of more observations each point stands for several. A bucket
/// has one at least, whatever their number.
pub const MOST_POINTS: usize = 100;

/// How many observations can be counted exactly.
pub const MOST_COUNTED: f64 = 9_007_199_254_740_992.0;

/// Buckets of one instant: cumulative count by upper bound, the bound as bits that are ordered like the number.
pub(super) type Buckets = BTreeMap<u64, (f64, f64)>;

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
    Observed(Vec<Observed>),
}

/// A value, and for how many observations it stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Observed {
    pub(super) value: f64,
    pub(super) weight: u64,
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
        let is_complete = before.keys().all(|key| self.now.contains_key(key));
        if !is_complete && (bound != f64::INFINITY || !self.has_changed(before)) {
            return Step::Waiting;
        }
        self.is_told = true;
        let values =
            if self.is_replaced(before) { observed(&Buckets::new(), &self.now) } else { observed(before, &self.now) };
        if values.is_empty() { Step::Waiting } else { Step::Observed(values) }
    }

    /// Whether the buckets that are missing are gone: nothing lies around their bounds, they are of an exponential histogram that took
    /// on wider ones, whose bounds are all of the finer scale, or it began anew with others.
    fn has_changed(&self, before: &Buckets) -> bool {
        if self.missing(before).all(|key| counted_at(&self.now, key).is_some()) || self.is_replaced(before) {
            return true;
        }
        let finite: Vec<f64> = self.now.values().map(|(bound, _)| *bound).filter(|bound| bound.is_finite()).collect();
        let has_fallen = all(&self.now) < all(before);
        let mut missing = before.iter().filter(|(key, _)| !self.now.contains_key(*key));
        Grid::of(&finite).is_some_and(|grid| has_fallen || missing.all(|(_, (bound, _))| !grid.holds(*bound)))
    }

    /// The bounds of the instant before that this one does not have.
    fn missing(&self, before: &Buckets) -> impl Iterator<Item = u64> {
        before.keys().copied().filter(|key| !self.now.contains_key(key))
    }

    /// Whether bounds that are written out gave way to others: only a new process has those, and it counts from zero.
    fn is_replaced(&self, before: &Buckets) -> bool {
        let finite = |buckets: &Buckets| -> Vec<f64> {
            buckets.values().map(|(bound, _)| *bound).filter(|bound| bound.is_finite()).collect()
        };
        let is_gone = self.missing(before).any(|key| counted_at(&self.now, key).is_none());
        let is_new = self.now.keys().any(|key| !before.contains_key(key));
        let is_exponential = |bounds: Vec<f64>| Grid::of(&bounds).is_some();
        is_gone && is_new && !(is_exponential(finite(&self.now)) && is_exponential(finite(before)))
    }

    fn begin(&mut self, time_ms: i64) {
        let is_incomplete = !self.is_told && self.before.as_ref().is_some_and(is_closed);
        let has_fallen =
            is_closed(&self.now) && self.before.as_ref().is_some_and(|before| all(&self.now) < all(before));
        if is_incomplete && has_fallen {
            // It began anew with fewer bounds: the next instant tells of both.
            self.has_skipped = false;
            let zero = std::mem::take(&mut self.now).into_iter().map(|(key, (bound, _))| (key, (bound, 0.0)));
            self.before = Some(zero.collect());
            (self.now_ms, self.is_told) = (time_ms, false);
            return;
        }
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

/// How many were counted in all.
fn all(buckets: &Buckets) -> f64 {
    buckets.last_key_value().map_or(0.0, |(_, (_, count))| *count)
}

/// Whether a number can be one of observations that is exact.
pub(super) fn is_count(count: f64) -> bool {
    (0.0..=MOST_COUNTED).contains(&count)
}

/// Whether the last bucket is there, which counts everything.
pub(super) fn is_closed(buckets: &Buckets) -> bool {
    buckets.contains_key(&ordered(f64::INFINITY))
}

/// The bits of a number, ordered as numbers are.
pub(super) fn ordered(number: f64) -> u64 {
    let bits = number.to_bits();
    if bits >> 63 == 1 { !bits } else { bits | (1 << 63) }
}

/// What was observed between two instants: inside a bucket evenly spread, over the last bound at that bound, as
/// `histogram_quantile` of Prometheus reads buckets.
pub(super) fn observed(before: &Buckets, now: &Buckets) -> Vec<Observed> {
    // Without a bound nothing is known of the values but how many there are.
    if !now.values().any(|(bound, _)| bound.is_finite()) {
        return Vec::new();
    }
    let both: Vec<(f64, Option<f64>, f64)> =
        now.iter().map(|(key, (bound, now))| (*bound, counted_at(before, *key), *now)).collect();
    let has_fallen = |(key, (_, before)): (&u64, &(f64, f64))| counted_at(now, *key).is_some_and(|now| now < *before);
    let has_restarted =
        both.iter().any(|(_, before, now)| before.is_some_and(|before| *now < before)) || before.iter().any(has_fallen);
    let mut buckets = Vec::with_capacity(both.len());
    let (mut low, mut counted) = (None, 0.0_f64);
    for (bound, before, now) in both {
        let up_to = match before {
            _ if has_restarted => now,
            Some(before) => now - before,
            // Nobody knows how many there were at this bound: it takes part in the bucket around it.
            None => continue,
        };
        let from = low.unwrap_or(if bound.is_finite() { bound.min(0.0) } else { 0.0 });
        let to = if bound.is_finite() { bound } else { from };
        // Counts that are no whole numbers are rounded so that their sum stays right.
        buckets.push((from, to, whole(up_to.max(counted)).saturating_sub(whole(counted))));
        counted = counted.max(up_to);
        low = Some(to);
    }
    spread(&buckets)
}

/// How many lay at or below a bound. One that was not told is known all the same where nothing lay around it.
fn counted_at(buckets: &Buckets, key: u64) -> Option<f64> {
    let below = buckets.range(..=key).next_back();
    if let Some((_, (_, count))) = below.filter(|(known, _)| **known == key) {
        return Some(*count);
    }
    let below = below.map_or(0.0, |(_, (_, count))| *count);
    let above = buckets.range(key..).next().map_or(below, |(_, (_, count))| *count);
    (above <= below).then_some(below)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts are not negative, and far below 2^53"
)]
fn whole(count: f64) -> u64 {
    count.round().clamp(0.0, MOST_COUNTED) as u64
}

/// Each observation as a point in the middle of its share of its bucket; of more than [`MOST_POINTS`] each point stands for
/// several, and their weights are as many as were counted.
fn spread(buckets: &[(f64, f64, u64)]) -> Vec<Observed> {
    let counts: Vec<u64> = buckets.iter().map(|(.., inside)| *inside).collect();
    let mut all = Vec::new();
    for ((low, high, inside), points) in buckets.iter().zip(apportioned(&counts)) {
        for number in 0..points {
            let (from, to) = (share(*inside, number, points), share(*inside, number + 1, points));
            let middle = f64::midpoint(weight_f64(from), weight_f64(to)) / weight_f64(*inside);
            all.push(Observed { value: low + (high - low) * middle, weight: to.saturating_sub(from) });
        }
    }
    all
}

/// The first `number` of as many equal parts as there are points.
fn share(inside: u64, number: u64, points: u64) -> u64 {
    let share = u128::from(inside) * u128::from(number) / u128::from(points.max(1));
    u64::try_from(share).unwrap_or(u64::MAX)
}

/// How many points each bucket gets: as many as it holds while they are few, else a share of [`MOST_POINTS`] by the largest
/// remainders, and at least one.
fn apportioned(counts: &[u64]) -> Vec<u64> {
    let most = MOST_POINTS as u64;
    let total = counts.iter().fold(0_u64, |total, count| total.saturating_add(*count));
    if total <= most {
        return counts.to_vec();
    }
    let quota = |count: u64| weight_f64(count) * as_f64(MOST_POINTS) / weight_f64(total);
    let mut points: Vec<u64> =
        counts.iter().map(|count| whole(quota(*count).floor()).max(u64::from(*count > 0))).collect();
    let rest = |place: &usize, points: &[u64]| quota(counts[*place]) - weight_f64(points[*place]);
    loop {
        let sum: u64 = points.iter().sum();
        let places = 0..points.len();
        let by_rest = |one: &usize, other: &usize| rest(one, &points).total_cmp(&rest(other, &points));
        let found = match sum.cmp(&most) {
            Ordering::Less => {
                places.filter(|place| points[*place] < counts[*place]).max_by(by_rest).map(|place| (place, 1))
            }
            Ordering::Greater => places.filter(|place| points[*place] > 1).min_by(by_rest).map(|place| (place, -1)),
            Ordering::Equal => None,
        };
        let Some((place, step)) = found else { break };
        points[place] = points[place].saturating_add_signed(step);
    }
    points
}
