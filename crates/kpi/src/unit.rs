//! Units: what a value is measured in, and how it becomes the base unit of its dimension.
//!
//! Values are kept in the base unit (seconds, bytes, percent, per day …), so that targets and observations compare as
//! plain numbers. Units of two dimensions never convert; the error names both.

use std::fmt;

use thiserror::Error;

/// The kinds of quantity that the product knows. Its base unit stands in brackets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// Things counted (one).
    Count,
    /// Shares (percent).
    Percent,
    /// Durations (seconds).
    Time,
    /// Amounts of data (bytes).
    Bytes,
    /// Money of one currency, by its ISO 4217 code (one of that currency).
    Money([u8; 3]),
    /// How many times something is better than something else (one).
    Factor,
    /// A ratio to one, as contrast is written, `4.5:1` (one).
    RatioToOne,
    /// Points out of a maximum, `7/10` (one point). Scales of different maxima do not convert.
    Score(u16),
    /// How often something happens (per day).
    Frequency,
    /// Findings for every thousand lines of code (per KLOC).
    PerKloc,
    /// The worst severity among open findings: 0 none, 1 low, 2 medium, 3 high, 4 critical.
    Severity,
    /// A person's or a check's verdict: 1 met, 0 not met.
    Judged,
}

/// A unit: a dimension, the factor to its base unit, and the symbol people read.
#[derive(Debug, Clone, PartialEq)]
pub struct Unit {
    /// What kind of quantity this is.
    pub dimension: Dimension,
    /// How many base units one of this unit is.
    pub scale: f64,
    /// The symbol as it is shown behind a number, `min`, `%`, `/10`.
    pub symbol: String,
}

/// Why a unit can't be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UnitError {
    /// No unit has this name.
    #[error("unknown unit \"{written}\"")]
    Unknown {
        /// The unit as it was written.
        written: String,
    },
    /// Two units measure different things.
    #[error("a value in {from} can't be converted to {to}")]
    Incompatible {
        /// The unit of the value.
        from: String,
        /// The unit that was asked for.
        to: String,
    },
}

/// Days in a mean month of the Gregorian calendar: 365.25 / 12.
const DAYS_PER_MONTH: f64 = 30.4375;

/// Every fixed unit: its names (the first is the symbol), dimension and scale to the base unit.
const UNITS: &[(&[&str], Dimension, f64)] = &[
    (&["count", "", "1", "number"], Dimension::Count, 1.0),
    (&["%", "percent"], Dimension::Percent, 1.0),
    (&["fraction", "ratio"], Dimension::Percent, 100.0),
    (&["ns", "nanoseconds"], Dimension::Time, 1e-9),
    (&["µs", "us", "μs", "microseconds"], Dimension::Time, 1e-6),
    (&["ms", "millisecond", "milliseconds"], Dimension::Time, 1e-3),
    (&["s", "sec", "second", "seconds"], Dimension::Time, 1.0),
    (&["min", "minute", "minutes"], Dimension::Time, 60.0),
    (&["h", "hour", "hours"], Dimension::Time, 3_600.0),
    (&["days", "d", "day"], Dimension::Time, 86_400.0),
    (&["weeks", "week"], Dimension::Time, 604_800.0),
    (&["B", "byte", "bytes"], Dimension::Bytes, 1.0),
    (&["KB", "kB"], Dimension::Bytes, 1e3),
    (&["MB"], Dimension::Bytes, 1e6),
    (&["GB"], Dimension::Bytes, 1e9),
    (&["TB"], Dimension::Bytes, 1e12),
    (&["KiB"], Dimension::Bytes, 1_024.0),
    (&["MiB"], Dimension::Bytes, 1_048_576.0),
    (&["GiB"], Dimension::Bytes, 1_073_741_824.0),
    (&["TiB"], Dimension::Bytes, 1_099_511_627_776.0),
    (&["x", "times", "×"], Dimension::Factor, 1.0),
    (&[":1"], Dimension::RatioToOne, 1.0),
    (&["/s", "per second", "Hz"], Dimension::Frequency, 86_400.0),
    (&["/min", "per minute"], Dimension::Frequency, 1_440.0),
    (&["/hour", "/h", "per hour"], Dimension::Frequency, 24.0),
    (&["/day", "per day"], Dimension::Frequency, 1.0),
    (&["/week", "per week"], Dimension::Frequency, 1.0 / 7.0),
    (&["/month", "per month"], Dimension::Frequency, 1.0 / DAYS_PER_MONTH),
    (&["/year", "per year"], Dimension::Frequency, 1.0 / (12.0 * DAYS_PER_MONTH)),
    (&["/KLOC", "per KLOC"], Dimension::PerKloc, 1.0),
    (&["severity"], Dimension::Severity, 1.0),
    (&["judged", "verdict"], Dimension::Judged, 1.0),
];

/// The currencies that are known, by their ISO 4217 code. They never convert into one another.
const CURRENCIES: &[&str] = &[
    "USD", "EUR", "GBP", "CHF", "JPY", "CNY", "INR", "CAD", "AUD", "NZD", "SEK", "NOK", "DKK", "PLN", "CZK", "BRL",
    "MXN", "ZAR", "KRW", "SGD", "HKD", "ILS", "TRY",
];

