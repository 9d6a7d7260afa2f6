//! Numbers whose format, in a workbook, says what they are: shares, durations, money, or a unit that is written beside them; and the
//! same number in the unit that a mapping wants.

mod money;
mod names;

pub(super) use money::Money;
pub(super) use names::unit_of_literal;
use names::{Kind, known};

use crate::text::quote;

/// What a cell shows its number as.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shown {
    /// A fraction, shown as percent.
    Percent,
    /// Days, shown as hours, minutes and seconds.
    Duration,
    /// So many of this currency for each one of the number.
    Money { factor: f64, money: Money },
    /// So many of this unit for each one of the number.
    Unit { factor: f64, unit: String },
    /// So many for each one of the number: `1.5 M`.
    Times(f64),
    /// Divided by so much, and nothing says it.
    Scaled(f64),
    /// In a way that is not understood: the format's code.
    Unread(String),
}

/// A number in a unit, as a row takes it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Quantity {
    pub(super) number: f64,
    /// The unit, where the row has none of its own.
    pub(super) unit: Option<String>,
}

impl Shown {
    /// The number in the wanted unit, or in its own; the error says why there is none.
    pub(super) fn quantity(&self, number: f64, wanted: Option<&str>) -> Result<Quantity, String> {
        let wanted = wanted.map(str::trim).filter(|unit| !unit.is_empty());
        match self {
            Self::Percent => in_unit(number * 100.0, "%", wanted),
            Self::Duration => in_unit((number * 86_400_000.0).round() / 1000.0, "s", wanted),
            Self::Unit { factor, unit } => in_unit(number * factor, unit, wanted),
            Self::Times(factor) => Ok(plain(number * factor)),
            Self::Money { factor, money } => {
                let unit = money.code(wanted)?;
                let number = tidy(number * factor);
                Ok(Quantity { number, unit: if wanted.is_none() { Some(unit) } else { None } })
            }
            Self::Scaled(scale) => scaled(number, *scale, wanted),
            Self::Unread(code) => Err(format!("the format {} of the cell is not understood", quote(code))),
        }
    }

    /// As somebody reads it.
    pub(super) fn text(&self, number: f64) -> String {
        match self {
            Self::Percent => format!("{}%", tidy(number * 100.0)),
            Self::Duration => duration(number),
            Self::Unit { factor, unit } => format!("{} {unit}", tidy(number * factor)),
            Self::Money { factor, money } => format!("{} {}", tidy(number * factor), money.shown()),
            Self::Times(factor) => tidy(number * factor).to_string(),
            Self::Scaled(_) | Self::Unread(_) => number.to_string(),
        }
    }
}

fn plain(number: f64) -> Quantity {
    Quantity { number: tidy(number), unit: None }
}

fn in_unit(number: f64, unit: &str, wanted: Option<&str>) -> Result<Quantity, String> {
    let Some(wanted) = wanted else { return Ok(Quantity { number: tidy(number), unit: Some(unit.to_owned()) }) };
    if wanted == unit {
        return Ok(plain(number));
    }
    match (known(unit), known(wanted)) {
        (Some((kind, own)), Some((other, scale))) if kind == other => Ok(plain(number * own / scale)),
        _ => Err(format!("the cell is shown in {}, and its unit says {}", quote(unit), quote(wanted))),
    }
}

/// A number that is shown in thousands or millions, and only the sheet's reader knows of what. Of money and counts the whole amount is
/// meant; of kilobytes what is shown. Whether a duration is the number or what is shown can't be told.
fn scaled(number: f64, scale: f64, wanted: Option<&str>) -> Result<Quantity, String> {
    match wanted.and_then(known) {
        Some((Kind::Bytes, own)) if (own - scale).abs() < f64::EPSILON => Ok(plain(number / scale)),
        Some((Kind::Bytes, own)) if own > 1.0 => Err(unclear(number, scale)),
        Some((Kind::Time, _)) => Err(unclear(number, scale)),
        _ => Ok(Quantity { number, unit: None }),
    }
}

fn unclear(number: f64, scale: f64) -> String {
    format!("the cell holds {number} and shows it divided by {scale}: which of the two is in the unit is not said")
}

/// Twelve digits: what a spreadsheet shows, without what binary fractions add.
fn tidy(number: f64) -> f64 {
    format!("{number:.12e}").parse().unwrap_or(number)
}

