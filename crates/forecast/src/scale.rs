//! Values mapped to the range from -1 to 1, so that every tolerance of the arithmetic is relative to the series.

/// A range below this share of the greatest value is the rounding of the input, not a change.
const ROUNDING: f64 = 1e-12;

/// The map between a series and the range from -1 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    middle: f64,
    half_range: f64,
}

impl Scale {
    /// The map for `values`, which are finite; `None` where they do not vary.
    pub fn of(values: &[f64]) -> Option<Self> {
        let lowest = values.iter().copied().fold(f64::INFINITY, f64::min);
        let highest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        // Halves first: the range itself may be greater than the greatest number.
        let (middle, half_range) = (lowest / 2.0 + highest / 2.0, highest / 2.0 - lowest / 2.0);
        let varies = half_range.is_normal() && half_range > ROUNDING * lowest.abs().max(highest.abs());
        varies.then_some(Self { middle, half_range })
    }

    /// From the series to the range from -1 to 1.
    pub fn inward(self, value: f64) -> f64 {
        (value - self.middle) / self.half_range
    }

    /// Back to the series; never infinite.
    pub fn outward(self, scaled: f64) -> f64 {
        (self.middle + scaled * self.half_range).clamp(f64::MIN, f64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_of_a_series_become_minus_one_and_one() {
        for (low, high) in [(0.0, 10.0), (-1e308, 1.7e308), (99.9, 100.0), (1e-300, 1e-299)] {
            let scale = Scale::of(&[low, high, low]).unwrap();
            assert!((scale.inward(low) + 1.0).abs() < 1e-9 && (scale.inward(high) - 1.0).abs() < 1e-9);
            assert!((scale.outward(-1.0) / low - 1.0).abs() < 1e-9 || low == 0.0);
            assert!(scale.outward(1e10).is_finite() && scale.outward(-1e10).is_finite());
        }
    }

    #[test]
    fn what_does_not_vary_has_no_scale() {
        for values in [&[][..], &[5.0, 5.0], &[0.0, -0.0], &[0.3, 0.1 + 0.2], &[1e15, 1e15 + 0.125]] {
            assert_eq!(Scale::of(values), None, "{values:?}");
        }
    }
}
