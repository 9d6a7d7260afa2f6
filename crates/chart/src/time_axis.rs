//! The ticks of a time axis: calendar boundaries in UTC, as fine as at most five labels allow.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;

use crate::number::time_fraction;
use crate::time_text::{civil, outside, short_month};

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;
/// The first Monday after the epoch, to which weeks are aligned.
const MONDAY_MS: i64 = 4 * DAY_MS;

/// Steps of a fixed length, finest first; the labels of those below a day are wide, so four must do.
const FIXED_STEPS: [i64; 13] = [
    MINUTE_MS,
    5 * MINUTE_MS,
    15 * MINUTE_MS,
    30 * MINUTE_MS,
    HOUR_MS,
    3 * HOUR_MS,
    6 * HOUR_MS,
    12 * HOUR_MS,
    DAY_MS,
    2 * DAY_MS,
    4 * DAY_MS,
    7 * DAY_MS,
    14 * DAY_MS,
];
/// Steps of whole months, finest first.
const MONTH_STEPS: [i64; 13] = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000];

/// The ticks between two times as (fraction of the axis, label), earliest first. `first_ms` ≤ `last_ms`.
pub(crate) fn ticks(first_ms: i64, last_ms: i64) -> Vec<(f64, String)> {
    if first_ms == last_ms {
        return vec![(0.5, short_date(first_ms, true))];
    }
    let times = boundaries(first_ms, last_ms);
    let labelled = match times {
        Some((times, label)) if times.len() >= 2 => label_all(&times, label),
        _ => {
            let label = if last_ms.saturating_sub(first_ms) >= DAY_MS { Label::Date } else { Label::Clock };
            label_all(&[first_ms, last_ms], label)
        }
    };
    labelled.into_iter().map(|(time_ms, text)| (time_fraction(time_ms, first_ms, last_ms), text)).collect()
}

/// What a tick's label names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Label {
    Clock,
    Date,
    Month,
    Year,
}

fn boundaries(first_ms: i64, last_ms: i64) -> Option<(Vec<i64>, Label)> {
    let (first, last) = (civil(first_ms)?, civil(last_ms)?);
    for step in FIXED_STEPS {
        let offset = if step % (7 * DAY_MS) == 0 { MONDAY_MS } else { 0 };
        let start = (first_ms - offset - 1).div_euclid(step) + 1;
        let end = (last_ms - offset).div_euclid(step);
        let (most, label) = if step < DAY_MS { (4, Label::Clock) } else { (5, Label::Date) };
        if end - start < most {
            return Some(((start..=end).map(|index| index * step + offset).collect(), label));
        }
    }
    let month_index = |date: Date| i64::from(date.year()) * 12 + i64::from(date.month()) - 1;
    let (first_month, last_month) = (month_index(first.date()), month_index(last.date()));
    for step in MONTH_STEPS {
        let months = (first_month.div_euclid(step)..=last_month.div_euclid(step)).map(|index| index * step);
        let times: Vec<i64> = months
            .filter_map(month_start_ms)
            .filter(|time_ms| (first_ms..=last_ms).contains(time_ms))
            .take(6)
            .collect();
        if times.len() <= 5 {
            return Some((times, if step < 12 { Label::Month } else { Label::Year }));
        }
    }
    None
}

/// The first moment of a month counted from year 0; none outside the calendar.
fn month_start_ms(month_index: i64) -> Option<i64> {
    let year = i16::try_from(month_index.div_euclid(12)).ok()?;
    let month = i8::try_from(month_index.rem_euclid(12) + 1).ok()?;
    let start = Date::new(year, month, 1).ok()?.at(0, 0, 0, 0);
    Offset::UTC.to_timestamp(start).ok().map(Timestamp::as_millisecond)
}

