//! Times as tables write them.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::strtime::{self, BrokenDownTime};
use jiff::tz::TimeZone;

use super::cell::Cell;
use super::mapping::{MappedTime, TimeFormat};
use super::quantity::Shown;
use crate::text::quote;
use crate::{WrittenTime, number, time};

/// What may follow a day.
const TIMES: [&str; 5] = ["", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p"];

/// How the cells of one column are read.
pub(super) struct Instants<'m> {
    format: &'m TimeFormat,
    zone: Option<TimeZone>,
    zone_name: &'m str,
}

impl<'m> Instants<'m> {
    pub(super) fn of(mapped: &'m MappedTime) -> Self {
        Self { format: &mapped.format, zone: TimeZone::get(&mapped.time_zone).ok(), zone_name: &mapped.time_zone }
    }

    /// Milliseconds since the Unix epoch; the error is what is wrong with the cell.
    pub(super) fn read(&self, cell: &Cell<'_>) -> Result<i64, String> {
        match cell {
            Cell::Instant(instant) => self.in_zone(*instant),
            Cell::Number(number) | Cell::Shown(number, Shown::Scaled(_) | Shown::Unread(_)) => self.of_number(*number),
            Cell::Text(text) => self.of_text(text),
            other => Err(format!("{} is no time", quote(&other.shown()))),
        }
    }

    /// What would be right.
    pub(super) fn expected(&self) -> String {
        match self.format {
            TimeFormat::Iso => "a date such as 2026-03-01, with a time as 2026-03-01 09:30".to_owned(),
            TimeFormat::DayMonthYear => "day, month and year as 31/12/2026, with a time as 31/12/2026 09:30".to_owned(),
            TimeFormat::MonthDayYear => {
                "month, day and year as 12/31/2026, with a time as 12/31/2026 9:30 PM".to_owned()
            }
            TimeFormat::UnixSeconds => "seconds since 1970".to_owned(),
            TimeFormat::UnixMilliseconds => "milliseconds since 1970".to_owned(),
            TimeFormat::Pattern(pattern) => format!("a time written as `{pattern}`"),
        }
    }

    fn in_zone(&self, instant: DateTime) -> Result<i64, String> {
        let zone = self.zone.clone().ok_or_else(|| format!("{} is no time zone", quote(self.zone_name)))?;
        let zoned = instant.to_zoned_datetime(zone).map_err(|_| format!("{instant} is no possible time"))?;
        time::in_range(zoned.timestamp().as_millisecond())
    }

    #[expect(clippy::cast_possible_truncation, reason = "what is out of range is refused")]
    fn of_number(&self, number: f64) -> Result<i64, String> {
        match self.format {
            TimeFormat::UnixSeconds => time::in_range((number * 1000.0).round() as i64),
            TimeFormat::UnixMilliseconds | TimeFormat::Iso => time::in_range(number.round() as i64),
            _ => Err(format!("{number} is a number")),
        }
    }

    fn of_text(&self, text: &str) -> Result<i64, String> {
        let failed = || format!("{} can't be read", quote(text));
        match self.format {
            TimeFormat::UnixSeconds | TimeFormat::UnixMilliseconds => match number::read(text) {
                number::Reading::Finite(number) => self.of_number(number),
                _ => Err(failed()),
            },
            TimeFormat::Iso => self.iso(text).ok_or_else(failed)?,
            TimeFormat::DayMonthYear => self.day(text, ["%d", "%m"]).ok_or_else(failed)?,
            TimeFormat::MonthDayYear => self.day(text, ["%m", "%d"]).ok_or_else(failed)?,
            TimeFormat::Pattern(pattern) => {
                let parsed = strtime::parse(pattern, text).map_err(|_| failed())?;
                self.parsed(&parsed).ok_or_else(failed)?
            }
        }
    }

    fn iso(&self, text: &str) -> Option<Result<i64, String>> {
        let is_date = text.len() == 10;
        // A time that says its zone needs none of ours; a date does.
        if !is_date && let Ok(time_ms) = time::parse(&WrittenTime::Text(text.to_owned())) {
            return Some(Ok(time_ms));
        }
        let text = text.replace('T', " ");
        let text = text.split_once('.').map_or(text.as_str(), |(seconds, _)| seconds);
        self.first_fit(text, TIMES.iter().take(3).map(|time| format!("%Y-%m-%d{time}")))
    }

    fn day(&self, text: &str, order: [&str; 2]) -> Option<Result<i64, String>> {
        let separator = text.chars().find(|character| matches!(character, '/' | '.' | '-'))?;
        let [one, two] = order;
        self.first_fit(text, TIMES.iter().map(|time| format!("{one}{separator}{two}{separator}%Y{time}")))
    }

    fn first_fit(&self, text: &str, mut patterns: impl Iterator<Item = String>) -> Option<Result<i64, String>> {
        patterns.find_map(|pattern| self.parsed(&strtime::parse(pattern, text).ok()?))
    }

    fn parsed(&self, parsed: &BrokenDownTime) -> Option<Result<i64, String>> {
        if let Ok(timestamp) = parsed.to_timestamp() {
            return Some(time::in_range(Timestamp::as_millisecond(timestamp)));
        }
        let instant = parsed.to_datetime().or_else(|_| parsed.to_date().map(|date| date.at(0, 0, 0, 0))).ok()?;
        Some(self.in_zone(instant))
    }
}
