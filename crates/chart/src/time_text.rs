//! Times as text, always UTC. Which time it is now is not known here, so nothing is relative.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// How exact a time must be written to tell the times of a chart apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Detail {
    Day,
    Minute,
    Second,
}

impl Detail {
    /// The least detail that tells sorted, different times apart; a single time that is not midnight gets its minute.
    pub(crate) fn telling_apart(times_ms: &[i64]) -> Self {
        const DAY_MS: i64 = 86_400_000;
        const MINUTE_MS: i64 = 60_000;
        let differ =
            |unit_ms: i64| times_ms.windows(2).all(|pair| pair[0].div_euclid(unit_ms) != pair[1].div_euclid(unit_ms));
        if let [only] = times_ms {
            return if only.rem_euclid(DAY_MS) == 0 { Self::Day } else { Self::Minute };
        }
        if differ(DAY_MS) {
            Self::Day
        } else if differ(MINUTE_MS) {
            Self::Minute
        } else {
            Self::Second
        }
    }
}

/// The calendar's view of a time; none outside the years -9999 to 9999.
pub(crate) fn civil(time_ms: i64) -> Option<DateTime> {
    Timestamp::from_millisecond(time_ms).ok().map(|timestamp| Offset::UTC.to_datetime(timestamp))
}

/// The full month name, 1 is January.
pub(crate) fn month_name(month: i8) -> &'static str {
    usize::try_from(month - 1).ok().and_then(|index| MONTHS.get(index).copied()).unwrap_or("?")
}

/// The first three letters of the month.
pub(crate) fn short_month(month: i8) -> &'static str {
    let name = month_name(month);
    name.get(..3).unwrap_or(name)
}

/// A time in words: `12 October 2026`, `12 October 2026, 14:05`; UTC.
pub(crate) fn long(time_ms: i64, detail: Detail) -> String {
    let Some(at) = civil(time_ms) else {
        return outside(time_ms);
    };
    let date = format!("{} {} {}", at.day(), month_name(at.month()), at.year());
    match detail {
        Detail::Day => date,
        Detail::Minute => format!("{date}, {:02}:{:02}", at.hour(), at.minute()),
        Detail::Second => format!("{date}, {:02}:{:02}:{:02}", at.hour(), at.minute(), at.second()),
    }
}

/// ISO 8601 in UTC, such as `2026-10-12T00:00:00Z`.
pub(crate) fn iso(time_ms: i64) -> String {
    Timestamp::from_millisecond(time_ms).map_or_else(|_| outside(time_ms), |timestamp| timestamp.to_string())
}

/// A time that no calendar here can name.
pub(crate) fn outside(time_ms: i64) -> String {
    format!("{time_ms} ms since 1970")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_in_utc() {
        let time_ms = 1_791_813_900_000;
        assert_eq!(iso(time_ms), "2026-10-12T14:05:00Z");
        assert_eq!(iso(time_ms + 7), "2026-10-12T14:05:00.007Z");
        assert_eq!(long(time_ms, Detail::Day), "12 October 2026");
        assert_eq!(long(time_ms, Detail::Minute), "12 October 2026, 14:05");
        assert_eq!(long(-1, Detail::Second), "31 December 1969, 23:59:59");
        assert_eq!(long(i64::MAX, Detail::Day), "9223372036854775807 ms since 1970");
    }

    #[test]
    fn detail_is_as_fine_as_the_times_are_close() {
        for (times, detail) in [
            (vec![], Detail::Day),
            (vec![0], Detail::Day),
            (vec![5], Detail::Minute),
            (vec![0, 86_400_000], Detail::Day),
            (vec![0, 60_000], Detail::Minute),
            (vec![0, 1_000], Detail::Second),
        ] {
            assert_eq!(Detail::telling_apart(&times), detail, "{times:?}");
        }
    }
}
