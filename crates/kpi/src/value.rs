//! Values as senders and people write them, read into the base unit of the KPI they are about.

use thiserror::Error;

use crate::catalogue::Kpi;
use crate::number::WrittenNumber;
use crate::target::Severity;
use crate::unit::{Dimension, Unit, UnitError};

/// A value before it is understood.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Input<'text> {
    /// A number in the unit that was sent beside it, or else in the KPI's unit.
    Number(f64),
    /// Text such as `90 min`, `$2M`, `met` or `high`.
    Text(&'text str),
    /// A verdict.
    Truth(bool),
}

/// Why a value can't be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ValueError {
    /// Not a number, or an infinite one.
    #[error("the value is not a finite number")]
    NotFinite,
    /// The unit is unknown or measures something else.
    #[error(transparent)]
    Unit(#[from] UnitError),
    /// The text beside the value and the unit field contradict each other.
    #[error("the value is written in \"{in_value}\" but its unit says \"{in_field}\"")]
    TwoUnits {
        /// The unit inside the value.
        in_value: String,
        /// The unit in its own field.
        in_field: String,
    },
    /// The text is no value of this KPI.
    #[error("\"{written}\" is no value {expected}")]
    Unreadable {
        /// The text.
        written: String,
        /// What would be right.
        expected: String,
    },
}

/// The value in the base unit of the KPI's dimension.
///
/// # Errors
/// [`ValueError`], which names both units where one can't be converted.
pub fn read(kpi: &Kpi, input: Input<'_>, unit: Option<&str>) -> Result<f64, ValueError> {
    let value = match (kpi.unit.dimension, input) {
        (Dimension::Judged, Input::Truth(met)) => f64::from(u8::from(met)),
        (Dimension::Judged, Input::Text(text)) => judged(text)?,
        (Dimension::Judged, Input::Number(number)) if number == 0.0 || (number - 1.0).abs() < f64::EPSILON => number,
        (Dimension::Severity, Input::Text(text)) => severity(text)?,
        (Dimension::Severity, Input::Number(number))
            if (0..=4).any(|rank| (f64::from(rank) - number).abs() < f64::EPSILON) =>
        {
            number
        }
        (Dimension::Judged | Dimension::Severity, other) => return Err(unreadable(kpi, &shown(other))),
        (_, Input::Truth(met)) => return Err(unreadable(kpi, &met.to_string())),
        (_, Input::Number(number)) => convert(kpi, number, None, unit)?,
        (_, Input::Text(text)) => {
            let (number, in_value) = quantity(text).ok_or_else(|| unreadable(kpi, text))?;
            convert(kpi, number, in_value, unit)?
        }
    };
    if value.is_finite() { Ok(value) } else { Err(ValueError::NotFinite) }
}

fn convert(kpi: &Kpi, number: f64, in_value: Option<&str>, in_field: Option<&str>) -> Result<f64, ValueError> {
    if !number.is_finite() {
        return Err(ValueError::NotFinite);
    }
    let field = in_field.map(Unit::sent).transpose()?;
    let own = in_value.map(Unit::sent).transpose()?;
    let unit = match (own, field) {
        (Some(own), Some(field)) if own != field => {
            return Err(ValueError::TwoUnits { in_value: own.symbol, in_field: field.symbol });
        }
        (Some(unit), _) | (None, Some(unit)) => unit,
        (None, None) => kpi.unit.clone(),
    };
    Ok(unit.to_base_of(number, &kpi.unit)?)
}

/// A number and the unit written with it, `90 min` or `$2M`; `None` for any other text. The unit is not looked up.
pub fn quantity(text: &str) -> Option<(f64, Option<&str>)> {
    let text = text.trim();
    // Exponents come from programs, never from people; a program writes no unit behind them.
    if text.contains(['e', 'E'])
        && let Ok(number) = text.parse::<f64>()
    {
        return Some((number, None));
    }
    let currency = ["$", "€", "£"].into_iter().find(|sign| text.starts_with(sign));
    let (number, rest) = WrittenNumber::take(currency.map_or(text, |sign| &text[sign.len()..]))?;
    let rest = rest.trim();
    match (currency, rest) {
        (Some(sign), "") => Some((number.value, Some(sign))),
        (Some(_), _) => None,
        (None, "") => Some((number.value, None)),
        (None, unit) => Some((number.value, Some(unit))),
    }
}

fn judged(text: &str) -> Result<f64, ValueError> {
    match text.trim().to_lowercase().as_str() {
        "met" | "yes" | "done" | "true" | "1" => Ok(1.0),
        "not met" | "no" | "not done" | "false" | "0" => Ok(0.0),
        _ => Err(ValueError::Unreadable {
            written: clipped(text),
            expected: "of a judged KPI; write met or not met".to_owned(),
        }),
    }
}

fn severity(text: &str) -> Result<f64, ValueError> {
    let name = text.trim().to_lowercase();
    if name == "none" || name == "0" {
        return Ok(0.0);
    }
    Severity::ALL
        .into_iter()
        .find(|severity| severity.name().to_lowercase() == name || severity.rank().to_string() == name)
        .map(Severity::rank)
        .ok_or_else(|| ValueError::Unreadable {
            written: clipped(text),
            expected: "for the worst open finding; write none, low, medium, high or critical".to_owned(),
        })
}

fn unreadable(kpi: &Kpi, written: &str) -> ValueError {
    let expected = match kpi.unit.dimension {
        Dimension::Judged => "of a judged KPI; write met or not met".to_owned(),
        Dimension::Severity => "for the worst open finding; write none, low, medium, high or critical".to_owned(),
        _ => format!("in {}; write a number, with a unit if it is another one", kpi.unit.named()),
    };
    ValueError::Unreadable { written: clipped(written), expected }
}

fn shown(input: Input<'_>) -> String {
    match input {
        Input::Number(number) => number.to_string(),
        Input::Text(text) => text.to_owned(),
        Input::Truth(met) => met.to_string(),
    }
}

fn clipped(text: &str) -> String {
    text.chars().take(60).collect()
}