fn duration(days: f64) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "only shown")]
    let ms = (days.abs() * 86_400_000.0).round() as i64;
    let (seconds, rest) = (ms / 1000, ms % 1000);
    let fraction = if rest == 0 { String::new() } else { format!(".{rest:03}") };
    let sign = if days < 0.0 { "-" } else { "" };
    format!("{sign}{}:{:02}:{:02}{fraction}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// Days of a duration in text, `0:05:30`, `1:02:03.5`; two parts may be hours or minutes.
pub(super) fn days_of(text: &str) -> Option<f64> {
    let mut parts = text.split(':');
    let (hours, minutes, seconds) = (parts.next()?, parts.next()?, parts.next()?);
    let (whole, fraction) = seconds.split_once('.').unwrap_or((seconds, "0"));
    let are_digits = [hours, minutes, whole, fraction]
        .iter()
        .all(|part| !part.is_empty() && part.len() <= 6 && part.bytes().all(|byte| byte.is_ascii_digit()));
    if parts.next().is_some() || !are_digits || minutes.len() != 2 || whole.len() != 2 {
        return None;
    }
    let (hours, minutes, seconds): (f64, f64, f64) =
        (hours.parse().ok()?, minutes.parse().ok()?, seconds.parse().ok()?);
    (minutes < 60.0 && seconds < 60.0).then_some((hours * 3600.0 + minutes * 60.0 + seconds) / 86_400.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shown_number_is_given_in_the_unit_that_is_wanted() {
        let quantity = |shown: &Shown, number: f64, wanted: Option<&str>| {
            let read = shown.quantity(number, wanted).ok()?;
            Some((read.number, read.unit.unwrap_or_default()))
        };
        let euro = Shown::Money { factor: 1.0, money: Money::of_code("EUR") };
        let sign = |sign: &str| Shown::Money { factor: 1.0, money: Money::of_sign(sign, "").unwrap() };
        let minutes = Shown::Unit { factor: 1.0, unit: "min".to_owned() };
        for (shown, number, wanted, expected) in [
            (Shown::Percent, 0.915, Some("%"), Some((91.5, ""))),
            (Shown::Percent, 0.07, Some("percent"), Some((7.0, ""))),
            (Shown::Percent, 0.915, None, Some((91.5, "%"))),
            (Shown::Percent, 0.915, Some("fraction"), Some((0.915, ""))),
            (Shown::Percent, 0.915, Some("min"), None),
            (Shown::Duration, 330.0 / 86_400.0, Some("min"), Some((5.5, ""))),
            (Shown::Duration, 330.0 / 86_400.0, Some("s"), Some((330.0, ""))),
            (Shown::Duration, 330.0 / 86_400.0, Some("ms"), Some((330_000.0, ""))),
            (Shown::Duration, 1.5, Some("h"), Some((36.0, ""))),
            (Shown::Duration, 1.5, Some("days"), Some((1.5, ""))),
            (Shown::Duration, 330.0 / 86_400.0, None, Some((330.0, "s"))),
            (Shown::Duration, 1.0, Some("EUR"), None),
            (euro.clone(), 1250.5, Some("EUR"), Some((1250.5, ""))),
            (euro.clone(), 1250.5, Some("eur"), Some((1250.5, ""))),
            (euro.clone(), 1250.5, None, Some((1250.5, "EUR"))),
            (euro.clone(), 1250.5, Some("USD"), None),
            (euro, 1250.5, Some("min"), None),
            (sign("$"), 1.0, None, Some((1.0, "USD"))),
            (sign("$"), 1.0, Some("CAD"), Some((1.0, ""))),
            (sign("$"), 1.0, Some("EUR"), None),
            (sign("kr"), 1.0, Some("SEK"), Some((1.0, ""))),
            (sign("kr"), 1.0, None, None),
            (minutes.clone(), 90.0, Some("h"), Some((1.5, ""))),
            (minutes, 90.0, None, Some((90.0, "min"))),
            (Shown::Times(1e6), 1.5, Some("EUR"), Some((1.5e6, ""))),
            (Shown::Scaled(1e3), 1_234_567.0, Some("EUR"), Some((1_234_567.0, ""))),
            (Shown::Scaled(1e3), 1_234_567.0, None, Some((1_234_567.0, ""))),
            (Shown::Scaled(1e3), 1_234_567.0, Some("KB"), Some((1234.567, ""))),
            (Shown::Scaled(1e3), 1_234_567.0, Some("B"), Some((1_234_567.0, ""))),
            (Shown::Scaled(1e3), 1_234_567.0, Some("MB"), None),
            (Shown::Scaled(1e3), 5500.0, Some("s"), None),
            (Shown::Unread("\"Q\"0".to_owned()), 1.0, Some("s"), None),
        ] {
            let expected = expected.map(|(number, unit)| (number, unit.to_owned()));
            assert_eq!(quantity(&shown, number, wanted), expected, "{shown:?} {number} {wanted:?}");
        }
    }

    #[test]
    fn a_duration_in_text_has_three_parts() {
        for (text, seconds) in [
            ("0:05:30", Some(330.0)),
            ("26:00:01.5", Some(93_601.5)),
            ("5:30", None),
            ("1:60:00", None),
            ("1:2:3", None),
            ("a:00:00", None),
            ("1:00:00:00", None),
        ] {
            let read = days_of(text).map(|days| tidy(days * 86_400.0));
            assert_eq!(read, seconds, "{text}");
        }
        assert_eq!(duration(93_601.5 / 86_400.0), "26:00:01.500");
    }
}
