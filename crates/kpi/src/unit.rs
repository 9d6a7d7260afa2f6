//! Units: what a value is measured in, and how it becomes the base unit of its dimension.
//!
//! Values are kept in the base unit (seconds, bytes, percent, per day …), so that targets and observations compare as
//! plain numbers. Units of two dimensions never convert; the error names both.

mod counted;
mod currency;
mod ending;
mod names;

use std::fmt;

use thiserror::Error;

pub use ending::{Ending, of_name};

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
    /// Data of a period, by the symbol of the unit in which the data is counted (one of that unit per day).
    DataRate(&'static str),
    /// Money of a period, by its ISO 4217 code (one of that currency per day).
    MoneyRate([u8; 3]),
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

/// Nouns that other systems write as a unit where they count things; UCUM writes them in braces.
const THINGS: &[&str] = &[
    "none",
    "item",
    "request",
    "response",
    "query",
    "querie",
    "call",
    "operation",
    "event",
    "message",
    "packet",
    "error",
    "failure",
    "task",
    "job",
    "thread",
    "process",
    "processe",
    "connection",
    "session",
    "user",
    "file",
    "row",
    "record",
    "object",
    "buffer",
    "class",
    "classe",
    "token",
    "deployment",
    "build",
    "test",
    "run",
    "page",
    "ticket",
    "customer",
    "commit",
];

/// Prefixes that stand where something counted should: "k/s" might be a thousand of anything.
const PREFIXES: &[&str] = &["k", "K", "M", "G", "T", "P", "m", "u", "n"];

impl Unit {
    /// Reads a unit's name or symbol: as shown, as UCUM's code or as a word; a currency by its ISO 4217 code or `$`, `€`, `£`; a
    /// score by `/N`.
    ///
    /// # Errors
    /// [`UnitError::Unknown`] where no unit has this name.
    pub fn parse(written: &str) -> Result<Self, UnitError> {
        let name = written.trim();
        Self::known(name).ok_or_else(|| UnitError::Unknown { written: written.to_owned() })
    }

    /// As [`Unit::parse`], of a unit as other systems name it: what UCUM writes in braces says what is counted (`{request}` is a
    /// count, `{request}/s` a frequency, `By{sent}` bytes), and so does a plain noun (`requests`).
    ///
    /// # Errors
    /// [`UnitError::Unknown`] where no unit has this name.
    pub fn sent(written: &str) -> Result<Self, UnitError> {
        let unknown = || UnitError::Unknown { written: written.to_owned() };
        let name = written.trim();
        if name.contains(['{', '}']) {
            let rest = without_annotations(name).ok_or_else(unknown)?;
            return Self::known(if rest.is_empty() { "count" } else { &rest }).ok_or_else(unknown);
        }
        let is_thing = || Self::is_of_things(name);
        Self::known(name).or_else(|| is_thing().then(|| Self::known("count")).flatten()).ok_or_else(unknown)
    }

    /// Whether a word names things that are counted, as other systems write them in the place of a unit.
    pub fn is_of_things(word: &str) -> bool {
        let lower = word.to_lowercase();
        THINGS.contains(&lower.as_str()) || lower.strip_suffix('s').is_some_and(|noun| THINGS.contains(&noun))
    }

    /// The decimals of the smallest unit of a currency, by its ISO 4217 code in capitals; `None` for any other code, and where the
    /// standard names no smallest unit.
    pub fn currency_decimals(code: &str) -> Option<u8> {
        currency::of(code).and_then(|(_, decimals)| decimals)
    }

    fn known(name: &str) -> Option<Self> {
        if let Some((symbol, dimension, scale)) = names::fixed(name) {
            return Some(Self { dimension, scale, symbol: symbol.to_owned() });
        }
        if let Some(maximum) = name.strip_prefix('/').and_then(|digits| digits.parse::<u16>().ok()).filter(|n| *n > 0) {
            return Some(Self { dimension: Dimension::Score(maximum), scale: 1.0, symbol: format!("/{maximum}") });
        }
        let code = match name {
            "$" => "USD",
            "€" => "EUR",
            "£" => "GBP",
            other => other,
        };
        if let Some((known, _)) = currency::of(code)
            && let [first, second, third] = known.as_bytes()
        {
            let dimension = Dimension::Money([*first, *second, *third]);
            return Some(Self { dimension, scale: 1.0, symbol: known.to_owned() });
        }
        if let Some(symbol) = names::of_word(name) {
            return Self::known(symbol);
        }
        Self::rate(name)
    }

    /// A rate: what is counted, a stroke, a period.
    fn rate(name: &str) -> Option<Self> {
        let (counted, period) = name.rsplit_once('/')?;
        let (per, dimension, scale) = names::period(period.trim())?;
        let counted = counted.trim();
        match Self::known(counted) {
            None if counted.is_empty() => Some(Self { dimension, scale, symbol: per.to_owned() }),
            // "tokens/s" is a frequency of tokens: what is counted does not change the arithmetic.
            None => counted::is_thing(counted).then(|| Self { dimension, scale, symbol: name.to_owned() }),
            Some(Self { dimension: Dimension::Count | Dimension::Factor, scale: times, .. }) => {
                Some(Self { dimension, scale: scale * times, symbol: name.to_owned() })
            }
            Some(Self { dimension: Dimension::Money(code), .. }) => {
                let symbol = format!("{counted}{per}");
                Some(Self { dimension: Dimension::MoneyRate(code), scale, symbol })
            }
            Some(Self { dimension: Dimension::Bytes, symbol, .. }) => {
                let (counted, _, _) = names::fixed(&symbol)?;
                Some(Self { dimension: Dimension::DataRate(counted), scale, symbol: format!("{counted}{per}") })
            }
            Some(_) => None,
        }
    }

    /// Converts `value` of this unit to the base unit of `wanted`'s dimension.
    ///
    /// # Errors
    /// [`UnitError::Incompatible`] with both symbols where the dimensions differ.
    pub fn to_base_of(&self, value: f64, wanted: &Self) -> Result<f64, UnitError> {
        if self.dimension == wanted.dimension {
            return Ok(self.to_base(value));
        }
        if let (Dimension::DataRate(own), Dimension::DataRate(other)) = (self.dimension, wanted.dimension)
            && let (Some((_, _, own)), Some((_, _, other))) = (names::fixed(own), names::fixed(other))
        {
            return Ok(self.to_base(value) * own / other);
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

/// A UCUM code without what it annotates in braces; `None` where a brace is not closed.
fn without_annotations(code: &str) -> Option<String> {
    let mut rest = code;
    let mut plain = String::with_capacity(code.len());
    while let Some((before, after)) = rest.split_once('{') {
        plain.push_str(before);
        rest = after.split_once('}').map(|(_, after)| after)?;
    }
    plain.push_str(rest);
    (!plain.contains('}')).then(|| plain.trim().to_owned())
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
            (1.0, "wk", 604_800.0),
            (1.0, "mo", 2_629_800.0),
            (1.0, "a", 31_557_600.0),
            (2.0, "hr", 7_200.0),
            (2.0, "Hours", 7_200.0),
            (5.0, "microsecond", 5e-6),
            (5.0, "nanoseconds", 5e-9),
            (5.0, "Milliseconds", 5e-3),
            (8.0, "bit", 1.0),
            (8.0, "Mbit", 1e6),
            (1.0, "KiBy", 1_024.0),
            (1.0, "kBy", 1_000.0),
            (1.0, "Megabytes", 1e6),
            (5.0, "[ppth]", 0.5),
            (5.0, "[ppm]", 5e-4),
            (2.0, "10*3", 2_000.0),
            (3.0, "thousands/s", 259_200_000.0),
            (3.0, "dozens/day", 36.0),
            (3.0, "million", 3e6),
            (1.0, "deploys/day", 1.0),
            (1.0, "pull requests/day", 1.0),
            (1.0, "ops/day", 1.0),
            (1.0, "Bps", 86_400.0),
            (1.0, "kBps", 86_400.0),
            (2.0, "1/s", 172_800.0),
            (2.0, "kHz", 172_800_000.0),
            (1.0, "HUF", 1.0),
            (3.0, "USD/month", 3.0 / 30.4375),
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
        let pairs = [
            ("/5", "/10"),
            ("USD", "EUR"),
            ("x", "%"),
            ("/day", "count"),
            ("USD", "HUF"),
            ("MB/s", "/s"),
            ("USD/month", "EUR/month"),
        ];
        for (from, to) in pairs {
            let from = Unit::parse(from).expect(from);
            assert!(from.to_base_of(1.0, &Unit::parse(to).expect(to)).is_err());
        }
    }

    #[test]
    fn unknown_units_are_refused() {
        for unit in [
            "bananas",
            "NPS",
            "hrs2",
            "/0",
            "usd",
            "%%",
            "tokens/fortnight",
            "m",
            "Cel",
            "b",
            "Mb",
            "S",
            "MS",
            "MIN",
            "BIT",
            "k/s",
            "ms/s",
            "km/h",
            "W/s",
            "kWh/day",
            "meters/s",
            "kilometers/h",
            "miles/h",
            "kreq/s",
            "Mops/s",
            "thousands of requests/s",
            "pairs/s",
            "mbps",
            "MBPS",
            "mB/s",
            "10*4/s",
            "USDC",
            "{request}",
            "requests",
        ] {
            assert!(Unit::parse(unit).is_err(), "{unit}");
        }
    }

    #[test]
    fn units_of_other_systems_are_read_as_they_write_them() {
        for (written, symbol) in [
            ("{request}", "count"),
            ("{cpu}", "count"),
            ("requests", "count"),
            ("{request}/s", "/s"),
            ("{fault}/d", "/day"),
            ("By{sent}", "B"),
            ("ms{cpu}", "ms"),
            ("By/s", "B/s"),
            ("Bytes/Second", "B/s"),
            ("1", "count"),
            ("hr", "h"),
            ("threads", "count"),
        ] {
            assert_eq!(Unit::sent(written).map(|unit| unit.symbol), Ok(symbol.to_owned()), "{written}");
        }
        for written in ["furlongs", "{request", "request}", "{request}/{s}", "Cel", "{a}2"] {
            assert_eq!(Unit::sent(written), Err(UnitError::Unknown { written: written.to_owned() }));
        }
    }

    #[test]
    fn a_rate_of_data_converts_by_the_data_and_by_the_period() {
        let megabytes = Unit::parse("MB/s").expect("a rate");
        for (value, unit, expected) in
            [(500.0, "kBy/s", 0.5), (8.0, "Mbit/s", 1.0), (60.0, "MB/min", 1.0), (8.0, "Mbps", 1.0), (1.0, "MBps", 1.0)]
        {
            let base = Unit::sent(unit).expect(unit).to_base_of(value, &megabytes).expect(unit);
            assert!((megabytes.from_base(base) - expected).abs() < 1e-12, "{unit}");
        }
    }

    #[test]
    fn every_symbol_is_the_name_of_its_unit() {
        for written in [
            "By",
            "[ppm]",
            "mo",
            "Bytes/Second",
            "Mbps",
            "tokens/s",
            "USD/mo",
            "10*3/s",
            "KiBy/min",
            "1/a",
            "HUF",
            "$/month",
        ] {
            let unit = Unit::parse(written).expect(written);
            assert_eq!(Unit::parse(&unit.symbol).as_ref(), Ok(&unit), "{written}");
        }
    }
}
