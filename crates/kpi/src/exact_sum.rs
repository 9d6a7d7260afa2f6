//! Sums that are correctly rounded, so that neither order nor grouping of the numbers matters.
//!
//! A sum is kept as floats that do not overlap and whose exact sum it is (Shewchuk, "Adaptive Precision Floating-Point Arithmetic and
//! Fast Robust Geometric Predicates", 1997); the total is the float nearest to it, ties to even, as Python's `math.fsum` gives it.

/// Numbers from this magnitude on are kept apart and scaled down, so that no sum on the way leaves the range of floats: 2^800.
const HUGE: f64 = f64::from_bits((800 + 1_023) << 52);
/// 2^-200.
const SCALE: f64 = f64::from_bits((1_023 - 200) << 52);

/// The exact sum of finite numbers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ExactSum {
    /// By growing magnitude; no two overlap.
    partials: Vec<f64>,
    /// The same of huge numbers, scaled down.
    huge: Vec<f64>,
}

impl ExactSum {
    /// A sum of its stored parts, as [`ExactSum::parts`] gave them.
    pub fn from_parts(partials: Vec<f64>, huge: Vec<f64>) -> Self {
        Self { partials, huge }
    }

    /// The parts to store: of usual numbers, and of huge ones scaled down.
    pub fn parts(&self) -> (&[f64], &[f64]) {
        (&self.partials, &self.huge)
    }

    /// Adds a number. One that is not finite makes the total not finite for good.
    pub fn add(&mut self, value: f64) {
        if value.abs() < HUGE { grow(&mut self.partials, value) } else { grow(&mut self.huge, value * SCALE) }
    }

    /// Adds a number as often as it was observed.
    pub fn add_times(&mut self, value: f64, times: u64) {
        if times == 1 {
            return self.add(value);
        }
        let (partials, value) =
            if value.abs() < HUGE { (&mut self.partials, value) } else { (&mut self.huge, value * SCALE) };
        // The product of two floats is the sum of two: each half of the count is exact, and so is what the product leaves out.
        for part in [times >> 32 << 32, times & 0xffff_ffff] {
            #[expect(clippy::cast_precision_loss, reason = "32 bits each")]
            let part = part as f64;
            let product = value * part;
            grow(partials, product);
            grow(partials, value.mul_add(part, -product));
        }
    }

    /// Adds another sum.
    pub fn merge(&mut self, other: &Self) {
        for partial in &other.partials {
            grow(&mut self.partials, *partial);
        }
        for partial in &other.huge {
            grow(&mut self.huge, *partial);
        }
    }

    /// The sum as the nearest float; zero of nothing, infinite beyond the range of floats.
    pub fn total(&self) -> f64 {
        if self.huge.is_empty() {
            return rounded(&self.partials);
        }
        let scaled = rounded(&self.huge);
        if scaled.is_nan() {
            return scaled;
        }
        if scaled.abs() > f64::MAX * SCALE {
            return f64::INFINITY.copysign(scaled);
        }
        let mut all = self.partials.clone();
        for partial in &self.huge {
            grow(&mut all, *partial / SCALE);
        }
        rounded(&all)
    }
}

/// Adds a number to floats that do not overlap.
fn grow(partials: &mut Vec<f64>, value: f64) {
    // Whole numbers, and whatever else adds up without loss, stay one float.
    if let [only] = partials.as_mut_slice() {
        let sum = *only + value;
        let rounded = sum - *only;
        if (*only - (sum - rounded)) + (value - rounded) == 0.0 {
            *only = sum;
            return;
        }
    }
    let mut x = value;
    let mut kept = 0;
    for place in 0..partials.len() {
        let Some(mut y) = partials.get(place).copied() else { break };
        if x.abs() < y.abs() {
            std::mem::swap(&mut x, &mut y);
        }
        let high = x + y;
        let low = y - (high - x);
        if low != 0.0
            && let Some(partial) = partials.get_mut(kept)
        {
            *partial = low;
            kept += 1;
        }
        x = high;
    }
    partials.truncate(kept);
    partials.push(x);
}

/// The float nearest to the sum of floats that do not overlap, ties to even.
fn rounded(partials: &[f64]) -> f64 {
    let mut partials = partials.iter().rev().copied();
    let Some(mut high) = partials.next() else { return 0.0 };
    while let Some(next) = partials.next() {
        let before = high;
        high = before + next;
        let low = next - (high - before);
        if low != 0.0 {
            // Exactly half way, what is still left decides in which direction to round.
            if let Some(further) = partials.next()
                && ((low < 0.0 && further < 0.0) || (low > 0.0 && further > 0.0))
            {
                let twice = low * 2.0;
                let rounded = high + twice;
                if (rounded - high - twice).abs() <= 0.0 {
                    high = rounded;
                }
            }
            break;
        }
    }
    // Negative zero is no other sum than zero.
    high + 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(values: &[f64]) -> f64 {
        let mut sum = ExactSum::default();
        for value in values {
            sum.add(*value);
        }
        sum.total()
    }

    #[test]
    fn totals_are_those_of_fsum() {
        let tiny = f64::EPSILON / 2.0;
        for (values, expected) in [
            (vec![], 0.0),
            (vec![0.1; 10], 1.0),
            (vec![1e100, 1.0, -1e100, 1e-100, 1e50, -1.0, -1e50], 1e-100),
            (vec![1.0, tiny, tiny * tiny], 1.0 + f64::EPSILON),
            (vec![1.0, tiny, -tiny * tiny], 1.0),
            (vec![-0.0], 0.0),
            (vec![f64::MAX, f64::MAX, 1.0, -f64::MAX, -f64::MAX], 1.0),
            (vec![f64::MAX, f64::MAX, -f64::MAX], f64::MAX),
            (vec![f64::MAX, f64::MAX], f64::INFINITY),
        ] {
            assert_eq!(sum(&values).to_bits(), expected.to_bits(), "{values:?}");
        }
    }

    #[test]
    fn a_number_many_times_is_the_number_added_as_often() {
        let mut times = ExactSum::default();
        times.add_times(0.1, 1_000_003);
        let mut each = ExactSum::default();
        for _ in 0..1_000_003 {
            each.add(0.1);
        }
        assert_eq!(times.total().to_bits(), each.total().to_bits());
    }

    #[test]
    fn neither_order_nor_grouping_matters() {
        let values: Vec<f64> =
            (0..1_000).map(|n| f64::from(n * 7919 % 1009) * 1e-3 - 0.4).chain([1e16, -1e16]).collect();
        let mut reversed = values.clone();
        reversed.reverse();
        let (one, other) = values.split_at(333);
        let (mut grouped, mut rest) = (ExactSum::default(), ExactSum::default());
        for value in one {
            grouped.add(*value);
        }
        for value in other {
            rest.add(*value);
        }
        rest.merge(&grouped);
        assert_eq!(sum(&values).to_bits(), sum(&reversed).to_bits());
        assert_eq!(sum(&values).to_bits(), rest.total().to_bits());
    }
}
