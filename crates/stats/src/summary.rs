//! The summary of repeated measurements: location, range and how sure the median is.
//!
//! It takes the values as they are: nothing is trimmed, and no distribution is assumed.

/// The greatest share of samples whose interval may miss the true median.
const MISS_SHARE: f64 = 0.05;

/// What repeated measurements of one quantity say, in the unit of the values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Summary {
    /// How many values were summarised; at least 1.
    pub count: usize,
    /// The middle value, or the mean of the two middle ones.
    pub median: f64,
    /// The arithmetic mean.
    pub mean: f64,
    /// The smallest value.
    pub minimum: f64,
    /// The largest value.
    pub maximum: f64,
    /// Lower end of the median's 95 % interval; `None` below six values, where no such interval exists.
    pub median_low: Option<f64>,
    /// Upper end of the median's 95 % interval; `None` below six values, where no such interval exists.
    pub median_high: Option<f64>,
}

impl Summary {
    /// Summarises `values` in any order. `None` when there are none or one is not finite.
    ///
    /// The interval is the distribution-free one between two order statistics: the narrowest symmetric pair whose
    /// binomial coverage is at least 95 % (W. J. Conover, *Practical Nonparametric Statistics*, 3rd edition, 1999,
    /// section 3.2; H. A. David and H. N. Nagaraja, *Order Statistics*, 3rd edition, 2003, section 7.1). It assumes
    /// only that the values are independent and come from one distribution.
    pub fn of(values: &[f64]) -> Option<Self> {
        if values.iter().any(|value| !value.is_finite()) {
            return None;
        }
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let (minimum, maximum) = (*sorted.first()?, *sorted.last()?);
        let interval = median_interval_rank(sorted.len()).map(|rank| (sorted[rank - 1], sorted[sorted.len() - rank]));
        // Dividing before adding keeps the sum of very large values finite.
        let count = as_f64(sorted.len());
        let mean = sorted.iter().map(|value| value / count).sum::<f64>().clamp(minimum, maximum);
        Some(Self {
            count: sorted.len(),
            median: percentile(&sorted, 50.0)?,
            mean,
            minimum,
            maximum,
            median_low: interval.map(|(low, _)| low),
            median_high: interval.map(|(_, high)| high),
        })
    }
}

/// The value below which `percent` % of `sorted` lies, interpolated linearly between neighbours.
///
/// `sorted` is in ascending order, `percent` from 0 to 100. This is type 7 of R. J. Hyndman and Y. Fan, "Sample Quantiles
/// in Statistical Packages", *The American Statistician* 50 (1996), the default of R and `NumPy`: position
/// `(n - 1) * percent / 100`. `None` when there are no values or `percent` is outside its range.
pub fn percentile(sorted: &[f64], percent: f64) -> Option<f64> {
    if sorted.is_empty() || !(0.0..=100.0).contains(&percent) {
        return None;
    }
    let position = as_f64(sorted.len() - 1) * percent / 100.0;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the position lies between 0 and the length of a slice"
    )]
    let below = (position.floor() as usize).min(sorted.len() - 1);
    let above = (below + 1).min(sorted.len() - 1);
    let (low, high) = (sorted[below], sorted[above]);
    let weight = position - as_f64(below);
    // Weighing both ends, not adding a difference, stays finite and inside the two neighbours.
    Some((low * (1.0 - weight) + high * weight).clamp(low.min(high), high.max(low)))
}

/// The rank, counted from 1 at either end, between which the median's interval lies; `None` when `count` is too small.
fn median_interval_rank(count: usize) -> Option<usize> {
    // Logarithms, as 0.5 to the power of a large count is no longer a number.
    let mut log_probability = as_f64(count) * 0.5_f64.ln();
    let mut tail = 0.0;
    let mut rank = None;
    for successes in 0..count {
        tail += log_probability.exp();
        if 2.0 * tail > MISS_SHARE {
            break;
        }
        rank = Some(successes + 1);
        log_probability += (as_f64(count - successes) / as_f64(successes + 1)).ln();
    }
    rank
}

