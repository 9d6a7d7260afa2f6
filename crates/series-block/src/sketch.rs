//! Quantiles of many values from few numbers: `DDSketch` (Masson, Rim & Lee, VLDB 2019) with linearly interpolated bins.
//!
//! A bin holds the values that share sign, exponent and the first six bits of the fraction, so that 64 bins cover a doubling and
//! finding one takes no logarithm, whose last bit differs between machines. A bin's estimate errs by at most 1/129.

/// The greatest relative error of a quantile above the collapsed bins: 1/129. Magnitudes below 2.3e-308 have none.
pub const RELATIVE_ERROR: f64 = 1.0 / 129.0;

/// The most bins, as in the paper. Where more are needed the lowest become one, so that high quantiles stay good.
pub const MOST_BINS: usize = 2_048;

/// Bits of a float below its sign, exponent and six bits of its fraction.
const DROPPED_BITS: u32 = 46;

/// Counts of values by bin, the lowest bin first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sketch {
    bins: Vec<(i32, u64)>,
}

impl Sketch {
    /// A sketch of stored bins; None unless they ascend, hold something and are not too many.
    pub(crate) fn from_bins(bins: Vec<(i32, u64)>) -> Option<Self> {
        let ascending = bins.windows(2).all(|pair| pair[0].0 < pair[1].0);
        let possible = |&(bin, count): &(i32, u64)| count > 0 && bin.unsigned_abs() <= bin_of(f64::MAX).unsigned_abs();
        let sound = ascending && bins.len() <= MOST_BINS && bins.iter().all(possible);
        sound.then_some(Self { bins })
    }

    /// The bins to store.
    pub(crate) fn bins(&self) -> &[(i32, u64)] {
        &self.bins
    }

    /// How many values it has seen.
    pub fn count(&self) -> u64 {
        self.bins.iter().fold(0, |sum, &(_, count)| sum.saturating_add(count))
    }

    /// Adds a finite value.
    pub fn add(&mut self, value: f64) {
        let bin = bin_of(value);
        match self.bins.binary_search_by_key(&bin, |&(known, _)| known) {
            Ok(index) => self.bins[index].1 += 1,
            Err(index) => {
                self.bins.insert(index, (bin, 1));
                self.collapse();
            }
        }
    }

    /// Adds what another one has seen: the same as if this one had seen it all, in any order.
    pub fn merge(&mut self, other: &Self) {
        let mut merged: Vec<(i32, u64)> = Vec::with_capacity(self.bins.len() + other.bins.len());
        let (mut mine, mut theirs) = (self.bins.iter().peekable(), other.bins.iter().peekable());
        loop {
            let take_mine = match (mine.peek(), theirs.peek()) {
                (Some(one), Some(two)) => one.0 <= two.0,
                (one, None) if one.is_some() => true,
                (_, Some(_)) => false,
                _ => break,
            };
            let Some(&(bin, count)) = (if take_mine { mine.next() } else { theirs.next() }) else { break };
            match merged.last_mut() {
                Some(last) if last.0 == bin => last.1 = last.1.saturating_add(count),
                _ => merged.push((bin, count)),
            }
        }
        self.bins = merged;
        self.collapse();
    }

    /// The value of the rank `floor(share * (count - 1))`, ranks from 0, with the relative error [`RELATIVE_ERROR`]; `share` is cut
    /// to 0 to 1. None for no values.
    pub fn quantile(&self, share: f64) -> Option<f64> {
        let rank = rank_of(share, self.count().checked_sub(1)?);
        let mut seen = 0;
        for &(bin, count) in &self.bins {
            seen += count;
            if seen > rank {
                return Some(estimate(bin));
            }
        }
        None
    }

    fn collapse(&mut self) {
        let Some(over) = self.bins.len().checked_sub(MOST_BINS).filter(|over| *over > 0) else { return };
        let collapsed: u64 = self.bins.drain(..over).fold(0, |sum, (_, count)| sum.saturating_add(count));
        if let Some(lowest) = self.bins.first_mut() {
            lowest.1 = lowest.1.saturating_add(collapsed);
        }
    }
}

