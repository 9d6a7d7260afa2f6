//! How long the buckets of a rollup are, and which bucket an instant lies in.

/// The length of a bucket. Buckets begin at whole minutes, hours and days of UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Resolution {
    /// One minute.
    Minute,
    /// One hour.
    Hour,
    /// One day.
    Day,
}

impl Resolution {
    /// Every resolution, the finest first.
    pub const ALL: [Self; 3] = [Self::Minute, Self::Hour, Self::Day];

    /// The length of a bucket in milliseconds.
    pub fn length_ms(self) -> i64 {
        match self {
            Self::Minute => 60_000,
            Self::Hour => 3_600_000,
            Self::Day => 86_400_000,
        }
    }

    /// How long the buckets of one block reach together, in milliseconds: six hours of minutes, 8 days of hours, 32 days of days.
    /// The block of the present is written again with every flush, so it must not be large.
    pub fn block_length_ms(self) -> i64 {
        match self {
            Self::Minute => 6 * Self::Hour.length_ms(),
            Self::Hour => 8 * Self::Day.length_ms(),
            Self::Day => 32 * Self::Day.length_ms(),
        }
    }

    /// When the bucket of an instant begins, in milliseconds since the Unix epoch.
    pub fn start_ms(self, time_ms: i64) -> i64 {
        start_of(time_ms, self.length_ms())
    }

    /// When the block of an instant's bucket begins, in milliseconds since the Unix epoch.
    pub fn block_start_ms(self, time_ms: i64) -> i64 {
        start_of(time_ms, self.block_length_ms())
    }

    pub(crate) fn index(self) -> usize {
        match self {
            Self::Minute => 0,
            Self::Hour => 1,
            Self::Day => 2,
        }
    }
}

fn start_of(time_ms: i64, length_ms: i64) -> i64 {
    time_ms.div_euclid(length_ms).saturating_mul(length_ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_lie_in_the_bucket_that_begins_at_or_before_them() {
        for (time_ms, start_ms) in [(0, 0), (-1, -60_000), (59_999, 0), (60_000, 60_000), (-60_000, -60_000)] {
            assert_eq!(Resolution::Minute.start_ms(time_ms), start_ms, "{time_ms}");
        }
        for resolution in Resolution::ALL {
            assert_eq!(resolution.start_ms(i64::MAX) % resolution.length_ms(), 0);
            assert_eq!(resolution.start_ms(i64::MIN), i64::MIN);
            assert_eq!(resolution.block_length_ms() % resolution.length_ms(), 0);
        }
    }
}
