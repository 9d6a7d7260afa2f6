//! Whether values rise or fall: the Mann–Kendall test. It gives a direction, not a slope, and says nothing of tomorrow.

/// What the order of the values shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trend {
    Rising,
    Falling,
    /// No direction that chance could not give.
    Unclear,
    /// Fewer points than any direction could be shown with.
    TooFewPoints,
}

/// The least points with which the test can reach 95 %.
const LEAST_POINTS: usize = 5;
/// The normal quantile of a two-sided 95 % test.
const CRITICAL: f64 = 1.959_964;

/// The direction of finite values in the order of time (H. B. Mann 1945, M. G. Kendall 1975), at 95 % confidence and
/// with the variance of untied values, which makes it cautious where values repeat. Takes n log n steps.
pub(crate) fn trend(values: &[f64]) -> Trend {
    if values.len() < LEAST_POINTS {
        return Trend::TooFewPoints;
    }
    let n = crate::number::count_f64(values.len());
    let score = kendall_score(values);
    let deviation = (n * (n - 1.0) * (2.0 * n + 5.0) / 18.0).sqrt();
    if score > 0.0 && (score - 1.0) / deviation > CRITICAL {
        Trend::Rising
    } else if score < 0.0 && (score + 1.0) / deviation < -CRITICAL {
        Trend::Falling
    } else {
        Trend::Unclear
    }
}

/// Pairs that rise minus pairs that fall.
fn kendall_score(values: &[f64]) -> f64 {
    let mut ranked: Vec<f64> = values.to_vec();
    ranked.sort_by(f64::total_cmp);
    // The two zeros are the same value to a reader.
    ranked.dedup_by(|a, b| *a <= *b);
    let mut seen = Counts(vec![0; ranked.len() + 1]);
    let mut score: i64 = 0;
    for (before, value) in values.iter().enumerate() {
        let rank = ranked.partition_point(|other| other < value);
        let lower = seen.below(rank);
        let equal_or_lower = seen.below(rank + 1);
        score += lower - (i64::try_from(before).unwrap_or(i64::MAX) - equal_or_lower);
        seen.add(rank);
    }
    #[expect(clippy::cast_precision_loss, reason = "pairs of a series that fits in memory stay far below 2^53")]
    let score = score as f64;
    score
}

/// A Fenwick tree of counts by rank.
struct Counts(Vec<i64>);

impl Counts {
    fn add(&mut self, rank: usize) {
        let mut node = rank + 1;
        while let Some(count) = self.0.get_mut(node) {
            *count += 1;
            node += node & node.wrapping_neg();
        }
    }

    /// How many were added with a rank below this one.
    fn below(&self, rank: usize) -> i64 {
        let mut node = rank;
        let mut sum = 0;
        while node > 0 {
            sum += self.0.get(node).copied().unwrap_or(0);
            node &= node - 1;
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn direction_needs_five_points() {
        let cases: [(&[f64], Trend); 7] = [
            (&[], Trend::TooFewPoints),
            (&[1.0, 2.0, 3.0, 4.0], Trend::TooFewPoints),
            (&[1.0, 2.0, 3.0, 4.0, 5.0], Trend::Rising),
            (&[5.0, 4.0, 3.0, 2.0, 1.0], Trend::Falling),
            (&[1.0, 5.0, 2.0, 4.0, 3.0], Trend::Unclear),
            (&[2.0; 30], Trend::Unclear),
            (&[0.0, -0.0, 0.0, -0.0, 0.0, -0.0], Trend::Unclear),
        ];
        for (values, expected) in cases {
            assert_eq!(trend(values), expected, "{values:?}");
        }
    }

    #[test]
    fn the_score_counts_every_pair() {
        let values = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0, 5.0, 3.0, 5.0];
        let mut expected = 0.0;
        for (index, later) in values.iter().enumerate() {
            for earlier in &values[..index] {
                expected += if later > earlier { 1.0 } else { 0.0 } - if later < earlier { 1.0 } else { 0.0 };
            }
        }
        assert!((kendall_score(&values) - expected).abs() < f64::EPSILON);
    }
}
