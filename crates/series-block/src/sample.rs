//! One measured value with where it came from, and which of several at one time counts.

use kpi::point::Origin;

/// The order of samples in a series: time, then payload, then row. Two samples with one key are the same sample.
pub type Key = (i64, u64, u32);

/// One sample of a series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    /// The instant it is about, in milliseconds since the Unix epoch.
    pub time_ms: i64,
    /// The value in the series' unit; finite.
    pub value: f64,
    /// The number of the payload that brought it. Numbers ascend in the order in which payloads were acknowledged.
    pub payload: u64,
    /// Which sample of its payload it is, counted from 0 over the whole payload.
    pub row: u32,
    /// When its payload was recorded, in milliseconds since the Unix epoch.
    pub recorded_ms: i64,
    /// Where it came from.
    pub origin: Origin,
}

/// Why a sample is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Not a number, or infinite.
    #[error("the value is not a finite number")]
    NotFinite,
    /// Further from 1970 than any calendar of this program reaches.
    #[error("the time lies more than 275,000 years from 1970")]
    Time,
}

/// The furthest instant from the Unix epoch, in milliseconds: 100 million days, as in ECMA-262.
const FURTHEST_MS: u64 = 8_640_000_000_000_000;

impl Sample {
    /// Its place in the series.
    pub fn key(&self) -> Key {
        (self.time_ms, self.payload, self.row)
    }

    /// Whether it may enter.
    ///
    /// # Errors
    /// A value that is not finite, or a time out of range.
    pub fn check(&self) -> Result<(), Refused> {
        if !self.value.is_finite() {
            return Err(Refused::NotFinite);
        }
        if self.time_ms.unsigned_abs() > FURTHEST_MS {
            return Err(Refused::Time);
        }
        Ok(())
    }
}

/// What counts at one time: the value of the last sample there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Counted {
    /// The instant, in milliseconds since the Unix epoch.
    pub time_ms: i64,
    /// The value of the last sample at that instant.
    pub value: f64,
    /// When the latest of the samples at that instant was recorded, in milliseconds since the Unix epoch.
    pub recorded_ms: i64,
}

/// The samples that count, of samples ordered by key: the last of each time.
pub fn counted(samples: &[Sample]) -> impl Iterator<Item = Counted> {
    samples.chunk_by(|one, next| one.time_ms == next.time_ms).filter_map(|same_time| {
        let last = same_time.last()?;
        let recorded_ms = same_time.iter().map(|sample| sample.recorded_ms).max()?;
        Some(Counted { time_ms: last.time_ms, value: last.value, recorded_ms })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(time_ms: i64, value: f64, payload: u64) -> Sample {
        Sample {
            time_ms,
            value,
            payload,
            row: 0,
            recorded_ms: 100 - i64::try_from(payload).unwrap(),
            origin: Origin::Measured,
        }
    }

    #[test]
    fn the_last_of_one_time_counts_and_is_as_new_as_the_newest() {
        let samples = [sample(1, 1.0, 1), sample(2, 2.0, 2), sample(2, 3.0, 4), sample(5, 4.0, 3)];
        let found: Vec<(i64, f64, i64)> =
            counted(&samples).map(|one| (one.time_ms, one.value, one.recorded_ms)).collect();
        assert_eq!(found, [(1, 1.0, 99), (2, 3.0, 98), (5, 4.0, 97)]);
        assert_eq!(counted(&[]).count(), 0);
    }

    #[test]
    fn what_is_not_a_number_is_refused_at_the_door() {
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(sample(0, value, 1).check(), Err(Refused::NotFinite));
        }
        for value in [0.0, -0.0, f64::MAX, f64::MIN_POSITIVE, 5e-324] {
            assert_eq!(sample(0, value, 1).check(), Ok(()));
        }
        for (time_ms, expected) in [(i64::MIN, Err(Refused::Time)), (i64::MAX, Err(Refused::Time)), (-1, Ok(()))] {
            assert_eq!(sample(time_ms, 1.0, 1).check(), expected);
        }
    }
}
