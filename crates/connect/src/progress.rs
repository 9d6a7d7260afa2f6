//! Which stretch of time a request asks for next: from the last success on, so that an outage leaves no gap, and no further back
//! than the look-back.

use std::time::Duration;

use crate::config::Timing;

/// What stands for the stretch in a query: instants in RFC 3339, milliseconds and seconds since 1970.
pub(crate) const PLACEHOLDERS: [&str; 6] = ["{from}", "{until}", "{from_ms}", "{until_ms}", "{from_s}", "{until_s}"];

/// Instants at which Prometheus evaluates at most (it refuses more than 11,000).
const MOST_STEPS: i64 = 10_000;

/// A stretch of time, in milliseconds since the Unix epoch; both ends belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    pub from_ms: i64,
    pub until_ms: i64,
}

impl Range {
    /// Whether the range ends before what could be asked for at `now_ms`.
    pub(crate) fn is_short(self, now_ms: i64, step: Option<Duration>) -> bool {
        let newest_ms = step.map(milliseconds).map_or(now_ms, |step_ms| now_ms.div_euclid(step_ms) * step_ms);
        self.until_ms < newest_ms
    }

    /// A text with the range in place of its placeholders.
    pub(crate) fn place(self, text: &str) -> String {
        let [from, until] = [self.from_ms, self.until_ms].map(rfc_3339);
        let numbers = [self.from_ms, self.until_ms, self.from_ms.div_euclid(1_000), self.until_ms.div_euclid(1_000)];
        let values = [from, until].into_iter().chain(numbers.map(|number| number.to_string()));
        PLACEHOLDERS.iter().zip(values).fold(text.to_owned(), |text, (name, value)| text.replace(name, &value))
    }
}

