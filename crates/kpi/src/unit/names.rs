//! The names of units: symbols as they are shown, UCUM's case-sensitive codes (<https://ucum.org/ucum>), and words.

use super::Dimension;

/// Days in a mean month of the Gregorian calendar: 365.25 / 12. UCUM's `mo` and `a` are the same.
const DAYS_PER_MONTH: f64 = 30.4375;

/// Every fixed unit: its names (the first is the symbol), dimension and scale to the base unit. Case matters.
const UNITS: &[(&[&str], Dimension, f64)] = &[
    (&["count", "", "1", "number"], Dimension::Count, 1.0),
    (&["dozen", "dozens"], Dimension::Count, 12.0),
    (&["hundred", "hundreds"], Dimension::Count, 100.0),
    (&["10*3", "10^3"], Dimension::Count, 1e3),
    (&["10*6", "10^6"], Dimension::Count, 1e6),
    (&["10*9", "10^9"], Dimension::Count, 1e9),
    (&["10*12", "10^12"], Dimension::Count, 1e12),
    (&["%", "percent"], Dimension::Percent, 1.0),
    (&["fraction", "ratio"], Dimension::Percent, 100.0),
    (&["‰", "[ppth]"], Dimension::Percent, 0.1),
    (&["ppm", "[ppm]"], Dimension::Percent, 1e-4),
    (&["ppb", "[ppb]"], Dimension::Percent, 1e-7),
    (&["[pptr]"], Dimension::Percent, 1e-10),
    (&["ps"], Dimension::Time, 1e-12),
    (&["ns"], Dimension::Time, 1e-9),
    (&["µs", "us", "μs"], Dimension::Time, 1e-6),
    (&["ms"], Dimension::Time, 1e-3),
    (&["s"], Dimension::Time, 1.0),
    (&["ks"], Dimension::Time, 1e3),
    (&["min"], Dimension::Time, 60.0),
    (&["h"], Dimension::Time, 3_600.0),
    (&["days", "d"], Dimension::Time, 86_400.0),
    (&["weeks", "wk"], Dimension::Time, 604_800.0),
    (&["months", "mo"], Dimension::Time, 86_400.0 * DAYS_PER_MONTH),
    (&["years", "a"], Dimension::Time, 86_400.0 * 12.0 * DAYS_PER_MONTH),
    (&["B", "By"], Dimension::Bytes, 1.0),
    (&["KB", "kB", "kBy", "KBy"], Dimension::Bytes, 1e3),
    (&["MB", "MBy"], Dimension::Bytes, 1e6),
    (&["GB", "GBy"], Dimension::Bytes, 1e9),
    (&["TB", "TBy"], Dimension::Bytes, 1e12),
    (&["PB", "PBy"], Dimension::Bytes, 1e15),
    (&["EB", "EBy"], Dimension::Bytes, 1e18),
    (&["KiB", "KiBy"], Dimension::Bytes, 1_024.0),
    (&["MiB", "MiBy"], Dimension::Bytes, 1_048_576.0),
    (&["GiB", "GiBy"], Dimension::Bytes, 1_073_741_824.0),
    (&["TiB", "TiBy"], Dimension::Bytes, 1_099_511_627_776.0),
    (&["PiB", "PiBy"], Dimension::Bytes, 1_125_899_906_842_624.0),
    (&["EiB", "EiBy"], Dimension::Bytes, 1_152_921_504_606_846_976.0),
    (&["bit"], Dimension::Bytes, 0.125),
    (&["kbit", "Kbit"], Dimension::Bytes, 125.0),
    (&["Mbit"], Dimension::Bytes, 125e3),
    (&["Gbit"], Dimension::Bytes, 125e6),
    (&["Tbit"], Dimension::Bytes, 125e9),
    (&["Kibit"], Dimension::Bytes, 128.0),
    (&["Mibit"], Dimension::Bytes, 131_072.0),
    (&["Gibit"], Dimension::Bytes, 134_217_728.0),
    (&["Tibit"], Dimension::Bytes, 137_438_953_472.0),
    (&["x", "times", "×"], Dimension::Factor, 1.0),
    (&[":1"], Dimension::RatioToOne, 1.0),
    (&["/s", "1/s", "s-1", "per second", "Hz"], Dimension::Frequency, 86_400.0),
    (&["kHz"], Dimension::Frequency, 86_400e3),
    (&["MHz"], Dimension::Frequency, 86_400e6),
    (&["GHz"], Dimension::Frequency, 86_400e9),
    (&["/min", "1/min", "min-1", "per minute"], Dimension::Frequency, 1_440.0),
    (&["/hour", "/h", "1/h", "h-1", "per hour"], Dimension::Frequency, 24.0),
    (&["/day", "/d", "1/d", "d-1", "per day"], Dimension::Frequency, 1.0),
    (&["/week", "/wk", "1/wk", "per week"], Dimension::Frequency, 1.0 / 7.0),
    (&["/month", "/mo", "1/mo", "per month"], Dimension::Frequency, 1.0 / DAYS_PER_MONTH),
    (&["/year", "/a", "1/a", "per year"], Dimension::Frequency, 1.0 / (12.0 * DAYS_PER_MONTH)),
    (&["/KLOC", "per KLOC"], Dimension::PerKloc, 1.0),
    (&["severity"], Dimension::Severity, 1.0),
    (&["judged", "verdict"], Dimension::Judged, 1.0),
];