fn label_all(times: &[i64], label: Label) -> Vec<(i64, String)> {
    let mut year_before = times.first().and_then(|time_ms| civil(*time_ms)).map(DateTime::year);
    let sub_minute = times.iter().any(|time_ms| time_ms.rem_euclid(MINUTE_MS) != 0)
        && times.windows(2).any(|pair| pair[1].saturating_sub(pair[0]) < 2 * MINUTE_MS);
    let mut labelled = Vec::with_capacity(times.len());
    for (index, &time_ms) in times.iter().enumerate() {
        let Some(at) = civil(time_ms) else {
            labelled.push((time_ms, outside(time_ms)));
            continue;
        };
        let text = match label {
            Label::Clock => {
                let clock = if sub_minute {
                    format!("{:02}:{:02}:{:02}", at.hour(), at.minute(), at.second())
                } else {
                    format!("{:02}:{:02}", at.hour(), at.minute())
                };
                match (index, time_ms.rem_euclid(DAY_MS)) {
                    (_, 0) => short_date(time_ms, false),
                    (0, _) => format!("{}, {clock}", short_date(time_ms, false)),
                    _ => clock,
                }
            }
            Label::Date => short_date(time_ms, year_before != Some(at.year())),
            Label::Month => format!("{} {}", short_month(at.month()), at.year()),
            Label::Year => at.year().to_string(),
        };
        year_before = Some(at.year());
        labelled.push((time_ms, text));
    }
    labelled
}

fn short_date(time_ms: i64, with_year: bool) -> String {
    let Some(at) = civil(time_ms) else {
        return outside(time_ms);
    };
    let date = format!("{} {}", at.day(), short_month(at.month()));
    if with_year { format!("{date} {}", at.year()) } else { date }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(first: &str, last: &str) -> Vec<String> {
        let time_ms = |text: &str| text.parse::<Timestamp>().unwrap().as_millisecond();
        ticks(time_ms(first), time_ms(last)).into_iter().map(|(_, label)| label).collect()
    }

    #[test]
    fn labels_follow_the_span() {
        let cases: [(&str, &str, &[&str]); 9] = [
            ("2026-10-12T14:05:10Z", "2026-10-12T14:05:40Z", &["12 Oct, 14:05:10", "14:05:40"]),
            ("2026-10-12T14:01:00Z", "2026-10-12T15:31:00Z", &["12 Oct, 14:30", "15:00", "15:30"]),
            ("2026-10-12T20:00:00Z", "2026-10-13T07:00:00Z", &["12 Oct, 21:00", "13 Oct", "03:00", "06:00"]),
            ("2026-10-12T00:00:00Z", "2026-10-16T00:00:00Z", &["12 Oct", "13 Oct", "14 Oct", "15 Oct", "16 Oct"]),
            ("2026-12-01T00:00:00Z", "2027-01-10T00:00:00Z", &["7 Dec", "14 Dec", "21 Dec", "28 Dec", "4 Jan 2027"]),
            ("2026-12-28T00:00:00Z", "2027-01-02T12:00:00Z", &["29 Dec", "31 Dec", "2 Jan 2027"]),
            ("2026-05-03T00:00:00Z", "2026-09-20T00:00:00Z", &["Jun 2026", "Jul 2026", "Aug 2026", "Sep 2026"]),
            ("2022-05-03T00:00:00Z", "2026-09-20T00:00:00Z", &["2023", "2024", "2025", "2026"]),
            ("-000100-01-01T00:00:00Z", "2026-09-20T00:00:00Z", &["0", "500", "1000", "1500", "2000"]),
        ];
        for (first, last, expected) in cases {
            assert_eq!(labels(first, last), expected, "{first} to {last}");
        }
    }

    #[test]
    fn a_single_time_stands_in_the_middle() {
        assert_eq!(ticks(0, 0), [(0.5, "1 Jan 1970".to_owned())]);
    }

    #[test]
    fn times_outside_the_calendar_are_labelled_at_the_ends() {
        let ticks = ticks(i64::MIN, i64::MAX);
        assert_eq!(ticks.len(), 2);
        assert!(ticks[0].1.contains("ms since 1970"));
    }
}
