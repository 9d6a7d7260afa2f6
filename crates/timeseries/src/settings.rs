//! How much a desk holds, and for how long.

const DAY_MS: i64 = 86_400_000;

/// Limits of a desk.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The formats of payloads that bring samples.
    pub formats: Vec<&'static str>,
    /// Series that one source may have.
    pub most_series_of_source: usize,
    /// Series of all sources together. The last tenth is left to sources with few.
    pub most_series: usize,
    /// With how many series a source still has few.
    pub few_series: usize,
    /// Above this many samples in heads everything is flushed; at twice as many, payloads wait.
    pub most_held_samples: u64,
    /// How long samples stay in a head, in milliseconds.
    pub flush_after_ms: i64,
    /// Bytes of the bodies and rows that wait to be committed; who comes then waits too.
    pub most_waiting_bytes: u32,
    /// Bytes of the bodies and rows of one transaction, as long as it has more than one payload.
    pub most_group_bytes: usize,
    /// Payloads of one transaction.
    pub most_group_payloads: usize,
    /// How long a payload waits for the heads to have room, in milliseconds.
    pub most_wait_ms: u64,
    /// Bytes of blocks of buckets that are kept in memory.
    pub cache_bytes: usize,
    /// How long samples and buckets are kept.
    pub retention: Retention,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            formats: Vec::new(),
            most_series_of_source: 20_000,
            most_series: 100_000,
            few_series: 200,
            most_held_samples: 4_000_000,
            flush_after_ms: 10 * 60_000,
            most_waiting_bytes: 64 << 20,
            most_group_bytes: 16 << 20,
            most_group_payloads: 64,
            most_wait_ms: 30_000,
            cache_bytes: 64 << 20,
            retention: Retention::default(),
        }
    }
}

/// How long samples and buckets are kept, in milliseconds; `None` is for ever. What is finer is never kept longer than what is coarser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Retention {
    /// Samples. Older ones are refused when they arrive.
    pub raw_ms: Option<i64>,
    /// Buckets of a minute.
    pub minutes_ms: Option<i64>,
    /// Buckets of an hour.
    pub hours_ms: Option<i64>,
    /// Buckets of a day.
    pub days_ms: Option<i64>,
}

impl Retention {
    /// How long samples, minutes, hours and days are kept, each at least as long as the one before.
    pub(crate) fn ages_ms(&self) -> [Option<i64>; 4] {
        let mut longest = Some(0);
        [self.raw_ms, self.minutes_ms, self.hours_ms, self.days_ms].map(|age_ms| {
            longest = longest.zip(age_ms).map(|(longest, age_ms)| age_ms.max(longest));
            longest
        })
    }

    /// The earliest time of which samples are taken at an instant.
    pub(crate) fn earliest_ms(&self, now_ms: i64) -> i64 {
        /// The year 2000: what is earlier is seconds taken for milliseconds.
        const EARLIEST_MS: i64 = 946_684_800_000;
        self.raw_ms.map_or(EARLIEST_MS, |raw_ms| now_ms.saturating_sub(raw_ms).max(EARLIEST_MS))
    }

    /// Before when blocks of samples may go at an instant. What is taken may still be late for a day whose buckets are then counted
    /// again from all samples of that day: those stay a day longer.
    pub(crate) fn raw_floor_ms(&self, now_ms: i64) -> Option<i64> {
        let earliest_ms = now_ms.saturating_sub(self.raw_ms?);
        Some(earliest_ms.div_euclid(DAY_MS).saturating_sub(1).saturating_mul(DAY_MS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_coarser_stays_at_least_as_long() {
        let retention = Retention { raw_ms: Some(50), minutes_ms: Some(20), hours_ms: None, days_ms: Some(70) };
        assert_eq!(retention.ages_ms(), [Some(50), Some(50), None, None]);
    }
}
