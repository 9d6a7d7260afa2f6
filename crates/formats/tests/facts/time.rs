//! Times as senders write them.

use formats::WrittenTime;
use formats::time::parse;

fn text(text: &str) -> Result<i64, String> {
    parse(&WrittenTime::Text(text.to_owned()))
}

#[test]
fn times_with_a_zone_and_dates_are_read() {
    for (written, time_ms) in [
        ("2026-01-01", 1_767_225_600_000),
        ("2026-01-01T00:00:00Z", 1_767_225_600_000),
        ("2026-01-01t00:00:00z", 1_767_225_600_000),
        ("2026-01-01 00:00:00Z", 1_767_225_600_000),
        (" 2026-01-01T01:30:00+01:30 ", 1_767_225_600_000),
        ("2025-12-31T19:00:00-05:00", 1_767_225_600_000),
        ("2026-01-01T00:00:00.1239Z", 1_767_225_600_123),
        ("2024-02-29", 1_709_164_800_000),
        ("1970-01-01T00:00:00Z", 0),
        ("1969-12-31", -86_400_000),
    ] {
        assert_eq!(text(written), Ok(time_ms), "{written}");
    }
}

#[test]
fn a_time_that_is_not_clear_is_refused_with_a_reason() {
    for (written, reason) in [
        ("2026-01-01T00:00:00", "has no zone"),
        ("2026-02-29", "not a day of the calendar"),
        ("2026-13-01T00:00:00Z", "not a possible time"),
        ("2026-01-01T25:00:00Z", "not a possible time"),
        ("2026-01-01T00:00Z", "not an RFC 3339 time"),
        ("2026-01-01T00:00:00.Z", "not an RFC 3339 time"),
        ("2026-01-01T00:00:00+0100", "not an RFC 3339 time"),
        ("2026-01-01T00:00:00-05:00[America/New_York]", "not an RFC 3339 time"),
        ("01/02/2026", "not an RFC 3339 time"),
        ("yesterday", "not an RFC 3339 time"),
        ("1767225600000", "not an RFC 3339 time"),
        ("", "not an RFC 3339 time"),
        ("2026-01-0é", "not an RFC 3339 time"),
    ] {
        let refusal = text(written).expect_err(written);
        assert!(refusal.contains(reason), "{written}: {refusal}");
        assert!(refusal.contains("T09:30:00Z") || refusal.contains("+01:00"), "{refusal} says what would be right");
    }
}

#[test]
fn numbers_are_milliseconds_and_other_units_are_noticed() {
    for time_ms in [100_000_000_000, 1_767_225_600_000, 253_402_300_799_999] {
        assert_eq!(parse(&WrittenTime::Milliseconds(time_ms)), Ok(time_ms));
    }
    for (number, reason) in [
        (1_767_225_600, "seconds: write milliseconds since 1970, such as 1767225600000"),
        (99_999_999_999, "seconds"),
        (0, "seconds"),
        (i64::MIN, "seconds"),
        (1_767_225_600_000_000, "micro- or nanoseconds"),
        (i64::MAX, "micro- or nanoseconds"),
    ] {
        let refusal = parse(&WrittenTime::Milliseconds(number)).expect_err("a refusal");
        assert!(refusal.contains(reason), "{number}: {refusal}");
    }
}
