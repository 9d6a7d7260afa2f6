//! The unit that a name ends with, as in `http_request_duration_milliseconds`, `latency_ms` or `io_time_seconds_total`.
//!
//! Names are mostly written in small letters, so that abbreviations are read without case where no two differ by it alone. An ending
//! of one letter says nothing (`_s`, `_m`, `_h`, `_b`), nor does one that follows a number (`errors_last_60_seconds`).

use super::{Dimension, Unit, currency};

/// Abbreviations in small letters as names end with them, and the symbols that they stand for.
const ABBREVIATIONS: &[(&str, &str)] = &[
    ("ns", "ns"),
    ("us", "us"),
    ("µs", "us"),
    ("ms", "ms"),
    ("sec", "s"),
    ("secs", "s"),
    ("mins", "min"),
    ("hr", "h"),
    ("hrs", "h"),
    ("kb", "KB"),
    ("mb", "MB"),
    ("gb", "GB"),
    ("tb", "TB"),
    ("pb", "PB"),
    ("kib", "KiB"),
    ("mib", "MiB"),
    ("gib", "GiB"),
    ("tib", "TiB"),
    ("pib", "PiB"),
    ("kbit", "kbit"),
    ("mbit", "Mbit"),
    ("gbit", "Gbit"),
    ("pct", "%"),
    ("ppm", "ppm"),
    ("kbps", "kbit/s"),
    ("mbps", "Mbit/s"),
    ("gbps", "Gbit/s"),
];

/// Codes of currencies that are words of a metric's name as well.
const ALSO_WORDS: &str = "ALL ANG BAM BOB COP CUP ERN GEL LAK LEK MAD MOP NAD PEN PHP RON SOS STD TOP TRY";

/// Currencies that are seldom anything else, so that a number of another kind is surely none of them.
const CERTAIN: &str = "USD EUR GBP JPY CHF CNY INR AUD CAD SEK NOK DKK PLN CZK HUF BRL MXN KRW ILS ZAR NZD SGD HKD";

/// What the end of a name says.
#[derive(Debug, Clone, PartialEq)]
pub enum Ending {
    /// Nothing about a unit, or nothing that is certain.
    Nothing,
    /// A unit of the wanted kind.
    Fits(Unit),
    /// A unit of another kind or currency, by its ending as it is written.
    Other(String),
}

/// What the end of a name says of its unit, where `wanted` is the unit that it should have.
pub fn of_name(name: &str, wanted: &Unit) -> Ending {
    let name = ["_total", "_sum", "_max", "_min"].into_iter().find_map(|part| name.strip_suffix(part)).unwrap_or(name);
    let Some((before, word)) = name.rsplit_once('_').filter(|(_, word)| word.chars().count() > 1) else {
        return Ending::Nothing;
    };
    let previous = before.rsplit('_').next().unwrap_or_default();
    if let Some(ending) = money(before, previous, word, wanted) {
        return ending;
    }
    let other = || Ending::Other(word.to_owned());
    if previous == "per" {
        return per(before, word, wanted);
    }
    let Some(unit) = read(word) else { return Ending::Nothing };
    if unit.dimension == wanted.dimension
        || matches!((unit.dimension, wanted.dimension), (Dimension::DataRate(_), Dimension::DataRate(_)))
    {
        return Ending::Fits(unit);
    }
    let is_measure = matches!(
        wanted.dimension,
        Dimension::Count
            | Dimension::Percent
            | Dimension::Time
            | Dimension::Bytes
            | Dimension::Money(_)
            | Dimension::Frequency
            | Dimension::DataRate(_)
            | Dimension::MoneyRate(_)
    );
    let is_certain = match unit.dimension {
        // "open_issues_7_days" and the like count something of a period.
        Dimension::Time => unit.scale <= 1.0 && !ends_with_digit(previous) && !matches!(word, "us" | "sec"),
        // A country, as `us` is.
        Dimension::Bytes | Dimension::DataRate(_) => word != "gb",
        Dimension::Percent => matches!(word, "percent" | "pct"),
        _ => false,
    };
    if is_measure && is_certain { other() } else { Ending::Nothing }
}

