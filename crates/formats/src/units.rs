//! Other systems' names of units. OpenTelemetry writes UCUM codes (`By`, `{request}/s`), `OpenMetrics` words (`bytes`).

use std::borrow::Cow;

/// Names that other systems have for units known here under another name.
const OTHER_NAMES: [(&str, &str); 21] = [
    ("By", "B"),
    ("kBy", "KB"),
    ("KBy", "KB"),
    ("MBy", "MB"),
    ("GBy", "GB"),
    ("TBy", "TB"),
    ("KiBy", "KiB"),
    ("MiBy", "MiB"),
    ("GiBy", "GiB"),
    ("TiBy", "TiB"),
    ("wk", "weeks"),
    ("By/s", "B/s"),
    ("ratios", "ratio"),
    ("percents", "percent"),
    ("1/s", "/s"),
    ("1/min", "/min"),
    ("1/h", "/h"),
    ("1/d", "/day"),
    ("kilobytes", "KB"),
    ("megabytes", "MB"),
    ("hertz", "Hz"),
];

/// The name under which the product knows a unit that another system names; the same name where there is no other.
///
/// What UCUM writes in braces says what is counted: `{request}` is `count`, `{request}/s` is `/s`.
pub fn plain_name(unit: &str) -> Cow<'_, str> {
    let unit = unit.trim();
    if let Some((_, known)) = OTHER_NAMES.iter().find(|(other, _)| *other == unit) {
        return Cow::Borrowed(known);
    }
    if let Some((_, rest)) = unit.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
        return match rest {
            "" => Cow::Borrowed("count"),
            "/d" => Cow::Borrowed("/day"),
            rest => Cow::Borrowed(rest),
        };
    }
    Cow::Borrowed(unit)
}
