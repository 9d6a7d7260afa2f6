//! Instants as people write and read them, always in UTC.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Reads an "as of" instant: RFC 3339 with a zone, `2026-11-23T22:43` (UTC), or a date, which means its last
/// millisecond.
///
/// # Errors
/// A sentence that says what would be right.
pub fn parse_as_of(written: &str) -> Result<i64, String> {
    let text = written.trim();
    if let Ok(date) = text.parse::<Date>()
        && text.len() <= 10
        && let Ok(next) = date.tomorrow()
        && let Ok(midnight) = TimeZone::UTC.to_zoned_datetime(next.at(0, 0, 0, 0))
    {
        return Ok(midnight.timestamp().as_millisecond() - 1);
    }
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Ok(timestamp.as_millisecond());
    }
    text.parse::<jiff::civil::DateTime>()
        .ok()
        .and_then(|civil| TimeZone::UTC.to_zoned_datetime(civil).ok())
        .map(|zoned| zoned.timestamp().as_millisecond())
        .ok_or_else(|| {
            format!(
                "\"{}\" is no instant; write 2026-11-23 or 2026-11-23T14:30:00Z",
                text.chars().take(60).collect::<String>()
            )
        })
}

fn formatted(time_ms: i64, format: &str) -> String {
    Timestamp::from_millisecond(time_ms).map_or_else(
        |_| time_ms.to_string(),
        |timestamp| timestamp.to_zoned_datetime(TimeZone::UTC).strftime(format).to_string(),
    )
}

/// `2026-11-23T22:43:10.123Z`.
pub fn iso(time_ms: i64) -> String {
    Timestamp::from_millisecond(time_ms).map_or_else(|_| time_ms.to_string(), |timestamp| timestamp.to_string())
}

/// `23 November 2026, 22:43:10 UTC`.
pub fn long(time_ms: i64) -> String {
    formatted(time_ms, "%-d %B %Y, %H:%M:%S UTC")
}

/// `23 Nov 2026, 22:43`.
pub fn short(time_ms: i64) -> String {
    formatted(time_ms, "%-d %b %Y, %H:%M")
}

/// `23 Nov 2026`.
pub fn date(time_ms: i64) -> String {
    formatted(time_ms, "%-d %b %Y")
}

/// A length of time in the largest unit that divides it: `7 days`, `1 hour`, `90 minutes`.
pub fn duration(length_ms: i64) -> String {
    for (unit, unit_ms) in [("day", 86_400_000), ("hour", 3_600_000), ("minute", 60_000), ("second", 1_000)] {
        if length_ms >= unit_ms && length_ms % unit_ms == 0 {
            let count = length_ms / unit_ms;
            return format!("{count} {unit}{}", if count == 1 { "" } else { "s" });
        }
    }
    format!("{length_ms} milliseconds")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_read_in_the_forms_that_people_write() {
        for (written, expected) in [
            ("1970-01-01", 86_399_999),
            ("1970-01-01T00:00:01Z", 1_000),
            ("1970-01-01T02:00:00+02:00", 0),
            ("1970-01-01T00:01", 60_000),
        ] {
            assert_eq!(parse_as_of(written), Ok(expected), "{written}");
        }
        for written in ["", "yesterday", "2026-13-01", "12"] {
            assert!(parse_as_of(written).is_err(), "{written}");
        }
    }

    #[test]
    fn lengths_of_time_are_told_in_their_largest_whole_unit() {
        for (length_ms, expected) in
            [(604_800_000, "7 days"), (86_400_000, "1 day"), (5_400_000, "90 minutes"), (1_500, "1500 milliseconds")]
        {
            assert_eq!(duration(length_ms), expected);
        }
    }
}
