//! Sums that are correctly rounded, so that neither order nor grouping of the numbers matters.
//!
//! A sum is kept as floats that do not overlap and whose exact sum it is (Shewchuk, "Adaptive Precision Floating-Point Arithmetic and
//! Fast Robust Geometric Predicates", 1997); the total is the float nearest to it, ties to even, as Python's `math.fsum` gives it.

/// The exact sum of finite numbers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ExactSum {
    /// By growing magnitude; no two overlap.
    partials: Vec<f64>,
}

impl ExactSum {
    /// The parts to store: adding them gives the sum again.
    pub fn parts(&self) -> &[f64] {
        &self.partials
    }

    /// Adds a number. One that is not finite, and a sum that leaves the range of numbers, make the total not finite for good.
    pub fn add(&mut self, value: f64) {
        let mut x = value;
        let mut kept = 0;
        for place in 0..self.partials.len() {
            let Some(mut y) = self.partials.get(place).copied() else { break };
            if x.abs() < y.abs() {
                std::mem::swap(&mut x, &mut y);
            }
            let high = x + y;
            let low = y - (high - x);
            if low != 0.0
                && let Some(partial) = self.partials.get_mut(kept)
            {
                *partial = low;
                kept += 1;
            }
            x = high;
        }
        self.partials.truncate(kept);
        self.partials.push(x);
    }

    /// Adds a number as often as it was observed.
    pub fn add_times(&mut self, value: f64, times: u64) {
        if times == 1 {
            return self.add(value);
        }
        // The product of two floats is the sum of two: each half of the count is exact, and so is what the product leaves out.
        for part in [times >> 32 << 32, times & 0xffff_ffff] {
            #[expect(clippy::cast_precision_loss, reason = "32 bits each")]
            let part = part as f64;
            let product = value * part;
            self.add(product);
            self.add(value.mul_add(part, -product));
        }
    }

    /// Adds another sum.
    pub fn merge(&mut self, other: &Self) {
        for partial in &other.partials {
            self.add(*partial);
        }
    }

    /// The sum as the nearest float; zero of nothing.
    pub fn total(&self) -> f64 {
        let mut partials = self.partials.iter().rev().copied();
        let Some(mut high) = partials.next() else { return 0.0 };
        let mut low = 0.0;
        while let Some(next) = partials.next() {
            let before = high;
            high = before + next;
            low = next - (high - before);
            if low != 0.0 {
                // Exactly half way, what is still left decides in which direction to round.
                if let Some(further) = partials.next()
                    && ((low < 0.0 && further < 0.0) || (low > 0.0 && further > 0.0))
                {
                    let twice = low * 2.0;
                    let rounded = high + twice;
                    if twice == rounded - high {
                        high = rounded;
                    }
                }
                break;
            }
        }
        // Negative zero is no other sum than zero.
        high + 0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(values: &[f64]) -> f64 {
        let mut sum = ExactSum::default();
        values.iter().for_each(|value| sum.add(*value));
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
        ] {
            assert_eq!(sum(&values).to_bits(), expected.to_bits(), "{values:?}");
        }
    }

    #[test]
    fn a_number_many_times_is_the_number_added_as_often() {
        let mut times = ExactSum::default();
        times.add_times(0.1, 1_000_003);
        let mut each = ExactSum::default();
        (0..1_000_003).for_each(|_| each.add(0.1));
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
        one.iter().for_each(|value| grouped.add(*value));
        other.iter().for_each(|value| rest.add(*value));
        rest.merge(&grouped);
        assert_eq!(sum(&values).to_bits(), sum(&reversed).to_bits());
        assert_eq!(sum(&values).to_bits(), rest.total().to_bits());
    }
}