/// The unit of a word, whatever the wanted one is.
fn read(word: &str) -> Option<Unit> {
    let lower = word.to_lowercase();
    let is_of_one_case = word == lower || word == word.to_uppercase();
    let short = ABBREVIATIONS.iter().find(|(known, _)| is_of_one_case && *known == lower).map(|(_, symbol)| *symbol);
    let unit = match short {
        Some(symbol) => Unit::parse(symbol).ok()?,
        None if word.chars().count() > 1 => Unit::parse(word).ok()?,
        None => return None,
    };
    // Of what is short only what is listed, or is written as the symbol itself, is a unit and no word.
    let is_known = short.is_some()
        || word.len() > 3
        || matches!(
            word,
            "ms" | "us" | "ns" | "KB" | "kB" | "MB" | "GB" | "TB" | "KiB" | "MiB" | "GiB" | "TiB" | "bit"
        );
    let is_measure =
        matches!(unit.dimension, Dimension::Time | Dimension::Bytes | Dimension::Percent | Dimension::DataRate(_));
    (is_known && is_measure).then_some(unit)
}

fn ends_with_digit(word: &str) -> bool {
    word.ends_with(|character: char| character.is_ascii_digit())
}

/// `requests_per_second`, `bytes_per_second`.
fn per(before: &str, word: &str, wanted: &Unit) -> Ending {
    let counted = before.strip_suffix("_per").and_then(|rest| rest.rsplit('_').next()).unwrap_or_default();
    let Ok(period) = Unit::parse(&format!("/{word}")) else { return Ending::Nothing };
    match (wanted.dimension, read(counted)) {
        (Dimension::Frequency, None) if period.dimension == Dimension::Frequency => Ending::Fits(period),
        (Dimension::DataRate(_), Some(data)) if data.dimension == Dimension::Bytes => {
            Unit::parse(&format!("{}/{word}", data.symbol)).map_or(Ending::Nothing, Ending::Fits)
        }
        (Dimension::Frequency | Dimension::Bytes, Some(data)) if data.dimension == Dimension::Bytes => {
            Ending::Other(format!("{counted}_per_{word}"))
        }
        _ => Ending::Nothing,
    }
}

fn money(before: &str, previous: &str, word: &str, wanted: &Unit) -> Option<Ending> {
    let code = word.to_ascii_uppercase();
    let is_listed = |list: &str| list.split(' ').any(|known| known == code);
    let own = match wanted.dimension {
        Dimension::Money(code) => Some(code),
        _ => None,
    };
    let own = own.as_ref().and_then(|code| std::str::from_utf8(code).ok());
    let of = |code: &str, hundredths: bool| {
        let scale = if hundredths { 0.01 } else { 1.0 };
        let symbol = if hundredths { word.to_owned() } else { code.to_owned() };
        Ending::Fits(Unit { dimension: wanted.dimension, scale, symbol })
    };
    let lower = word.to_lowercase();
    // A currency before its hundredths: `price_eur_cents`.
    let said_before = currency::of(&previous.to_ascii_uppercase()).map(|(code, _)| code);
    let meant: (&[&str], bool) = match lower.as_str() {
        "euro" | "euros" => (&["EUR"], false),
        "eurocents" | "eurocent" => (&["EUR"], true),
        "dollar" | "dollars" => (&["USD", "AUD", "CAD", "NZD", "SGD", "HKD", "TWD"], false),
        "yen" => (&["JPY"], false),
        "rupees" => (&["INR", "PKR", "LKR", "NPR", "MUR"], false),
        "pence" => (&["GBP"], true),
        "cent" | "cents" => (&["USD", "EUR", "AUD", "CAD", "NZD", "SGD", "HKD", "ZAR"], true),
        // Weights are in pounds, too.
        "pounds" if own.is_some() => (&["GBP", "EGP"], false),
        _ => {
            let (known, _) = currency::of(&code)?;
            return match own {
                Some(own) if own == known => Some(of(own, false)),
                Some(_) if !is_listed(ALSO_WORDS) => Some(Ending::Other(word.to_owned())),
                None if matches!(wanted.dimension, Dimension::MoneyRate(_)) => None,
                None if is_listed(CERTAIN) && is_physical(wanted) && !before.ends_with("_in") => {
                    Some(Ending::Other(word.to_owned()))
                }
                _ => None,
            };
        }
    };
    let (codes, hundredths) = meant;
    match own {
        Some(own) if codes.contains(&own) && (!hundredths || said_before.is_none_or(|said| said == own)) => {
            Some(of(own, hundredths))
        }
        None if !is_physical(wanted) => None,
        _ => Some(Ending::Other(word.to_owned())),
    }
}

