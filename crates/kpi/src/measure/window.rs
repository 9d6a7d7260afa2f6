//! Windows: which stretch of time a value at an instant is computed of, and at which instants a history has values.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, civil::Date};

use super::{Period, Window};

const DAY_MS: f64 = 86_400_000.0;

/// A stretch of time: after `from_ms`, up to and including `until_ms`, in milliseconds since the Unix epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The last instant before it.
    pub from_ms: i64,
    /// Its last instant.
    pub until_ms: i64,
}

impl Span {
    /// Its length in days of 24 hours.
    pub fn days(self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "exact up to 285,000 years")]
        let length_ms = self.until_ms.saturating_sub(self.from_ms) as f64;
        length_ms / DAY_MS
    }

    /// The stretch of the same length that ends where this one begins.
    #[must_use]
    pub fn before(self) -> Self {
        let length_ms = self.until_ms.saturating_sub(self.from_ms);
        Self { from_ms: self.from_ms.saturating_sub(length_ms), until_ms: self.from_ms }
    }
}

impl Window {
    /// The stretch that a value at `instant_ms` is computed of; `None` for an instant that no calendar holds.
    pub fn span(&self, instant_ms: i64) -> Option<Span> {
        match self {
            Self::Rolling(length_ms) => {
                Some(Span { from_ms: instant_ms.saturating_sub(*length_ms), until_ms: instant_ms })
            }
            Self::Calendar { period, complete, time_zone } => {
                let first = period.first_day(time_zone, instant_ms)?;
                if *complete {
                    period.whole(time_zone, period.shifted(first, -1)?)
                } else {
                    Some(Span { from_ms: start_ms(time_zone, first)? - 1, until_ms: instant_ms })
                }
            }
        }
    }

    /// The stretch before that: of the same length, or the calendar period before in full.
    pub fn span_before(&self, instant_ms: i64) -> Option<Span> {
        match self {
            Self::Rolling(_) => self.span(instant_ms).map(Span::before),
            Self::Calendar { period, complete, time_zone } => {
                let first = period.first_day(time_zone, instant_ms)?;
                period.whole(time_zone, period.shifted(first, if *complete { -2 } else { -1 })?)
            }
        }
    }

    /// The last instant whose window holds a sample of `time_ms`.
    pub(crate) fn last_with(&self, time_ms: i64) -> Option<i64> {
        match self {
            Self::Rolling(length_ms) => Some(time_ms.saturating_add((*length_ms).max(1)) - 1),
            Self::Calendar { period, complete, time_zone } => {
                let after = period.shifted(period.first_day(time_zone, time_ms)?, if *complete { 2 } else { 1 })?;
                Some(start_ms(time_zone, after)? - 1)
            }
        }
    }

    /// The instant from which a history looks back: the instant itself, or the one since which the last complete period
    /// has been complete.
    pub(crate) fn latest_step(&self, cadence_ms: i64, instant_ms: i64) -> Option<i64> {
        match self {
            Self::Calendar { complete: true, .. } => self.step_before(cadence_ms, instant_ms.checked_add(1)?),
            _ => Some(instant_ms),
        }
    }

    /// The last instant before `instant_ms` at which a history has a value: whole multiples of the cadence since the Unix
    /// epoch for a rolling window, the last instant of each period for the running one, the first instant after each
    /// period for the last complete one.
    pub(crate) fn step_before(&self, cadence_ms: i64, instant_ms: i64) -> Option<i64> {
        match self {
            Self::Rolling(_) => {
                let step_ms = cadence_ms.max(1);
                instant_ms.checked_sub(1)?.div_euclid(step_ms).checked_mul(step_ms)
            }
            Self::Calendar { period, complete, time_zone } => {
                let ended = i64::from(*complete);
                let first = period.first_day(time_zone, instant_ms.checked_sub(ended)?)?;
                Some(start_ms(time_zone, first)? - 1 + ended)
            }
        }
    }