#[expect(clippy::cast_precision_loss, reason = "a slice has far fewer than 2^53 values")]
fn as_f64(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn interval_ranks_are_those_of_the_binomial_table() {
        // Count, rank; the coverage of each is 1 - 2 * P(Binomial(count, 1/2) < rank).
        let table = [
            (1, None),
            (5, None),
            (6, Some(1)),
            (8, Some(1)),
            (9, Some(2)),
            (10, Some(2)),
            (11, Some(2)),
            (12, Some(3)),
            (20, Some(6)),
            (25, Some(8)),
            (50, Some(18)),
            (100, Some(40)),
        ];
        for (count, rank) in table {
            assert_eq!(median_interval_rank(count), rank, "count {count}");
        }
    }

    #[test]
    fn interval_of_many_values_follows_the_normal_approximation() {
        let rank = median_interval_rank(10_000).unwrap();
        assert!((4901..=4903).contains(&rank), "{rank}");
    }

    #[test]
    fn percentile_interpolates_like_type_seven() {
        let sorted = [1.0, 2.0, 3.0, 4.0];
        let table = [(0.0, 1.0), (25.0, 1.75), (50.0, 2.5), (75.0, 3.25), (95.0, 3.85), (100.0, 4.0)];
        for (percent, expected) in table {
            let value = percentile(&sorted, percent).unwrap();
            assert!((value - expected).abs() < 1e-12, "{percent}: {value}");
        }
    }

    #[test]
    fn nothing_is_summarised_from_nothing_or_from_what_is_no_number() {
        assert_eq!(Summary::of(&[]), None);
        assert_eq!(Summary::of(&[1.0, f64::NAN]), None);
        assert_eq!(Summary::of(&[1.0, f64::INFINITY]), None);
        assert_eq!(percentile(&[], 50.0), None);
        assert_eq!(percentile(&[1.0], 100.1), None);
        assert_eq!(percentile(&[1.0], -0.1), None);
        assert_eq!(percentile(&[1.0], f64::NAN), None);
    }

    #[test]
    fn nine_values_give_the_second_and_the_eighth_as_interval() {
        let summary = Summary::of(&[9.0, 1.0, 8.0, 2.0, 7.0, 3.0, 6.0, 4.0, 5.0]).unwrap();
        assert_eq!(summary.count, 9);
        assert_eq!((summary.median, summary.minimum, summary.maximum), (5.0, 1.0, 9.0));
        assert_eq!((summary.median_low, summary.median_high), (Some(2.0), Some(8.0)));
        assert!((summary.mean - 5.0).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn a_summary_is_ordered_and_inside_its_values(values in prop::collection::vec(-1e12..1e12_f64, 1..80)) {
            let summary = Summary::of(&values).unwrap();
            prop_assert!(summary.minimum <= summary.median && summary.median <= summary.maximum);
            prop_assert!(summary.minimum <= summary.mean && summary.mean <= summary.maximum);
            prop_assert_eq!(summary.median_low.is_some(), values.len() >= 6);
            if let (Some(low), Some(high)) = (summary.median_low, summary.median_high) {
                prop_assert!(summary.minimum <= low && low <= summary.median);
                prop_assert!(summary.median <= high && high <= summary.maximum);
            }
        }

        #[test]
        fn a_summary_does_not_depend_on_the_order(mut values in prop::collection::vec(-1e6..1e6_f64, 1..40)) {
            let before = Summary::of(&values);
            values.reverse();
            prop_assert_eq!(before, Summary::of(&values));
        }

        #[test]
        fn percentiles_never_fall_as_the_percentage_rises(
            mut values in prop::collection::vec(-1e6..1e6_f64, 1..40),
            low in 0.0..100.0_f64,
            high in 0.0..100.0_f64,
        ) {
            values.sort_by(f64::total_cmp);
            let (low, high) = (low.min(high), low.max(high));
            let (at_low, at_high) = (percentile(&values, low).unwrap(), percentile(&values, high).unwrap());
            prop_assert!(at_low <= at_high + 1e-9 * at_low.abs());
        }
    }
}
