//! Numbers as people read them: in the unit that fits, and never rounded onto a target they do not reach.

use crate::number::group_thousands;
use crate::target::Severity;
use crate::unit::{Dimension, Unit};

/// Steps in which durations and amounts of data are shown: smallest unit first, with the base units it holds.
const TIME_STEPS: [(&str, f64); 6] =
    [("µs", 1e-6), ("ms", 1e-3), ("s", 1.0), ("min", 60.0), ("h", 3_600.0), ("days", 86_400.0)];
const BYTE_STEPS: [(&str, f64); 5] = [("B", 1.0), ("KB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12)];

/// `value`, in the base unit of `unit`'s dimension, as text with its unit.
pub fn value(value: f64, unit: &Unit) -> String {
    value_apart_from(value, unit, None)
}

/// Like [`value`], with as many digits as it takes to tell it from `other` (a target) unless both are equal.
pub fn value_apart_from(value: f64, unit: &Unit, other: Option<f64>) -> String {
    let (scale, suffix, prefix) = presentation(value, unit);
    if let Some(word) = word(value, unit) {
        return word.to_owned();
    }
    let shown = value / scale;
    let mut text = digits(shown, 4);
    if let Some(other) = other.filter(|other| other.to_bits() != value.to_bits()) {
        let mut significant = 4;
        while significant < 17 && text == digits(other / scale, significant) {
            significant += 1;
            text = digits(shown, significant);
        }
    }
    format!("{prefix}{}{suffix}", group_thousands(&text))
}

/// Like [`value`], with so many significant digits.
pub fn value_with_digits(value: f64, unit: &Unit, significant: usize) -> String {
    let (scale, suffix, prefix) = presentation(value, unit);
    word(value, unit).map_or_else(|| format!("{prefix}{}{suffix}", number(value / scale, significant)), str::to_owned)
}

/// A plain number with so many significant digits and its thousands grouped.
pub fn number(number: f64, significant: usize) -> String {
    group_thousands(&digits(number, significant))
}

/// A share between 0 and 1 as a percentage without decimals, rounded down: 69.99 % is never shown as 70 %.
pub fn attainment(share: f64) -> String {
    format!("{:.0} %", (share * 100.0 + 1e-9).floor())
}

fn word(value: f64, unit: &Unit) -> Option<&'static str> {
    match unit.dimension {
        Dimension::Judged => Some(if value >= 1.0 { "met" } else { "not met" }),
        Dimension::Severity => Some(Severity::ALL.into_iter().rev().find(|severity| value >= severity.rank()).map_or(
            "none open",
            |severity| match severity {
                Severity::Low => "low open",
                Severity::Medium => "medium open",
                Severity::High => "high open",
                Severity::Critical => "critical open",
            },
        )),
        _ => None,
    }
}

/// How many base units one shown unit is, and what stands after and before the digits.
fn presentation(value: f64, unit: &Unit) -> (f64, String, &'static str) {
    let spaced = |symbol: &str| format!(" {symbol}");
    let stepped = |steps: &[(&str, f64)]| {
        let step = steps.iter().rev().find(|(_, scale)| value.abs() >= *scale).or(steps.first());
        step.map_or((1.0, String::new(), ""), |(symbol, scale)| (*scale, spaced(symbol), ""))
    };
    match unit.dimension {
        Dimension::Time if value != 0.0 => stepped(&TIME_STEPS),
        Dimension::Bytes => stepped(&BYTE_STEPS),
        Dimension::Count if unit.scale <= 1.0 => {
            (1.0, if matches!(unit.symbol.as_str(), "count" | "") { String::new() } else { spaced(&unit.symbol) }, "")
        }
        Dimension::Money([b'U', b'S', b'D']) => (1.0, String::new(), "$"),
        Dimension::Money(_) => (1.0, spaced(&unit.symbol), ""),
        Dimension::Percent => (1.0, "%".to_owned(), ""),
        Dimension::Factor => (1.0, "×".to_owned(), ""),
        Dimension::RatioToOne | Dimension::Score(_) => (1.0, unit.symbol.clone(), ""),
        Dimension::Frequency if unit.symbol.starts_with('/') => (unit.scale, unit.symbol.clone(), ""),
        _ => (unit.scale, spaced(&unit.symbol), ""),
    }
}

/// `number` with `significant` digits (whole digits are never cut), without trailing zeros.
fn digits(number: f64, significant: usize) -> String {
    let magnitude = if number == 0.0 { 0.0 } else { number.abs().log10().floor() };
    #[expect(clippy::cast_possible_truncation, reason = "clamped to -18..=18")]
    let whole_digits = (magnitude + 1.0).clamp(-18.0, 18.0) as isize;
    let decimals = isize::try_from(significant).unwrap_or(4).saturating_sub(whole_digits).clamp(0, 18);
    let text = format!("{number:.*}", usize::try_from(decimals).unwrap_or(0));
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_shown_in_the_unit_that_fits() {
        for (base, unit, expected) in [
            (5_400.0, "h", "1.5 h"),
            (0.42, "s", "420 ms"),
            (0.0, "min", "0 min"),
            (131_072.0, "KB", "131.1 KB"),
            (1_234_567.0, "count", "1,234,567"),
            (100_000.0, "USD", "$100,000"),
            (99.949, "%", "99.95%"),
            (3.4167, "x", "3.417×"),
            (7.4, "/10", "7.4/10"),
            (4.5, ":1", "4.5:1"),
            (20.0, "/day", "20/day"),
            (1.0, "judged", "met"),
            (3.0, "severity", "high open"),
            (0.0, "severity", "none open"),
            (-2.5, "%", "-2.5%"),
            (1_080_000.0, "tokens/s", "12.5 tokens/s"),
        ] {
            assert_eq!(value(base, &Unit::parse(unit).expect(unit)), expected);
        }
    }

    #[test]
    fn a_value_is_never_rounded_onto_a_target_that_it_misses() {
        let percent = Unit::parse("%").expect("percent");
        assert_eq!(value_apart_from(99.949, &percent, Some(99.95)), "99.949%");
        assert_eq!(value_apart_from(99.949_999, &percent, Some(99.95)), "99.949999%");
        assert_eq!(value_apart_from(99.95, &percent, Some(99.95)), "99.95%");
    }

    #[test]
    fn attainment_is_rounded_down() {
        assert_eq!(
            (attainment(0.6999).as_str(), attainment(0.7).as_str(), attainment(1.0).as_str()),
            ("69 %", "70 %", "100 %")
        );
    }
}