    /// The first such instant after `instant_ms`.
    pub(crate) fn step_after(&self, cadence_ms: i64, instant_ms: i64) -> Option<i64> {
        match self {
            Self::Rolling(_) => {
                let step_ms = cadence_ms.max(1);
                instant_ms.div_euclid(step_ms).checked_add(1)?.checked_mul(step_ms)
            }
            Self::Calendar { period, complete, time_zone } => {
                let ended = i64::from(*complete);
                let first = period.first_day(time_zone, instant_ms.checked_add(1 - ended)?)?;
                Some(start_ms(time_zone, period.shifted(first, 1)?)? - 1 + ended)
            }
        }
    }
}

impl Period {
    /// The first day of the period that `instant_ms` lies in.
    fn first_day(self, time_zone: &TimeZone, instant_ms: i64) -> Option<Date> {
        let day = Timestamp::from_millisecond(instant_ms).ok()?.to_zoned_datetime(time_zone.clone()).date();
        match self {
            Self::Day => Some(day),
            Self::Week => day.checked_sub(i64::from(day.weekday().to_monday_zero_offset()).days()).ok(),
            Self::Month => Some(day.first_of_month()),
            Self::Quarter => {
                let months_in = i64::from(day.month() - 1).rem_euclid(3);
                day.first_of_month().checked_sub(months_in.months()).ok()
            }
        }
    }

    /// The first day so many periods later.
    fn shifted(self, first: Date, periods: i64) -> Option<Date> {
        let span = match self {
            Self::Day => periods.days(),
            Self::Week => periods.weeks(),
            Self::Month => periods.months(),
            Self::Quarter => (3 * periods).months(),
        };
        first.checked_add(span).ok()
    }

    /// The whole period that begins on `first`.
    fn whole(self, time_zone: &TimeZone, first: Date) -> Option<Span> {
        let until_ms = start_ms(time_zone, self.shifted(first, 1)?)? - 1;
        Some(Span { from_ms: start_ms(time_zone, first)? - 1, until_ms })
    }
}

