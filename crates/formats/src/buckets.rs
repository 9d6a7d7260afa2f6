//! Histograms of any kind as classic cumulative buckets: upper bounds (`le`), each with how many observations lie at or below it.
//!
//! | kind | bounds |
//! | --- | --- |
//! | explicit (`OpenTelemetry`), custom (Prometheus' schema -53) | as they are written |
//! | exponential (`OpenTelemetry`), native (Prometheus) | both edges of every filled bucket, of at most [`MOST_FILLED`]; more are merged, two by two |
//!
//! <https://opentelemetry.io/docs/specs/otel/metrics/data-model/#exponentialhistogram> and
//! <https://prometheus.io/docs/specs/native_histograms/>. Between two bounds nothing is known: merging makes them wider, never wrong.

use std::borrow::Cow;

/// How many filled buckets an exponential histogram keeps at most.
pub(crate) const MOST_FILLED: usize = 80;

/// How many buckets a histogram may have at most, filled or not.
const MOST_BOUNDS: usize = 1_000;

/// Upper bounds in ascending order with cumulative counts; the last bound is infinite.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Buckets(pub(crate) Vec<(f64, f64)>);

/// The buckets of one sign of an exponential histogram: index and count. The bucket `index` reaches from `base^index` to
/// `base^(index + 1)`.
pub(crate) type Filled = Vec<(i64, f64)>;

/// An exponential histogram.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Exponential {
    /// `base` is 2 to the power of 2 to the power of minus `scale`.
    pub(crate) scale: i64,
    pub(crate) zero_count: f64,
    pub(crate) zero_threshold: f64,
    pub(crate) positive: Filled,
    pub(crate) negative: Filled,
}

/// What is wrong with buckets, and what would be right.
pub(crate) type Misshapen = (&'static str, &'static str);

const COUNTS: Misshapen =
    ("the histogram's count is not that of its buckets", "a count that is the sum of those of the buckets");
const TOO_MANY: Misshapen = (
    "the histogram counts more than 9,007,199,254,740,992 observations, which is not exact any more",
    "a count up to 9,007,199,254,740,992",
);

/// How many observations can be counted exactly.
const MOST_COUNTED: f64 = 9_007_199_254_740_992.0;

impl Buckets {
    /// Bounds with counts that are not cumulative; one more count than bounds. Without counts there are no buckets.
    pub(crate) fn explicit(bounds: &[f64], counts: &[f64], count: Option<f64>) -> Result<Self, Misshapen> {
        if counts.is_empty() && bounds.is_empty() {
            return Ok(Self::default());
        }
        if counts.len() != bounds.len() + 1 {
            return Err(("the histogram's bounds and counts do not fit together", "one more count than bounds"));
        }
        if bounds.len() > MOST_BOUNDS {
            return Err(("the histogram has more than 1,000 bounds", "fewer bounds"));
        }
        let is_ascending = bounds.is_sorted_by(|one, next| one < next);
        // A last bound may be written that is infinite.
        let finite = bounds.strip_suffix(&[f64::INFINITY]).unwrap_or(bounds);
        if !is_ascending || finite.iter().any(|bound| !bound.is_finite()) {
            return Err(("the histogram's bounds do not ascend", "finite bounds, each greater than the one before"));
        }
        check_counts(counts.iter().copied())?;
        let mut so_far = 0.0;
        let mut all: Vec<(f64, f64)> = Vec::with_capacity(counts.len());
        for (bound, inside) in bounds.iter().copied().chain([f64::INFINITY]).zip(counts) {
            so_far += inside;
            match all.last_mut().filter(|(last, _)| last.total_cmp(&bound).is_eq()) {
                Some((_, known)) => *known = so_far,
                None => all.push((bound, so_far)),
            }
        }
        match count {
            _ if so_far > MOST_COUNTED => Err(TOO_MANY),
            Some(count) if (count - so_far).abs() > 1e-6 * count.abs().max(1.0) => Err(COUNTS),
            _ => Ok(Self(all)),
        }
    }

