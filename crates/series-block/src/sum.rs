//! A sum that does not depend on how its numbers were grouped.
//!
//! Kept as two floats whose exact sum it is, added with Knuth's `TwoSum` (The Art of Computer Programming 2, 4.2.2). Nothing is lost
//! as long as the whole fits into 105 bits: numbers of 53 bits whose magnitudes, their number included, lie within a factor of
//! 2^52. Then minutes added to an hour give the hour's own sum, bit for bit. Beyond that the relative error is about 2^-100 of the
//! sum of magnitudes.

/// The sum of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Sum {
    high: f64,
    low: f64,
}

impl Sum {
    /// A sum that was stored as its two parts; None if they are no such parts.
    pub(crate) fn from_parts(high: f64, low: f64) -> Option<Self> {
        if high.is_nan() || !low.is_finite() {
            return None;
        }
        Some(Self { high, low })
    }

    /// The parts to store.
    pub(crate) fn parts(self) -> (f64, f64) {
        (self.high, self.low)
    }

    /// The sum as the nearest number; infinite once it has left the range of numbers, whatever was added later.
    pub fn total(self) -> f64 {
        self.high
    }

    /// Adds a finite number.
    pub fn add(&mut self, value: f64) {
        self.merge(Self { high: value, low: 0.0 });
    }

    /// Adds another sum.
    pub fn merge(&mut self, other: Self) {
        if self.high.is_infinite() {
            return;
        }
        let (high, error) = two_sum(self.high, other.high);
        if !high.is_finite() {
            // Where the other sum is infinite, or both together are: the sign is the one that `high` has.
            *self = Self { high, low: 0.0 };
            return;
        }
        let (low, low_error) = two_sum(self.low, other.low);
        let (high, error) = two_sum(high, error + low);
        let (high, low) = two_sum(high, error + low_error);
        // Negative zero is the sum of nothing else than negative zeros; grouping must not decide its sign.
        *self = if high.is_finite() { Self { high: high + 0.0, low: low + 0.0 } } else { Self { high, low: 0.0 } };
    }
}

/// The rounded sum and what rounding left out.
fn two_sum(left: f64, right: f64) -> (f64, f64) {
    let sum = left + right;
    let rounded_right = sum - left;
    let rounded_left = sum - rounded_right;
    (sum, (left - rounded_left) + (right - rounded_right))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sum_of(values: &[f64]) -> Sum {
        let mut sum = Sum::default();
        for &value in values {
            sum.add(value);
        }
        sum
    }

    #[test]
    fn what_plain_addition_loses_is_kept() {
        assert_eq!(sum_of(&[1e16, 1.0, -1e16]).total().to_bits(), 1.0_f64.to_bits());
        assert_eq!(sum_of(&[0.1; 10]).total().to_bits(), 1.0_f64.to_bits());
        assert_eq!(sum_of(&[-0.0, -0.0]).total().to_bits(), 0.0_f64.to_bits());
    }

    #[test]
    fn a_sum_that_leaves_the_numbers_stays_infinite() {
        let sum = sum_of(&[f64::MAX, f64::MAX, -f64::MAX, -f64::MAX]);
        assert_eq!(sum.total().to_bits(), f64::INFINITY.to_bits());
        let mut merged = sum_of(&[1.0]);
        merged.merge(sum);
        assert_eq!(merged.total().to_bits(), f64::INFINITY.to_bits());
    }

    proptest! {
        #[test]
        fn grouping_does_not_matter(
            values in prop::collection::vec(prop_oneof![-1e6..1e6_f64, 0.001..1.0_f64, Just(-0.0)], 1..100),
            cut in 0_usize..100,
        ) {
            let (left, right) = values.split_at(cut.min(values.len()));
            let mut merged = sum_of(left);
            merged.merge(sum_of(right));
            let mut other_way = sum_of(right);
            other_way.merge(sum_of(left));
            let bits = |sum: Sum| (sum.high.to_bits(), sum.low.to_bits());
            prop_assert_eq!(bits(merged), bits(sum_of(&values)));
            prop_assert_eq!(bits(other_way), bits(sum_of(&values)));
        }

        #[test]
        fn whole_numbers_are_summed_exactly(values in prop::collection::vec(any::<i32>(), 0..100)) {
            let exact: i64 = values.iter().map(|&value| i64::from(value)).sum();
            let floats: Vec<f64> = values.into_iter().map(f64::from).collect();
            #[expect(clippy::cast_precision_loss, reason = "a hundred 32-bit numbers stay below 2^53")]
            let expected = exact as f64;
            prop_assert_eq!(sum_of(&floats).total().to_bits(), expected.to_bits());
        }
    }
}