/// The rank of a share of ranks 0 to `highest`.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rank among more than 2^53 values may be off by a few"
)]
fn rank_of(share: f64, highest: u64) -> u64 {
    ((share.clamp(0.0, 1.0) * highest as f64) as u64).min(highest)
}

/// The bin of a value: 0 for zero, greater for greater values.
pub(crate) fn bin_of(value: f64) -> i32 {
    if value == 0.0 {
        return 0;
    }
    // 17 bits are left of a positive float.
    let magnitude = i32::try_from(value.abs().to_bits() >> DROPPED_BITS).unwrap_or(i32::MAX - 1) + 1;
    if value < 0.0 { -magnitude } else { magnitude }
}

/// The number with the least relative distance to both ends of a bin.
fn estimate(bin: i32) -> f64 {
    let Some(index) = bin.unsigned_abs().checked_sub(1) else { return 0.0 };
    let low = f64::from_bits(u64::from(index) << DROPPED_BITS);
    let step = f64::from(index & 63);
    // From low * 2 * high / (low + high), as high / low is (65 + step) / (64 + step).
    let middle = low * ((130.0 + 2.0 * step) / (129.0 + 2.0 * step));
    if bin < 0 { -middle } else { middle }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sketch_of(values: &[f64]) -> Sketch {
        let mut sketch = Sketch::default();
        for &value in values {
            sketch.add(value);
        }
        sketch
    }

    #[test]
    fn edges_have_estimates() {
        assert_eq!(Sketch::default().quantile(0.5), None);
        let extremes = sketch_of(&[f64::MAX, -f64::MAX, 0.0, -0.0]);
        assert_eq!(extremes.quantile(0.5), Some(0.0));
        assert!((extremes.quantile(1.0).unwrap() / f64::MAX - 1.0).abs() <= RELATIVE_ERROR);
        assert!((extremes.quantile(-3.0).unwrap() / f64::MAX + 1.0).abs() <= RELATIVE_ERROR);
    }

    #[test]
    fn size_is_bounded_and_high_quantiles_stay_good() {
        let values: Vec<f64> = (0..10_000).map(|index| 1.01_f64.powi(index % 5_000)).collect();
        let mut ordered = values.clone();
        ordered.sort_by(f64::total_cmp);
        let sketch = sketch_of(&values);
        assert_eq!(sketch.bins.len(), MOST_BINS);
        assert_eq!(sketch.count(), 10_000);
        let exact = ordered[9_499];
        assert!((sketch.quantile(0.95).unwrap() / exact - 1.0).abs() <= RELATIVE_ERROR);
        let (left, right) = values.split_at(3_333);
        let mut merged = sketch_of(right);
        merged.merge(&sketch_of(left));
        assert_eq!(merged, sketch);
    }

    proptest! {
        #[test]
        fn quantiles_err_by_less_than_a_hundredth(
            mut values in prop::collection::vec(prop_oneof![-1e9..1e9_f64, -1.0..1.0_f64, Just(0.0)], 1..200),
            share in 0.0..=1.0_f64,
        ) {
            let found = sketch_of(&values).quantile(share).unwrap();
            values.sort_by(f64::total_cmp);
            let exact = values[usize::try_from(rank_of(share, values.len() as u64 - 1)).unwrap()];
            prop_assert!((found - exact).abs() <= exact.abs() * RELATIVE_ERROR * (1.0 + 1e-12), "{} {}", found, exact);
        }

        #[test]
        fn merging_is_as_having_seen_it_all(
            values in prop::collection::vec(-1e3..1e3_f64, 0..200),
            cut in 0_usize..200,
        ) {
            let (left, right) = values.split_at(cut.min(values.len()));
            let mut merged = sketch_of(left);
            merged.merge(&sketch_of(right));
            prop_assert_eq!(merged, sketch_of(&values));
        }

        #[test]
        fn greater_values_have_no_lower_bin(left in any::<f64>(), right in any::<f64>()) {
            if left <= right && left.is_finite() && right.is_finite() {
                prop_assert!(bin_of(left) <= bin_of(right));
            }
        }
    }
}