    /// Both edges of every filled bucket. What is counted and lies in no bucket lies at or below infinity alone; only observations that
    /// are no number do, so that whoever `has_nan` may have such.
    pub(crate) fn exponential(histogram: Exponential, count: Option<f64>, has_nan: bool) -> Result<Self, Misshapen> {
        let Exponential { mut scale, zero_count, zero_threshold, mut positive, mut negative } = histogram;
        if !(-10..=20).contains(&scale) {
            return Err(("the histogram's scale is not known", "a scale between -10 and 20"));
        }
        if !(zero_threshold >= 0.0 && zero_threshold.is_finite()) {
            return Err(("the histogram's threshold of zero is no width", "a finite number that is not negative"));
        }
        check_counts(positive.iter().chain(&negative).map(|(_, count)| *count).chain([zero_count]))?;
        for filled in [&mut positive, &mut negative] {
            filled.retain(|(_, count)| *count > 0.0);
            filled.sort_by_key(|(index, _)| *index);
        }
        while positive.len() + negative.len() > MOST_FILLED && scale > -10 {
            merge(&mut positive);
            merge(&mut negative);
            scale -= 1;
        }
        let edge = |index: i64| edge(scale, index);
        let mut cumulative = Cumulative::default();
        for (index, count) in negative.iter().rev() {
            cumulative.bucket(-edge(index + 1), -edge(*index), *count);
        }
        if zero_count > 0.0 {
            cumulative.bucket(-zero_threshold, zero_threshold, zero_count);
        }
        for (index, count) in &positive {
            // The bucket of zero may reach into the first one.
            cumulative.bucket(edge(*index).max(zero_threshold), edge(index + 1), *count);
        }
        let Cumulative { mut all, so_far } = cumulative;
        let total = count.unwrap_or(so_far);
        let beyond = total - so_far;
        let rounding = 1e-6 * total.abs().max(1.0);
        if total > MOST_COUNTED || so_far > MOST_COUNTED {
            return Err(TOO_MANY);
        }
        if beyond < -rounding || (beyond > rounding && !has_nan) || beyond.is_nan() {
            return Err(COUNTS);
        }
        all.push((f64::INFINITY, total.max(so_far)));
        Ok(Self(all))
    }

    /// Intervals in ascending order, each with its count, as Prometheus answers them.
    pub(crate) fn intervals(intervals: &[(f64, f64, f64)], count: f64) -> Self {
        let mut cumulative = Cumulative::default();
        for (from, to, inside) in intervals.iter().filter(|(.., inside)| *inside > 0.0) {
            if from.is_finite() {
                cumulative.at(*from);
            }
            cumulative.so_far += inside;
            if to.is_finite() {
                cumulative.at(*to);
            }
        }
        let Cumulative { mut all, so_far } = cumulative;
        all.push((f64::INFINITY, count.max(so_far)));
        Self(all)
    }

    /// The bounds as `le` has them, with their counts.
    pub(crate) fn labelled(&self) -> impl Iterator<Item = (Cow<'static, str>, f64)> {
        self.0.iter().map(|(bound, count)| (bound_text(*bound), *count))
    }
}

/// A bound as Prometheus writes it.
pub fn bound_text(bound: f64) -> Cow<'static, str> {
    if bound.is_infinite() {
        return Cow::Borrowed(if bound > 0.0 { "+Inf" } else { "-Inf" });
    }
    // There is one zero.
    let bound = bound + 0.0;
    let is_plain = bound == 0.0 || (1e-6..1e15).contains(&bound.abs());
    Cow::Owned(if is_plain { bound.to_string() } else { format!("{bound:e}") })
}

fn check_counts(mut counts: impl Iterator<Item = f64>) -> Result<(), Misshapen> {
    if counts.all(|count| count >= 0.0 && count.is_finite()) {
        return Ok(());
    }
    Err(("a bucket of the histogram holds no count", "counts that are not negative"))
}