/// The first instant of a day: not always its midnight, which a change of the clocks may skip.
fn start_ms(time_zone: &TimeZone, day: Date) -> Option<i64> {
    let midnight = day.to_zoned_datetime(time_zone.clone()).ok()?;
    Some(midnight.start_of_day().ok()?.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(written: &str) -> i64 {
        written.parse::<Timestamp>().expect(written).as_millisecond()
    }

    fn calendar(period: Period, complete: bool, zone: &str) -> Window {
        Window::Calendar { period, complete, time_zone: TimeZone::get(zone).expect(zone) }
    }

    #[test]
    fn a_rolling_window_ends_at_the_instant() {
        let window = Window::Rolling(10);
        assert_eq!(window.span(100), Some(Span { from_ms: 90, until_ms: 100 }));
        assert_eq!(window.span_before(100), Some(Span { from_ms: 80, until_ms: 90 }));
    }

    #[test]
    fn calendar_windows_begin_where_the_zone_says() {
        let instant = "2026-03-29T12:00:00Z";
        // Zone, period, complete, start of the window, its last instant, its length in hours if it is complete.
        let cases = [
            ("Europe/Berlin", Period::Day, false, "2026-03-28T23:00:00Z", "2026-03-29T12:00:00.001Z"),
            ("Europe/Berlin", Period::Day, true, "2026-03-27T23:00:00Z", "2026-03-28T23:00:00Z"),
            ("Europe/Berlin", Period::Week, false, "2026-03-22T23:00:00Z", "2026-03-29T12:00:00.001Z"),
            ("Europe/Berlin", Period::Week, true, "2026-03-15T23:00:00Z", "2026-03-22T23:00:00Z"),
            ("Europe/Berlin", Period::Month, true, "2026-01-31T23:00:00Z", "2026-02-28T23:00:00Z"),
            ("Europe/Berlin", Period::Quarter, false, "2025-12-31T23:00:00Z", "2026-03-29T12:00:00.001Z"),
            ("Europe/Berlin", Period::Quarter, true, "2025-09-30T22:00:00Z", "2025-12-31T23:00:00Z"),
            ("UTC", Period::Day, false, "2026-03-29T00:00:00Z", "2026-03-29T12:00:00.001Z"),
            ("Pacific/Auckland", Period::Day, false, "2026-03-29T11:00:00Z", "2026-03-29T12:00:00.001Z"),
        ];
        for (zone, period, complete, first, after) in cases {
            let span = calendar(period, complete, zone).span(ms(instant)).expect(zone);
            assert_eq!((span.from_ms, span.until_ms), (ms(first) - 1, ms(after) - 1), "{zone} {period:?} {complete}");
        }
    }

    #[test]
    fn days_on_which_clocks_change_have_23_and_25_hours() {
        for (instant, hours) in [("2026-03-30T10:00:00Z", 23.0), ("2026-10-26T10:00:00Z", 25.0)] {
            let span = calendar(Period::Day, true, "Europe/Berlin").span(ms(instant)).expect(instant);
            assert!((span.days() * 24.0 - hours).abs() < 1e-9, "{instant}");
        }
        // In Santiago the clocks skip midnight: the day begins at one o'clock.
        let span = calendar(Period::Day, true, "America/Santiago").span(ms("2026-09-07T12:00:00Z")).expect("span");
        assert_eq!((span.from_ms, span.until_ms), (ms("2026-09-06T04:00:00Z") - 1, ms("2026-09-07T03:00:00Z") - 1));
    }

    #[test]
    fn a_complete_period_begins_to_count_with_the_instant_after_it() {
        let window = calendar(Period::Day, true, "UTC");
        let before = window.span(ms("2026-05-02T00:00:00Z") - 1).expect("span");
        let after = window.span(ms("2026-05-02T00:00:00Z")).expect("span");
        assert_eq!(before.until_ms, ms("2026-05-01T00:00:00Z") - 1);
        assert_eq!(after.until_ms, ms("2026-05-02T00:00:00Z") - 1);
        assert_eq!(window.span_before(ms("2026-05-02T00:00:00Z")), Some(before));
    }

    #[test]
    fn the_last_window_with_a_sample_holds_it_and_the_next_one_does_not() {
        let windows = [
            Window::Rolling(5_000),
            calendar(Period::Day, false, "Europe/Berlin"),
            calendar(Period::Week, true, "Europe/Berlin"),
            calendar(Period::Quarter, true, "UTC"),
        ];
        for sample_ms in ["2026-03-29T00:30:00Z", "2026-10-24T22:00:00Z", "2026-12-31T23:59:59.999Z"].map(ms) {
            for window in &windows {
                let holds = |instant_ms| {
                    let span = window.span(instant_ms).expect("span");
                    span.from_ms < sample_ms && sample_ms <= span.until_ms
                };
                let last_ms = window.last_with(sample_ms).expect("a last instant");
                assert!(holds(last_ms) && !holds(last_ms + 1), "{window:?}");
            }
        }
    }

    #[test]
    fn steps_lead_back_and_forth() {
        let windows = [
            Window::Rolling(5_000),
            calendar(Period::Day, false, "Europe/Berlin"),
            calendar(Period::Day, true, "Europe/Berlin"),
            calendar(Period::Month, false, "UTC"),
            calendar(Period::Quarter, true, "America/New_York"),
        ];
        for window in windows {
            let mut step = window.latest_step(3_600_000, ms("2026-11-03T10:17:00Z")).expect("a first step");
            for _ in 0..400 {
                let before = window.step_before(3_600_000, step).expect("a step before");
                assert!(before < step, "{window:?}");
                let after = window.step_after(3_600_000, before).expect("a step after");
                assert!(after >= step, "{window:?}");
                assert_eq!(window.step_before(3_600_000, after), Some(before), "{window:?}");
                step = before;
            }
        }
    }

    #[test]
    fn an_instant_outside_of_the_calendar_has_no_window() {
        for instant_ms in [i64::MIN, i64::MAX] {
            assert_eq!(calendar(Period::Month, true, "UTC").span(instant_ms), None);
            assert_eq!(calendar(Period::Day, false, "UTC").step_before(1, instant_ms), None);
        }
    }
}
