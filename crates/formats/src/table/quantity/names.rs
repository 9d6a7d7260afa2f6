//! Units as people write them beside numbers.

use super::{Money, Shown};

/// What a unit measures, of those that convert here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Share,
    Time,
    Bytes,
}

/// Names, the first of which the product knows; what they measure; how many seconds, bytes or percent one of them is.
const UNITS: [(&[&str], Kind, f64); 20] = [
    (&["%", "percent"], Kind::Share, 1.0),
    (&["fraction", "ratio"], Kind::Share, 100.0),
    (&["ns", "nanoseconds"], Kind::Time, 1e-9),
    (&["µs", "μs", "us", "microseconds"], Kind::Time, 1e-6),
    (&["ms", "msec", "millisecond", "milliseconds"], Kind::Time, 1e-3),
    (&["s", "sec", "secs", "second", "seconds"], Kind::Time, 1.0),
    (&["min", "mins", "minute", "minutes"], Kind::Time, 60.0),
    (&["h", "hr", "hrs", "hour", "hours"], Kind::Time, 3_600.0),
    (&["days", "d", "day"], Kind::Time, 86_400.0),
    (&["weeks", "wk", "week"], Kind::Time, 604_800.0),
    (&["B", "byte", "bytes"], Kind::Bytes, 1.0),
    (&["KB", "kB"], Kind::Bytes, 1e3),
    (&["MB"], Kind::Bytes, 1e6),
    (&["GB"], Kind::Bytes, 1e9),
    (&["TB"], Kind::Bytes, 1e12),
    (&["KiB"], Kind::Bytes, 1_024.0),
    (&["MiB"], Kind::Bytes, 1_048_576.0),
    (&["GiB"], Kind::Bytes, 1_073_741_824.0),
    (&["TiB"], Kind::Bytes, 1_099_511_627_776.0),
    (&["PB"], Kind::Bytes, 1e15),
];

/// Words for thousands, millions and so on.
const MULTIPLES: [(&[&str], f64); 4] = [
    (&["k", "K", "thousand", "Tsd", "Tsd.", "tsd"], 1e3),
    (&["M", "MM", "mn", "Mn", "Mio", "Mio.", "mio", "million"], 1e6),
    (&["bn", "Bn", "BN", "Mrd", "Mrd.", "mrd", "billion"], 1e9),
    (&["tn", "Tn", "trillion"], 1e12),
];

/// What a unit measures, and how much one of it is.
pub(super) fn known(unit: &str) -> Option<(Kind, f64)> {
    UNITS.iter().find(|(names, _, _)| names.contains(&unit)).map(|(_, kind, scale)| (*kind, *scale))
}

fn multiple(word: &str) -> Option<f64> {
    MULTIPLES.iter().find(|(words, _)| words.contains(&word)).map(|(_, times)| *times)
}

/// What a text says that a format writes beside a number, which is divided by `scale` before.
pub(in super::super) fn unit_of_literal(literal: &str, scale: f64) -> Option<Shown> {
    let literal = literal.trim();
    // `B` alone is bytes; behind digits in billions it is one of those.
    let is_billions = literal == "B" && scale >= 1e9;
    if let Some((names, _, _)) = UNITS.iter().find(|(names, _, _)| names.contains(&literal) && !is_billions) {
        let unit = (*names.first()?).to_owned();
        return Some(Shown::Unit { factor: 1.0 / scale, unit });
    }
    if matches!(literal, "x" | "×") {
        return Some(Shown::Unit { factor: 1.0 / scale, unit: "x".to_owned() });
    }
    if let Some(money) = Money::of_sign(literal, "") {
        // An amount is its whole amount, however it is shown.
        return Some(Shown::Money { factor: 1.0, money });
    }
    let times = if is_billions { Some(1e9) } else { multiple(literal) };
    if let Some(times) = times {
        return Some(Shown::Times(times / scale));
    }
    let words = literal.split_once(' ').and_then(|(one, two)| {
        let (one, two) = (one.trim(), two.trim());
        let split = |word: &str, sign: &str| Some((multiple(word)?, Money::of_sign(sign, "")?));
        split(one, two).or_else(|| split(two, one))
    });
    let joined = || {
        MULTIPLES.iter().flat_map(|(words, times)| words.iter().map(move |word| (*word, *times))).find_map(
            |(word, times)| {
                let rest = literal.strip_prefix(word).or_else(|| literal.strip_suffix(word))?;
                Some((times, Money::of_sign(rest.trim(), "")?))
            },
        )
    };
    let (times, money) = words.or_else(joined)?;
    Some(Shown::Money { factor: times / scale, money })
}