/// The lower edge of a bucket; finite, whatever its index.
fn edge(scale: i64, index: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "indexes are far below 2^53")]
    let exponent = index as f64 * (-scale as f64).exp2();
    exponent.exp2().min(f64::MAX)
}

/// Each two buckets become one, which is the next lower scale.
fn merge(filled: &mut Filled) {
    for (index, _) in filled.iter_mut() {
        *index >>= 1;
    }
    filled.dedup_by(|later, earlier| {
        let is_same = later.0 == earlier.0;
        if is_same {
            earlier.1 += later.1;
        }
        is_same
    });
}

#[derive(Default)]
struct Cumulative {
    all: Vec<(f64, f64)>,
    so_far: f64,
}

impl Cumulative {
    fn bucket(&mut self, from: f64, to: f64, count: f64) {
        self.at(from);
        self.so_far += count;
        self.at(to);
    }

    /// How many there are up to a bound, which is not before the last one.
    fn at(&mut self, bound: f64) {
        let so_far = self.so_far;
        match self.all.last_mut() {
            // Edges of neighbours are the same number up to rounding.
            Some((last, known)) if bound <= *last => *known = so_far,
            _ => self.all.push((bound, so_far)),
        }
    }
}

/// The indexes and counts of buckets that lie one beside the other.
pub(crate) fn dense(offset: i64, counts: impl IntoIterator<Item = f64>) -> Filled {
    (0_i64..).map(|place| offset.saturating_add(place)).zip(counts).filter(|(_, count)| *count != 0.0).collect()
}

