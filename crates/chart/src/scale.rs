//! The y axis: a domain whose ticks are round numbers and fall on whole percents, so that a gridline of the picture and
//! an HTML label placed by a percent class are at the same height. It labels nothing.

use crate::number::{decimal, decimal_exponent, percent, whole};
use crate::unit_label::UnitLabel;

/// The most gaps between ticks.
const MOST_GAPS: i64 = 5;

/// The first digit of a step and how much emptier a picture may be before it is taken. The unusual 3 and 4 are there
/// because three gaps are no whole percents, and four gaps of the next usual step may leave half of the picture empty.
const STEP_DIGITS: [(i64, f64); 5] = [(1, 1.0), (2, 1.0), (3, 1.3), (4, 1.3), (5, 1.0)];

/// The y axis of a chart.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Scale {
    /// From the bottom edge to the top edge; at least two.
    pub ticks: Vec<f64>,
}

impl Scale {
    /// The round scale that covers `low..=high`. The labels of its ticks differ from each other, if a scale at most a
    /// thousand times coarser than the values need makes them differ.
    pub(crate) fn covering(low: f64, high: f64, unit: &UnitLabel) -> Self {
        if unit.levels.len() > 1 {
            return Self { ticks: unit.levels.to_vec() };
        }
        let (low, high) = widened(low, high);
        let exponent = decimal_exponent((high - low) / count(MOST_GAPS));
        let mut first_fit = None;
        let mut best: Option<(f64, Self)> = None;
        for exponent in exponent..exponent + 4 {
            for (digit, reluctance) in STEP_DIGITS {
                let Some(scale) = Self::with_step(low, high, digit, exponent) else {
                    continue;
                };
                let cost = (scale.high() - scale.low()) * reluctance;
                if scale.labels_differ(unit) && best.as_ref().is_none_or(|(least, _)| cost < *least) {
                    best = Some((cost, scale.clone()));
                }
                first_fit.get_or_insert(scale);
            }
        }
        let fallback = || Self { ticks: vec![low, f64::midpoint(low, high), high] };
        best.map(|(_, scale)| scale).or(first_fit).unwrap_or_else(fallback)
    }

    /// The scale with steps of `digit × 10^exponent`, unless it would have too many ticks.
    fn with_step(low: f64, high: f64, digit: i64, exponent: i32) -> Option<Self> {
        let step = decimal(digit, exponent);
        let (mut first, mut last) = (whole((low / step).floor()), whole((high / step).ceil()));
        if step <= 0.0 || last.checked_sub(first)? > MOST_GAPS {
            return None;
        }
        // One or three gaps would give thirds or nothing between the edges; two, four and five give whole percents.
        while !matches!(last - first, 2 | 4 | 5) {
            let below = low - decimal(first * digit, exponent);
            let above = decimal(last * digit, exponent) - high;
            if first == 0 || (last != 0 && above <= below) {
                last += 1;
            } else {
                first -= 1;
            }
        }
        Some(Self { ticks: (first..=last).map(|index| decimal(index * digit, exponent)).collect() })
    }

    fn labels_differ(&self, unit: &UnitLabel) -> bool {
        let labels: Vec<String> = self.ticks.iter().map(|tick| unit.text(*tick)).collect();
        labels.windows(2).all(|pair| pair[0] != pair[1])
    }

    /// The value at the bottom edge.
    pub(crate) fn low(&self) -> f64 {
        self.ticks.first().copied().unwrap_or(0.0)
    }

    /// The value at the top edge.
    pub(crate) fn high(&self) -> f64 {
        self.ticks.last().copied().unwrap_or(1.0)
    }

    /// How high a value stands: 0 at the bottom edge, 1 at the top edge.
    pub(crate) fn fraction(&self, value: f64) -> f64 {
        ((value - self.low()) / (self.high() - self.low())).clamp(0.0, 1.0)
    }

    /// How high a value stands in whole percent.
    pub(crate) fn percent(&self, value: f64) -> u8 {
        percent(self.fraction(value))
    }
}

fn count(gaps: i64) -> f64 {
    f64::from(u32::try_from(gaps).unwrap_or(1))
}

/// A range wide enough to divide: equal values get a tenth of themselves on both sides, zero gets 0 to 1.
fn widened(low: f64, high: f64) -> (f64, f64) {
    let size = low.abs().max(high.abs());
    if size < 1e-290 {
        (0.0, 1.0)
    } else if high - low < size * 1e-9 {
        (low - size * 0.1, high + size * 0.1)
    } else {
        (low, high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_cover_the_values() {
        let cases: [(f64, f64, usize, &[f64]); 12] = [
            (0.0, 10.0, 1, &[0.0, 2.0, 4.0, 6.0, 8.0, 10.0]),
            (0.0, 9.4, 1, &[0.0, 2.0, 4.0, 6.0, 8.0, 10.0]),
            (7.9, 12.1, 1, &[6.0, 8.0, 10.0, 12.0, 14.0]),
            (0.0, 12.0, 0, &[0.0, 3.0, 6.0, 9.0, 12.0]),
            (0.0, 28.0, 0, &[0.0, 10.0, 20.0, 30.0, 40.0]),
            (-3.0, 4.0, 1, &[-4.0, -2.0, 0.0, 2.0, 4.0]),
            (5.0, 5.0, 1, &[4.5, 5.0, 5.5]),
            (0.0, 0.0, 1, &[0.0, 0.2, 0.4, 0.6, 0.8, 1.0]),
            (0.1, 0.4, 0, &[0.0, 1.0, 2.0]),
            (0.1, 0.4, 1, &[0.1, 0.2, 0.3, 0.4, 0.5]),
            (-1e300, 1e300, 0, &[-1e300, -5e299, 0.0, 5e299, 1e300]),
            (-20.0, 0.0, 0, &[-20.0, -15.0, -10.0, -5.0, 0.0]),
        ];
        for (low, high, decimals, expected) in cases {
            let scale = Scale::covering(low, high, &UnitLabel::plain(decimals));
            assert_eq!(scale.ticks, expected, "{low} to {high}");
        }
    }

    #[test]
    fn an_axis_of_words_has_a_tick_for_each_word() {
        let unit = UnitLabel::new(|value| if value >= 1.0 { "met" } else { "not met" }.to_owned());
        assert_eq!(Scale::covering(0.0, 0.0, &unit.clone().with_levels(&[0.0, 1.0])).ticks, [0.0, 1.0]);
    }

    #[test]
    fn ticks_fall_on_whole_percents() {
        for high in [1.0, 3.0, 7.3, 28.0, 99.9, 1234.5] {
            let scale = Scale::covering(0.0, high, &UnitLabel::plain(3));
            let gaps = scale.ticks.len() - 1;
            assert_eq!(100 % gaps, 0, "{high}");
            assert!(scale.high() >= high);
        }
    }
}
