//! Numbers as people read them: in the unit that fits, and never rounded onto a target they do not reach.

mod writing;

use crate::catalogue::Kpi;
use crate::number::group_thousands;
use crate::shape;
use crate::status::goal;
use crate::target::{Severity, Target};
use crate::unit::{Dimension, Unit};

pub use writing::Writing;

/// Steps in which durations and amounts of data are shown: smallest unit first, with the base units it holds.
const TIME_STEPS: [(&str, f64); 6] =
    [("µs", 1e-6), ("ms", 1e-3), ("s", 1.0), ("min", 60.0), ("h", 3_600.0), ("days", 86_400.0)];
const BYTE_STEPS: [(&str, f64); 5] = [("B", 1.0), ("KB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12)];

/// `value`, in the base unit of `unit`'s dimension, as text with its unit.
pub fn value(value: f64, unit: &Unit) -> String {
    let (scale, suffix, prefix) = presentation(value, unit);
    word(value, unit).map_or_else(|| signed(prefix, &digits(value / scale, 4), &suffix), str::to_owned)
}

/// Two values of one kind in one unit, that of the larger one, so that they can be compared at sight.
pub fn pair(one: f64, other: f64, unit: &Unit) -> (String, String) {
    let (scale, suffix, prefix) = presentation(if one.abs() < other.abs() { other } else { one }, unit);
    let text = |value: f64| {
        word(value, unit).map_or_else(|| signed(prefix, &digits(value / scale, 4), &suffix), str::to_owned)
    };
    (text(one), text(other))
}

/// The sign first, then what precedes the number, the number with its thousands grouped, and what follows it.
fn signed(prefix: &str, digits: &str, suffix: &str) -> String {
    let grouped = group_thousands(digits);
    match grouped.strip_prefix('-') {
        Some(unsigned) if unsigned.chars().all(|character| matches!(character, '0' | '.')) => {
            format!("{prefix}{unsigned}{suffix}")
        }
        Some(unsigned) => format!("-{prefix}{unsigned}{suffix}"),
        None => format!("{prefix}{grouped}{suffix}"),
    }
}

/// Like [`value`], with so many significant digits.
pub fn value_with_digits(value: f64, unit: &Unit, significant: usize) -> String {
    let (scale, suffix, prefix) = presentation(value, unit);
    word(value, unit).map_or_else(|| signed(prefix, &digits(value / scale, significant), &suffix), str::to_owned)
}

/// A plain number with so many significant digits and its thousands grouped.
pub fn number(number: f64, significant: usize) -> String {
    group_thousands(&digits(number, significant))
}

/// A share between 0 and 1 as a percentage without decimals, rounded down: 69.99 % is shown as `69%`, and what is not
/// whole never as `100%`.
pub fn attainment(share: f64) -> String {
    let down = (share * 100.0).floor();
    // The product may be rounded to the other side of a whole number than the share itself.
    let percent = if (down + 1.0) / 100.0 <= share {
        down + 1.0
    } else if down / 100.0 > share {
        down - 1.0
    } else {
        down
    };
    format!("{percent:.0}%")
}

/// The same of a number against a target: `100%` and more only where the target is met, which exactly on the line of `<24 hours`
/// or `>99.5%` it is not.
pub fn attained(kpi: &Kpi, target: Option<&Target>, actual: Option<f64>, share: f64) -> String {
    let goal = target.and_then(|target| goal(kpi, target));
    let is_missed = goal.zip(actual).is_some_and(|(goal, actual)| !shape::met(goal, actual));
    attainment(if is_missed { share.min(1.0_f64.next_down()) } else { share })
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
        Dimension::Money([b'E', b'U', b'R']) => (1.0, String::new(), "€"),
        Dimension::Money([b'G', b'B', b'P']) => (1.0, String::new(), "£"),
        Dimension::Money(_) => (1.0, spaced(&unit.symbol), ""),
        Dimension::Percent => (1.0, "%".to_owned(), ""),
        Dimension::Factor => (1.0, "x".to_owned(), ""),
        Dimension::RatioToOne | Dimension::Score(_) => (1.0, unit.symbol.clone(), ""),
        Dimension::Frequency | Dimension::PerKloc if unit.symbol.starts_with('/') => {
            (unit.scale, unit.symbol.clone(), "")
        }
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
            (3.4167, "x", "3.417x"),
            (7.4, "/10", "7.4/10"),
            (4.5, ":1", "4.5:1"),
            (20.0, "/day", "20/day"),
            (1.0, "judged", "met"),
            (3.0, "severity", "high open"),
            (0.0, "severity", "none open"),
            (-2.5, "%", "-2.5%"),
            (1_080_000.0, "tokens/s", "12.5 tokens/s"),
            (0.8, "/KLOC", "0.8/KLOC"),
            (-1.5, "USD", "-$1.5"),
            (1_000.0, "EUR", "€1,000"),
            (1_000.0, "CHF", "1,000 CHF"),
            (-0.000_01, "count", "-0.00001"),
        ] {
            assert_eq!(value(base, &Unit::parse(unit).expect(unit)), expected);
        }
    }

    #[test]
    fn two_values_are_told_in_one_unit() {
        let time = Unit::parse("s").expect("s");
        assert_eq!(pair(0.9, 1.2, &time), ("0.9 s".to_owned(), "1.2 s".to_owned()));
        assert_eq!(pair(5_400.0, 0.0, &time), ("1.5 h".to_owned(), "0 h".to_owned()));
    }

    #[test]
    fn attainment_is_rounded_down() {
        for (share, text) in [
            (0.6999, "69%"),
            (0.7, "70%"),
            (0.29, "29%"),
            (0.57, "57%"),
            (0.5_f64.next_down(), "49%"),
            (1.0_f64.next_down(), "99%"),
            (1.0, "100%"),
            (0.0, "0%"),
            (10.0, "1000%"),
        ] {
            assert_eq!(attainment(share), text, "{share}");
        }
    }
}