/// The indexes and counts of spans as Prometheus writes them: how many buckets each leaves out, and how many it has. Its bucket
/// `index` ends where ours begins. `None` where spans and counts do not fit together.
pub(crate) fn sparse(spans: &[(i64, u64)], counts: &[f64]) -> Option<Filled> {
    let places: u64 = spans.iter().map(|(_, length)| *length).fold(0, u64::saturating_add);
    if places != counts.len() as u64 {
        return None;
    }
    let (mut index, mut filled, mut counts) = (0_i64, Vec::with_capacity(counts.len()), counts.iter());
    for (offset, length) in spans {
        index = index.saturating_add(*offset);
        for count in counts.by_ref().take(usize::try_from(*length).ok()?) {
            filled.push((index - 1, *count));
            index = index.saturating_add(1);
        }
    }
    Some(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(buckets: &Buckets) -> Vec<String> {
        buckets.labelled().map(|(bound, count)| format!("{bound}:{count}")).collect()
    }

    #[test]
    fn explicit_counts_become_cumulative() {
        let inf = f64::INFINITY;
        for (bounds, counts, count, expected) in [
            (vec![0.1, 0.5], vec![3.0, 2.0, 1.0], Some(6.0), Ok(vec!["0.1:3", "0.5:5", "+Inf:6"])),
            (vec![0.1, inf], vec![3.0, 2.0, 0.0], None, Ok(vec!["0.1:3", "+Inf:5"])),
            (vec![], vec![4.0], Some(4.0), Ok(vec!["+Inf:4"])),
            (vec![], vec![], Some(4.0), Ok(vec![])),
            (vec![0.1], vec![3.0], None, Err("bounds and counts")),
            (vec![0.5, 0.1], vec![1.0, 1.0, 1.0], None, Err("do not ascend")),
            (vec![f64::NAN], vec![1.0, 1.0], None, Err("do not ascend")),
            (vec![0.1], vec![1.0, -1.0], None, Err("no count")),
            (vec![0.1], vec![1.0, 1.0], Some(7.0), Err("is not that of its buckets")),
            (vec![0.1], vec![9e15, 9e15], None, Err("more than 9,007,199,254,740,992")),
            (vec![0.1], vec![1e15, 1.0], None, Ok(vec!["0.1:1000000000000000", "+Inf:1000000000000001"])),
        ] {
            match (Buckets::explicit(&bounds, &counts, count), expected) {
                (Ok(buckets), Ok(expected)) => assert_eq!(told(&buckets), expected),
                (Err((detail, _)), Err(expected)) => assert!(detail.contains(expected), "{detail}"),
                (found, _) => panic!("{bounds:?} {counts:?}: {found:?}"),
            }
        }
    }

    #[test]
    fn exponential_buckets_have_the_edges_of_what_is_filled() {
        // Scale 0 has the base 2, scale 1 its square root, scale -1 four.
        for (scale, positive, expected) in [
            (0, vec![(0, 2.0), (1, 3.0)], vec!["1:0", "2:2", "4:5", "+Inf:5"]),
            (0, vec![(-2, 1.0), (3, 1.0)], vec!["0.25:0", "0.5:1", "8:1", "16:2", "+Inf:2"]),
            (-1, vec![(0, 1.0), (1, 1.0)], vec!["1:0", "4:1", "16:2", "+Inf:2"]),
            (1, vec![(2, 1.0)], vec!["2:0", "2.8284271247461903:1", "+Inf:1"]),
        ] {
            let histogram = Exponential { scale, positive, ..Exponential::default() };
            assert_eq!(told(&Buckets::exponential(histogram, None, false).unwrap()), expected);
        }
        let both = Exponential {
            scale: 0,
            zero_count: 4.0,
            zero_threshold: 0.5,
            positive: vec![(0, 1.0)],
            negative: vec![(0, 2.0), (2, 1.0)],
        };
        assert_eq!(
            told(&Buckets::exponential(both, Some(9.0), true).unwrap()),
            ["-8:0", "-4:1", "-2:1", "-1:3", "-0.5:3", "0.5:7", "1:7", "2:8", "+Inf:9"]
        );
        let zero = Exponential { zero_count: 4.0, ..Exponential::default() };
        assert_eq!(told(&Buckets::exponential(zero.clone(), None, false).unwrap()), ["0:4", "+Inf:4"]);
        assert_eq!(Buckets::exponential(zero.clone(), Some(3.0), true), Err(COUNTS));
        // Only what is no number lies in no bucket.
        assert_eq!(Buckets::exponential(zero.clone(), Some(99.0), false), Err(COUNTS));
        assert_eq!(Buckets::exponential(Exponential { zero_count: 1e16, ..zero }, None, false), Err(TOO_MANY));
        assert!(Buckets::exponential(Exponential { scale: 21, ..Exponential::default() }, None, false).is_err());
    }

    #[test]
    fn more_filled_buckets_than_are_kept_are_merged_and_nothing_is_lost() {
        let positive: Filled = (0..160).map(|index| (index - 80, 1.0)).collect();
        let histogram = Exponential { scale: 3, positive, ..Exponential::default() };
        let Buckets(all) = Buckets::exponential(histogram, None, false).unwrap();
        assert_eq!(all.len(), 82);
        assert_eq!(all.last(), Some(&(f64::INFINITY, 160.0)));
        // A bound of the coarser scale is one of the finer, and holds the same.
        assert!(all.contains(&(1.0, 80.0)));
    }

    #[test]
    fn spans_are_taken_apart_as_prometheus_writes_them() {
        // Its bucket 0 ends at 1; here it begins at -1.
        assert_eq!(sparse(&[(0, 2), (1, 1)], &[1.0, 2.0, 3.0]), Some(vec![(-1, 1.0), (0, 2.0), (2, 3.0)]));
        assert_eq!(sparse(&[(-3, 1)], &[1.0]), Some(vec![(-4, 1.0)]));
        for (spans, counts) in [(vec![(0, 2)], vec![1.0]), (vec![], vec![1.0]), (vec![(0, u64::MAX)], vec![])] {
            assert_eq!(sparse(&spans, &counts), None);
        }
    }

    #[test]
    fn bounds_are_written_as_prometheus_writes_them() {
        for (bound, text) in
            [(1.0, "1"), (0.005, "0.005"), (-0.0, "0"), (1e-9, "1e-9"), (2.5e20, "2.5e20"), (-1.5, "-1.5")]
        {
            assert_eq!(bound_text(bound), text);
        }
    }
}