/// Whether a unit is one of which no amount of money can be meant.
fn is_physical(wanted: &Unit) -> bool {
    matches!(
        wanted.dimension,
        Dimension::Percent | Dimension::Time | Dimension::Bytes | Dimension::Frequency | Dimension::DataRate(_)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_name_is_its_unit_where_it_is_of_the_wanted_kind() {
        for (name, wanted, base) in [
            ("a_ms", "s", 0.001),
            ("a_duration_ms", "min", 0.001),
            ("a_MS", "s", 0.001),
            ("a_ms_total", "s", 0.001),
            ("a_us", "s", 1e-6),
            ("a_ns", "s", 1e-9),
            ("a_usec", "s", 1e-6),
            ("a_millis", "s", 0.001),
            ("a_secs", "min", 1.0),
            ("a_hours", "s", 3_600.0),
            ("a_kib", "MB", 1_024.0),
            ("a_mib", "B", 1_048_576.0),
            ("a_kb", "B", 1_000.0),
            ("a_MB", "B", 1e6),
            ("a_bytes_total", "MB", 1.0),
            ("a_pct", "%", 1.0),
            ("a_ratio", "%", 100.0),
            ("a_eur", "EUR", 1.0),
            ("a_euros", "EUR", 1.0),
            ("a_cents", "EUR", 0.01),
            ("a_usd_cents", "USD", 0.01),
            ("a_pence", "GBP", 0.01),
            ("a_dollars", "USD", 1.0),
            ("a_per_second", "/day", 86_400.0),
        ] {
            match of_name(name, &Unit::parse(wanted).expect(wanted)) {
                Ending::Fits(unit) => assert!((unit.to_base(1.0) - base).abs() <= base * 1e-12, "{name} {wanted}"),
                other => panic!("{name} {wanted}: {other:?}"),
            }
        }
    }

    #[test]
    fn an_end_of_another_kind_or_currency_is_told() {
        for (name, wanted) in [
            ("a_ms", "B"),
            ("a_ms", "%"),
            ("a_ms", "count"),
            ("a_kib", "s"),
            ("a_bytes", "s"),
            ("a_seconds", "USD"),
            ("a_eur", "USD"),
            ("a_usd", "EUR"),
            ("a_euros", "USD"),
            ("a_dollars", "EUR"),
            ("a_cents", "JPY"),
            ("a_eur_cents", "USD"),
            ("a_usd", "s"),
            ("a_euros", "%"),
            ("a_huf", "USD"),
            ("a_percent", "s"),
            ("a_bytes_per_second", "/s"),
        ] {
            assert!(matches!(of_name(name, &Unit::parse(wanted).expect(wanted)), Ending::Other(_)), "{name} {wanted}");
        }
    }

    #[test]
    fn an_end_that_may_be_a_word_says_nothing() {
        for (name, wanted) in [
            ("a_s", "s"),
            ("a_m", "s"),
            ("a_h", "s"),
            ("a_b", "B"),
            ("a_d", "s"),
            ("ms", "s"),
            ("a_ratio", "x"),
            ("a_all", "USD"),
            ("a_top", "USD"),
            ("errors_last_60_seconds", "count"),
            ("revenue_last_30_days", "USD"),
            ("deploys_per_day", "s"),
            ("a_Mb", "B"),
            ("contact_us_page", "s"),
            ("a_users", "count"),
            ("visits_contact_us", "count"),
            ("revenue_gb", "GBP"),
            ("issues_sec", "count"),
        ] {
            assert_eq!(of_name(name, &Unit::parse(wanted).expect(wanted)), Ending::Nothing, "{name} {wanted}");
        }
    }
}
