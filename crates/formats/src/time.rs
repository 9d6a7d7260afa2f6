//! Times as senders write them. Whether a time lies too far ahead is for the caller to decide: there is no clock here.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::WrittenTime;
use crate::text::quote;

/// Below this a number is taken for seconds: as milliseconds it would be before March 1973.
const LEAST_MS: i64 = 100_000_000_000;
/// The last millisecond of the year 9999; a number above it is taken for micro- or nanoseconds.
const GREATEST_MS: i64 = 253_402_300_799_999;

/// Milliseconds since the Unix epoch, UTC; smaller parts of a second are cut off.
///
/// Read are RFC 3339 with a zone (`2026-03-01T09:30:00+01:00`), a date (`2026-03-01`: midnight UTC), and a whole number of
/// milliseconds.
///
/// # Errors
/// A sentence that quotes the time and says what would be right.
pub fn parse(time: &WrittenTime) -> Result<i64, String> {
    match time {
        WrittenTime::Milliseconds(time_ms) => in_range(*time_ms),
        WrittenTime::Text(text) => from_text(text.trim()),
    }
}

pub(crate) fn in_range(time_ms: i64) -> Result<i64, String> {
    if time_ms < LEAST_MS {
        return Err(format!(
            "{time_ms} is probably in seconds: write milliseconds since 1970, such as {}, or an RFC 3339 time",
            time_ms.checked_mul(1000).filter(|time_ms| *time_ms >= LEAST_MS).unwrap_or(1_767_225_600_000)
        ));
    }
    if time_ms > GREATEST_MS {
        return Err(format!(
            "{time_ms} is probably in micro- or nanoseconds: write milliseconds since 1970, such as 1767225600000"
        ));
    }
    Ok(time_ms)
}

fn from_text(text: &str) -> Result<i64, String> {
    let not_read = |why: &str| format!("{} {why}; write 2026-03-01T09:30:00Z or 2026-03-01", quote(text));
    let shape = Shape::of(text).ok_or_else(|| not_read("is not an RFC 3339 time or a date"))?;
    let full = match shape {
        Shape::Date => {
            text.parse::<Date>().map_err(|_| not_read("is not a day of the calendar"))?;
            format!("{text}T00:00:00Z")
        }
        Shape::NoZone => {
            return Err(not_read("has no zone: end it with Z or an offset such as +01:00"));
        }
        Shape::Time => text.to_ascii_uppercase(),
    };
    full.parse::<Timestamp>().map(Timestamp::as_millisecond).map_err(|_| not_read("is not a possible time"))
}

/// RFC 3339's shapes, and the one that is most often taken for it. The library's own parser takes much more.
enum Shape {
    Date,
    NoZone,
    Time,
}

impl Shape {
    fn of(text: &str) -> Option<Self> {
        let rest = pattern(text, "0000-00-00")?;
        if rest.is_empty() {
            return Some(Self::Date);
        }
        let rest = pattern(rest.strip_prefix(['T', 't', ' '])?, "00:00:00")?;
        let rest = match rest.strip_prefix('.') {
            None => rest,
            Some(fraction) => {
                let after = fraction.trim_start_matches(|character: char| character.is_ascii_digit());
                // Nine digits are nanoseconds; RFC 3339 allows more, no clock gives them.
                (1..=9).contains(&(fraction.len() - after.len())).then_some(after)?
            }
        };
        match rest {
            "" => Some(Self::NoZone),
            "Z" | "z" => Some(Self::Time),
            _ => pattern(rest.strip_prefix(['+', '-'])?, "00:00")?.is_empty().then_some(Self::Time),
        }
    }
}

/// What follows after a beginning of digits (`0` in the pattern) and marks.
fn pattern<'a>(text: &'a str, pattern: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(pattern.len())?;
    let fits = |(found, wanted): (u8, u8)| {
        if wanted == b'0' { found.is_ascii_digit() } else { found == wanted }
    };
    start.bytes().zip(pattern.bytes()).all(fits).then_some(rest)
}