/// An instant in RFC 3339, UTC, by the civil calendar (Hinnant, *chrono-compatible low-level date algorithms*).
fn rfc_3339(time_ms: i64) -> String {
    let (days, of_day) = (time_ms.div_euclid(86_400_000), time_ms.rem_euclid(86_400_000));
    let shifted = days + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (hour, minute) = (of_day / 3_600_000, of_day / 60_000 % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{:02}.{:03}Z", of_day / 1_000 % 60, of_day % 1_000)
}

/// What is known of one request's past.
#[derive(Debug, Clone, Default)]
pub(crate) struct Progress {
    pub(crate) covered_until_ms: Option<i64>,
    /// The longest stretch that is asked for, since a longer one held too much.
    longest_ms: Option<i64>,
}

impl Progress {
    pub(crate) fn since(covered_until_ms: Option<i64>) -> Self {
        Self { covered_until_ms, longest_ms: None }
    }

    /// The stretch to ask for now.
    pub(crate) fn next(&self, now_ms: i64, timing: &Timing, step: Option<Duration>) -> Range {
        let step_ms = step.map(milliseconds);
        let earliest = now_ms - milliseconds(timing.look_back);
        // A time ahead of the clock was covered before the clock was put right.
        let covered = self.covered_until_ms.map(|covered_ms| covered_ms.min(now_ms) - milliseconds(timing.overlap));
        let mut from_ms = covered.map_or(earliest, |covered_ms| covered_ms.max(earliest));
        let mut longest = self.longest_ms.unwrap_or(i64::MAX);
        let mut until_ms = now_ms;
        if let Some(step_ms) = step_ms {
            // The same instants whenever it is asked, so that what is asked twice is the same.
            from_ms = from_ms.div_euclid(step_ms) * step_ms;
            until_ms = now_ms.div_euclid(step_ms) * step_ms;
            longest = (longest / step_ms * step_ms).min(MOST_STEPS * step_ms).max(step_ms);
        }
        Range { from_ms, until_ms: until_ms.min(from_ms.saturating_add(longest)) }
    }

    /// The stretch was answered and the answer kept.
    pub(crate) fn succeeded(&mut self, range: Range, timing: &Timing) {
        self.covered_until_ms = Some(range.until_ms);
        let longer = self.longest_ms.map(|longest_ms| longest_ms.saturating_mul(2));
        self.longest_ms = longer.filter(|longest_ms| *longest_ms < milliseconds(timing.look_back));
    }

    /// The stretch held more than an answer may. Says whether a shorter one can be asked for.
    pub(crate) fn held_too_much(&mut self, range: Range, step: Option<Duration>) -> bool {
        let shortest = step.map_or(1_000, milliseconds).max(1);
        let length = range.until_ms - range.from_ms;
        self.longest_ms = Some((length / 2).max(shortest));
        length > shortest
    }
}

fn milliseconds(length: Duration) -> i64 {
    i64::try_from(length.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_MS: i64 = 1_767_225_661_234;

    fn timing() -> Timing {
        let second = Duration::from_secs(1);
        Timing { every: second * 60, timeout: second, jitter: second, look_back: second * 3_600, overlap: second * 5 }
    }

    #[test]
    fn instants_are_written_as_the_calendar_has_them() {
        for time_ms in
            [0, 951_782_400_123, 1_767_225_600_000, 1_772_323_199_999, 4_102_444_799_001, -1, 253_402_207_199_999]
        {
            let wanted = jiff::Timestamp::from_millisecond(time_ms).unwrap();
            assert_eq!(rfc_3339(time_ms), format!("{wanted:.3}"), "{time_ms}");
        }
    }

    #[test]
    fn the_first_stretch_is_the_look_back_and_the_next_one_begins_where_it_ended() {
        let mut progress = Progress::default();
        let first = progress.next(NOW_MS, &timing(), None);
        assert_eq!(first, Range { from_ms: NOW_MS - 3_600_000, until_ms: NOW_MS });
        progress.succeeded(first, &timing());
        let later = progress.next(NOW_MS + 60_000, &timing(), None);
        assert_eq!(later, Range { from_ms: NOW_MS - 5_000, until_ms: NOW_MS + 60_000 });
        let after_an_outage_of_a_day = progress.next(NOW_MS + 86_400_000, &timing(), None);
        assert_eq!(after_an_outage_of_a_day.from_ms, NOW_MS + 86_400_000 - 3_600_000);
    }

    #[test]
    fn instants_of_a_step_are_the_same_whenever_it_is_asked() {
        let step = Some(Duration::from_secs(15));
        let range = Progress::since(Some(NOW_MS - 20_000)).next(NOW_MS, &timing(), step);
        assert_eq!(range, Range { from_ms: 1_767_225_630_000, until_ms: 1_767_225_660_000 });
    }

    #[test]
    fn a_long_stretch_of_short_steps_is_asked_for_in_parts() {
        let long = Timing { look_back: Duration::from_hours(240), ..timing() };
        let step = Some(Duration::from_secs(1));
        let mut progress = Progress::default();
        let mut asked = 0;
        loop {
            let range = progress.next(NOW_MS, &long, step);
            assert!((range.until_ms - range.from_ms) / 1_000 <= 10_000);
            progress.succeeded(range, &long);
            asked += 1;
            if !range.is_short(NOW_MS, step) {
                break;
            }
        }
        assert_eq!(asked, 87);
    }

    #[test]
    fn a_stretch_that_held_too_much_is_halved_until_it_does_not() {
        let mut progress = Progress::default();
        let mut range = progress.next(NOW_MS, &timing(), None);
        let mut halved = 0;
        while progress.held_too_much(range, None) {
            range = progress.next(NOW_MS, &timing(), None);
            halved += 1;
        }
        assert_eq!((range.until_ms - range.from_ms, halved), (1_000, 12));
        progress.succeeded(range, &timing());
        assert!(range.is_short(NOW_MS, None));
        let next = progress.next(NOW_MS, &timing(), None);
        assert_eq!(next.until_ms - next.from_ms, 2_000, "it grows again");
    }

    #[test]
    fn every_placeholder_is_filled_in() {
        let range = Range { from_ms: 1_767_225_600_500, until_ms: 1_767_225_660_000 };
        assert_eq!(
            range.place("{from}|{until}|{from_ms}|{until_ms}|{from_s}|{until_s}|{job}"),
            "2026-01-01T00:00:00.500Z|2026-01-01T00:01:00.000Z|1767225600500|1767225660000|1767225600|1767225660|{job}"
        );
    }
}
