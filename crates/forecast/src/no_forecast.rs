//! Why there is no forecast, in sentences for people.

use std::fmt;

use thiserror::Error;

/// Why a history gives no forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NoForecast {
    /// Too few bins hold a value of their own.
    #[error("not enough data: {have} of at least {needed} {}", Values(*step_ms))]
    TooFew {
        /// Bins that hold a value of their own.
        have: usize,
        /// How many are needed.
        needed: usize,
        /// Milliseconds between two bins.
        step_ms: i64,
    },
    /// Too many bins between the first and the last value are empty.
    #[error("not enough data: only {filled} of {bins} {} exist between the first and the last", Values(*step_ms))]
    Gaps {
        /// Bins that hold a value of their own.
        filled: usize,
        /// All bins.
        bins: usize,
        /// Milliseconds between two bins.
        step_ms: i64,
    },
    /// The latest value is too old.
    #[error("no recent data: the latest of the {} is {} old", Values(*step_ms), Duration(*age_ms))]
    Old {
        /// Milliseconds between the latest value and now.
        age_ms: i64,
        /// Milliseconds between two bins.
        step_ms: i64,
    },
    /// Every bin holds the same value, which says nothing about how it may change.
    #[error("no change in {bins} {}: nothing to forecast from", Values(*step_ms))]
    NoVariation {
        /// All bins.
        bins: usize,
        /// Milliseconds between two bins.
        step_ms: i64,
    },
    /// The question itself can't be answered.
    #[error("a forecast needs a step of at least a millisecond and 1 to {most} steps")]
    NoHorizon {
        /// The greatest number of steps.
        most: usize,
    },
}

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

/// "weekly values", or "values (one per 10 days)".
struct Values(i64);

impl fmt::Display for Values {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self.0 {
            HOUR_MS => "hourly",
            DAY_MS => "daily",
            step_ms if step_ms == 7 * DAY_MS => "weekly",
            step_ms if step_ms % DAY_MS == 0 && (28..=31).contains(&(step_ms / DAY_MS)) => "monthly",
            step_ms if step_ms % DAY_MS == 0 && (90..=92).contains(&(step_ms / DAY_MS)) => "quarterly",
            step_ms => return write!(formatter, "values (one per {})", Duration(step_ms)),
        };
        write!(formatter, "{name} values")
    }
}

/// A duration in the largest unit of which it holds at least two, rounded down: "10 days", "47 hours".
struct Duration(i64);

impl fmt::Display for Duration {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = [(DAY_MS, "days"), (HOUR_MS, "hours"), (MINUTE_MS, "minutes"), (1_000, "seconds")];
        match units.iter().find(|(unit_ms, _)| self.0 / unit_ms >= 2) {
            Some((unit_ms, name)) => write!(formatter, "{} {name}", self.0 / unit_ms),
            None => write!(formatter, "{} ms", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_a_sentence() {
        let week_ms = 7 * DAY_MS;
        let table = [
            (
                NoForecast::TooFew { have: 7, needed: 12, step_ms: week_ms },
                "not enough data: 7 of at least 12 weekly values",
            ),
            (
                NoForecast::TooFew { have: 0, needed: 12, step_ms: 10 * DAY_MS },
                "not enough data: 0 of at least 12 values (one per 10 days)",
            ),
            (
                NoForecast::Gaps { filled: 13, bins: 40, step_ms: DAY_MS },
                "not enough data: only 13 of 40 daily values exist between the first and the last",
            ),
            (
                NoForecast::Old { age_ms: 40 * DAY_MS, step_ms: week_ms },
                "no recent data: the latest of the weekly values is 40 days old",
            ),
            (
                NoForecast::NoVariation { bins: 30, step_ms: 30 * DAY_MS },
                "no change in 30 monthly values: nothing to forecast from",
            ),
            (
                NoForecast::NoHorizon { most: 520 },
                "a forecast needs a step of at least a millisecond and 1 to 520 steps",
            ),
        ];
        for (reason, sentence) in table {
            assert_eq!(reason.to_string(), sentence);
        }
    }

    #[test]
    fn a_step_without_a_name_is_told_as_a_duration() {
        let table = [
            (HOUR_MS, "hourly values"),
            (91 * DAY_MS, "quarterly values"),
            (36 * HOUR_MS, "values (one per 36 hours)"),
            (5 * MINUTE_MS, "values (one per 5 minutes)"),
            (1_500, "values (one per 1500 ms)"),
        ];
        for (step_ms, words) in table {
            assert_eq!(Values(step_ms).to_string(), words);
        }
    }
}
