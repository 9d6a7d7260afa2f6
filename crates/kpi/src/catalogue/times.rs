//! Lengths of time and instants as a document writes them: the opposite of reading them.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Units of a written length, the longest first: milliseconds, one, more than one.
const LENGTHS: [(i64, &str, &str); 5] = [
    (86_400_000, "day", "days"),
    (3_600_000, "hour", "hours"),
    (60_000, "min", "min"),
    (1_000, "s", "s"),
    (1, "ms", "ms"),
];

/// A length of time in the longest unit that holds it without a fraction: `30 days`, `90 min`.
pub(super) fn length(length_ms: i64) -> String {
    let fitting = LENGTHS.iter().find(|(unit_ms, _, _)| length_ms != 0 && length_ms % unit_ms == 0);
    let (unit_ms, one, many) = fitting.copied().unwrap_or((60_000, "min", "min"));
    let count = length_ms / unit_ms;
    format!("{count} {}", if count == 1 { one } else { many })
}

/// A start: its date where a day of the zone begins then, else the instant.
pub(super) fn start(time_ms: i64, zone: &TimeZone) -> String {
    let instant = instant(time_ms);
    let local = instant.to_zoned_datetime(zone.clone());
    match local.start_of_day() {
        Ok(midnight) if midnight == local => local.date().to_string(),
        _ => instant.to_string(),
    }
}

/// An end: the last date inside where a day of the zone begins then, else the instant.
pub(super) fn end(time_ms: i64, zone: &TimeZone) -> String {
    let instant = instant(time_ms);
    let local = instant.to_zoned_datetime(zone.clone());
    match (local.start_of_day(), local.date().yesterday()) {
        (Ok(midnight), Ok(last_day)) if midnight == local => last_day.to_string(),
        _ => instant.to_string(),
    }
}

/// The instant, or the last one of the calendar where it lies outside.
fn instant(time_ms: i64) -> Timestamp {
    Timestamp::from_millisecond(time_ms).unwrap_or(Timestamp::MAX)
}
