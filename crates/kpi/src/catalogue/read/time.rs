//! Lengths of time, dates, instants, time zones and windows.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::super::errors::Errors;
use super::super::kinds::period_from_name;
use super::super::toml_reader::TableReader;
use crate::measure::Window;
use crate::number::WrittenNumber;
use crate::unit::{Dimension, Unit};

/// A century: the longest length of time that means anything here.
const LONGEST_MS: f64 = 3.2e12;

/// A length of time over zero that must be there, in milliseconds; one where it is missing or wrong.
pub(super) fn needed_length(reader: &mut TableReader<'_, '_>, key: &'static str, errors: &mut Errors<'_>) -> i64 {
    reader.needed(key, errors).and_then(|_| length(reader, key, errors)).unwrap_or(1)
}

/// A length of time over zero, in milliseconds.
pub(super) fn length(reader: &mut TableReader<'_, '_>, key: &'static str, errors: &mut Errors<'_>) -> Option<i64> {
    let text = reader.optional_text(key, errors)?;
    let length = milliseconds(&text).filter(|length| *length > 0);
    if length.is_none() {
        errors.add(&reader.span_of(key), format!("\"{text}\" is no duration; write for example 15 min, 7 days"));
    }
    length
}

/// A length of time that may be zero, in milliseconds.
pub(super) fn wait(reader: &mut TableReader<'_, '_>, key: &'static str, errors: &mut Errors<'_>) -> Option<i64> {
    let text = reader.optional_text(key, errors)?;
    let wait = milliseconds(&text);
    if wait.is_none() {
        errors.add(&reader.span_of(key), format!("\"{text}\" is no duration; write for example 0 min, 15 min, 1 day"));
    }
    wait
}

fn milliseconds(text: &str) -> Option<i64> {
    let (number, rest) = WrittenNumber::take(text)?;
    let unit = Unit::parse(rest).ok().filter(|unit| unit.dimension == Dimension::Time)?;
    let milliseconds = unit.to_base(number.value) * 1_000.0;
    #[expect(clippy::cast_possible_truncation, reason = "checked to lie within a century")]
    let whole = milliseconds.round() as i64;
    ((0.0..=LONGEST_MS).contains(&milliseconds) && (whole > 0 || number.value == 0.0)).then_some(whole)
}

/// The key `time_zone`: a name of the IANA time zone database.
pub(super) fn zone(reader: &mut TableReader<'_, '_>, errors: &mut Errors<'_>) -> Option<TimeZone> {
    let name = reader.optional_text("time_zone", errors)?;
    let zone = TimeZone::get(&name).ok().filter(|zone| zone.iana_name().is_some());
    if zone.is_none() {
        let message =
            format!("\"{name}\" is no time zone; write a name such as Europe/Berlin, America/New_York or UTC");
        errors.add(&reader.span_of("time_zone"), message);
    }
    zone
}

/// The keys `starts` and `ends`, as the first millisecond inside and the first one after. A date as an end is a day that
/// is still inside; an instant as an end is itself the end.
pub(super) fn stretch(
    reader: &mut TableReader<'_, '_>,
    zone: &TimeZone,
    errors: &mut Errors<'_>,
) -> Option<(i64, i64)> {
    let starts = moment(reader, "starts", errors);
    let ends = moment(reader, "ends", errors);
    let starts_ms = starts?.start_ms(zone)?;
    let ends_ms = match ends? {
        Moment::Day(day) => Moment::Day(day.tomorrow().ok()?).start_ms(zone)?,
        instant @ Moment::Instant(_) => instant.start_ms(zone)?,
    };
    if starts_ms >= ends_ms {
        errors.add(&reader.span_of("ends"), "`ends` is not after `starts`");
        return None;
    }
    Some((starts_ms, ends_ms))
}

enum Moment {
    Day(Date),
    Instant(i64),
}

impl Moment {
    fn start_ms(&self, zone: &TimeZone) -> Option<i64> {
        match self {
            // Where a clock change skips midnight, the day begins when the clocks go on.
            Self::Day(day) => Some(day.to_zoned_datetime(zone.clone()).ok()?.timestamp().as_millisecond()),
            Self::Instant(time_ms) => Some(*time_ms),
        }
    }
}

fn moment(reader: &mut TableReader<'_, '_>, key: &'static str, errors: &mut Errors<'_>) -> Option<Moment> {
    let value = reader.value(key)?;
    let text = match (value.get_ref().as_str(), value.get_ref().as_datetime()) {
        (Some(text), _) => text.to_owned(),
        (None, Some(literal)) => literal.to_string(),
        (None, None) => {
            errors.add(&value.span(), format!("`{key}` must be a date such as \"2026-10-01\""));
            return None;
        }
    };
    // A date's parser would take a time behind it and drop it.
    let moment = if text.len() == "2026-10-01".len() {
        text.parse::<Date>().ok().filter(|date| (1971..9000).contains(&date.year())).map(Moment::Day)
    } else {
        text.parse::<Timestamp>().ok().map(|instant| Moment::Instant(instant.as_millisecond()))
    };
    if moment.is_none() {
        let message = format!(
            "\"{text}\" is neither a date nor an instant with a zone; write for example 2026-10-01 or 2026-10-01T09:00:00+02:00"
        );
        errors.add(&value.span(), message);
    }
    moment
}

/// The keys `window` and `time_zone` of a measurement.
pub(super) fn window(reader: &mut TableReader<'_, '_>, policy: &TimeZone, errors: &mut Errors<'_>) -> Option<Window> {
    let own_zone = zone(reader, errors);
    let window = match reader.value("window").and_then(|value| value.get_ref().as_str()) {
        Some(text) => {
            let (complete, name) = text.strip_prefix("last ").map_or((false, text), |name| (true, name));
            match period_from_name(name) {
                Some(period) => {
                    let time_zone = own_zone.clone().unwrap_or_else(|| policy.clone());
                    Some(Window::Calendar { period, complete, time_zone })
                }
                None => rolling(reader, text, errors),
            }
        }
        None => length(reader, "window", errors).map(Window::Rolling),
    };
    let is_of_the_calendar = match &window {
        Some(window) => matches!(window, Window::Calendar { .. }),
        // A window that can't be read has been told.
        None => reader.value("window").is_some(),
    };
    if reader.value("time_zone").is_some() && !is_of_the_calendar {
        errors.add(&reader.span_of("time_zone"), "`time_zone` needs a `window` of the calendar, such as \"month\"");
    }
    window
}

fn rolling(reader: &TableReader<'_, '_>, text: &str, errors: &mut Errors<'_>) -> Option<Window> {
    let length = milliseconds(text).filter(|length| *length > 0);
    if length.is_none() {
        let message = format!(
            "\"{text}\" is no window; write a duration such as 7 days, or day, week, month, quarter, or last day, last week, \
             last month, last quarter"
        );
        errors.add(&reader.span_of("window"), message);
    }
    length.map(Window::Rolling)
}