impl Unit {
    /// Reads a unit's name or symbol; a currency by its ISO 4217 code or `$`, `€`, `£`; a score by `/N`.
    ///
    /// # Errors
    /// [`UnitError::Unknown`] where no unit has this name.
    pub fn parse(written: &str) -> Result<Self, UnitError> {
        let name = written.trim();
        for (names, dimension, scale) in UNITS {
            if names.contains(&name) {
                let symbol = names.first().copied().unwrap_or_default().to_owned();
                return Ok(Self { dimension: *dimension, scale: *scale, symbol });
            }
        }
        if let Some(maximum) = name.strip_prefix('/').and_then(|digits| digits.parse::<u16>().ok()).filter(|n| *n > 0) {
            return Ok(Self { dimension: Dimension::Score(maximum), scale: 1.0, symbol: format!("/{maximum}") });
        }
        let code = match name {
            "$" => "USD",
            "€" => "EUR",
            "£" => "GBP",
            other => other,
        };
        if let [first, second, third] = code.as_bytes()
            && CURRENCIES.contains(&code)
        {
            let dimension = Dimension::Money([*first, *second, *third]);
            return Ok(Self { dimension, scale: 1.0, symbol: code.to_owned() });
        }
        // "tokens/s" is a frequency of tokens: what is counted does not change the arithmetic.
        if let Some((_, period)) = name.rsplit_once('/')
            && let Some((_, dimension, scale)) =
                UNITS.iter().find(|(names, _, _)| names.contains(&format!("/{period}").as_str()))
        {
            return Ok(Self { dimension: *dimension, scale: *scale, symbol: name.to_owned() });
        }
        Err(UnitError::Unknown { written: written.to_owned() })
    }

    /// Converts `value` of this unit to the base unit of `wanted`'s dimension.
    ///
    /// # Errors
    /// [`UnitError::Incompatible`] with both symbols where the dimensions differ.
    pub fn to_base_of(&self, value: f64, wanted: &Self) -> Result<f64, UnitError> {
        if self.dimension == wanted.dimension {
            return Ok(self.to_base(value));
        }
        Err(UnitError::Incompatible { from: self.named(), to: wanted.named() })
    }

    /// `value` of this unit in the base unit of its own dimension.
    pub fn to_base(&self, value: f64) -> f64 {
        // Dividing by a whole number rounds once; multiplying by its inverse rounds twice (100 ms would not be 0.1 s).
        let inverse = (1.0 / self.scale).round();
        if self.scale < 1.0 && (inverse * self.scale - 1.0).abs() < 1e-12 {
            value / inverse
        } else {
            value * self.scale
        }
    }

    /// `value` of the base unit in this unit.
    pub fn from_base(&self, value: f64) -> f64 {
        let inverse = (1.0 / self.scale).round();
        if self.scale < 1.0 && (inverse * self.scale - 1.0).abs() < 1e-12 {
            value * inverse
        } else {
            value / self.scale
        }
    }

    /// The symbol in a sentence: a quantity without a symbol is called by its kind.
    pub fn named(&self) -> String {
        match self.dimension {
            Dimension::Count => "a plain count".to_owned(),
            Dimension::Judged => "a verdict (met or not met)".to_owned(),
            Dimension::Severity => "a severity (none, low, medium, high, critical)".to_owned(),
            _ => format!("\"{}\"", self.symbol),
        }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.symbol)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base(value: f64, unit: &str) -> f64 {
        Unit::parse(unit).expect(unit).to_base(value)
    }

    #[test]
    fn units_convert_to_their_base() {
        let cases: &[(f64, &str, f64)] = &[
            (90.0, "min", 5_400.0),
            (100.0, "ms", 0.1),
            (0.2, "GB", 2e8),
            (500.0, "KB", 5e5),
            (0.995, "fraction", 99.5),
            (7.0, "days", 604_800.0),
            (2.0, "/hour", 48.0),
            (12.5, "tokens/s", 1_080_000.0),
        ];
        for (value, unit, expected) in cases {
            assert!((base(*value, unit) - expected).abs() <= expected.abs() * 1e-15, "{value} {unit}");
        }
    }

    #[test]
    fn a_unit_of_another_kind_is_refused_with_both_names() {
        let gigabytes = Unit::parse("GB").expect("GB");
        let error = gigabytes.to_base_of(0.2, &Unit::parse("min").expect("min")).expect_err("no conversion");
        assert_eq!(error.to_string(), "a value in \"GB\" can't be converted to \"min\"");
    }

    #[test]
    fn scores_of_different_scales_and_currencies_do_not_convert() {
        for (from, to) in [("/5", "/10"), ("USD", "EUR"), ("x", "%"), ("/day", "count")] {
            let from = Unit::parse(from).expect(from);
            assert!(from.to_base_of(1.0, &Unit::parse(to).expect(to)).is_err());
        }
    }

    #[test]
    fn unknown_units_are_refused() {
        for unit in ["bananas", "NPS", "hrs2", "/0", "usd", "%%", "tokens/fortnight"] {
            assert!(Unit::parse(unit).is_err(), "{unit}");
        }
    }
}