/// Words in small letters, with or without their plural's `s`, and the symbol that they stand for. In words case does not matter.
const WORDS: &[(&str, &str)] = &[
    ("picosecond", "ps"),
    ("nanosecond", "ns"),
    ("nanos", "ns"),
    ("nsec", "ns"),
    ("microsecond", "µs"),
    ("micros", "µs"),
    ("usec", "µs"),
    ("millisecond", "ms"),
    ("millis", "ms"),
    ("msec", "ms"),
    ("second", "s"),
    ("sec", "s"),
    ("minute", "min"),
    ("mins", "min"),
    ("hour", "h"),
    ("hr", "h"),
    ("day", "days"),
    ("week", "weeks"),
    ("wks", "weeks"),
    ("month", "months"),
    ("year", "years"),
    ("yr", "years"),
    ("byte", "B"),
    ("kilobyte", "KB"),
    ("megabyte", "MB"),
    ("gigabyte", "GB"),
    ("terabyte", "TB"),
    ("petabyte", "PB"),
    ("kibibyte", "KiB"),
    ("mebibyte", "MiB"),
    ("gibibyte", "GiB"),
    ("tebibyte", "TiB"),
    ("pebibyte", "PiB"),
    ("bits", "bit"),
    ("kilobit", "kbit"),
    ("megabit", "Mbit"),
    ("gigabit", "Gbit"),
    ("terabit", "Tbit"),
    ("percent", "%"),
    ("ratio", "fraction"),
    ("fraction", "fraction"),
    ("permille", "‰"),
    ("hertz", "Hz"),
    ("kilohertz", "kHz"),
    ("megahertz", "MHz"),
    ("gigahertz", "GHz"),
    ("dozen", "dozen"),
    ("hundred", "hundred"),
    ("thousand", "10*3"),
    ("million", "10*6"),
    ("billion", "10*9"),
    ("trillion", "10*12"),
];

/// Rates of data in one word, in which case matters as in symbols.
const PER_SECOND: &[(&str, &str)] = &[
    ("bps", "bit/s"),
    ("kbps", "kbit/s"),
    ("Kbps", "kbit/s"),
    ("Mbps", "Mbit/s"),
    ("Gbps", "Gbit/s"),
    ("Tbps", "Tbit/s"),
    ("Bps", "B/s"),
    ("kBps", "KB/s"),
    ("KBps", "KB/s"),
    ("MBps", "MB/s"),
    ("GBps", "GB/s"),
    ("TBps", "TB/s"),
];

/// A fixed unit: its symbol, dimension and scale.
pub(super) type Fixed = (&'static str, Dimension, f64);

/// The unit with this symbol or code.
pub(super) fn fixed(name: &str) -> Option<Fixed> {
    let (names, dimension, scale) = UNITS.iter().find(|(names, _, _)| names.contains(&name))?;
    names.first().map(|symbol| (*symbol, *dimension, *scale))
}

/// The symbol that a word stands for.
pub(super) fn of_word(word: &str) -> Option<&'static str> {
    // `Bps` counts bytes, `bps` bits: as in symbols, a capital says something.
    if let Some((_, symbol)) = PER_SECOND.iter().find(|(known, _)| *known == word) {
        return Some(symbol);
    }
    if word.len() < 2 || word.len() > 12 {
        return None;
    }
    let lower = word.to_lowercase();
    let singular = lower.strip_suffix('s').filter(|singular| singular.len() > 1);
    WORDS.iter().find(|(known, _)| *known == lower || Some(*known) == singular).map(|(_, symbol)| *symbol)
}

/// The period of a frequency, as it stands behind a stroke.
pub(super) fn period(name: &str) -> Option<Fixed> {
    let frequency = |name: &str| fixed(&format!("/{name}")).filter(|(_, kind, _)| *kind == Dimension::Frequency);
    frequency(name).or_else(|| match of_word(name)? {
        "s" => frequency("s"),
        "min" => frequency("min"),
        "h" => frequency("h"),
        "days" => frequency("d"),
        "weeks" => frequency("wk"),
        "months" => frequency("mo"),
        "years" => frequency("a"),
        _ => None,
    })
}
