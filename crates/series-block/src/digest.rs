//! What a run of samples comes to without its quantiles: count, sum, and the first, least, greatest and last sample.

use crate::sample::Counted;
use crate::sum::Sum;

/// A sample's time and value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mark {
    /// The instant, in milliseconds since the Unix epoch.
    pub time_ms: i64,
    /// The value.
    pub value: f64,
}

/// What one or more samples that count come to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Digest {
    /// How many instants have a value.
    pub count: u64,
    /// Their sum.
    pub sum: Sum,
    /// The earliest.
    pub first: Mark,
    /// The least, the earliest of equal ones.
    pub least: Mark,
    /// The greatest, the earliest of equal ones.
    pub greatest: Mark,
    /// The latest.
    pub last: Mark,
    /// When the latest recorded of all its samples was recorded, those included that a correction replaced: known at any instant
    /// from then on, the digest was the same. In milliseconds since the Unix epoch.
    pub recorded_ms: i64,
}

impl Digest {
    /// The digest of one sample.
    pub fn one(sample: Counted) -> Self {
        let mark = Mark { time_ms: sample.time_ms, value: sample.value };
        let mut sum = Sum::default();
        sum.add(sample.value);
        Self { count: 1, sum, first: mark, least: mark, greatest: mark, last: mark, recorded_ms: sample.recorded_ms }
    }

    /// The digest of samples in order of time; None for none.
    pub fn of(samples: impl IntoIterator<Item = Counted>) -> Option<Self> {
        let mut samples = samples.into_iter();
        let mut digest = Self::one(samples.next()?);
        for sample in samples {
            digest.add(sample);
        }
        Some(digest)
    }

    /// Adds a sample that is later than all before.
    pub fn add(&mut self, sample: Counted) {
        self.merge(&Self::one(sample));
    }

    /// Adds a digest of later samples. Count, marks and time of recording are those of all samples together; the sum is as far as
    /// [`Sum`] says.
    pub fn merge(&mut self, later: &Self) {
        self.count = self.count.saturating_add(later.count);
        self.sum.merge(later.sum);
        if later.least.value < self.least.value {
            self.least = later.least;
        }
        if later.greatest.value > self.greatest.value {
            self.greatest = later.greatest;
        }
        self.last = later.last;
        self.recorded_ms = self.recorded_ms.max(later.recorded_ms);
    }

    /// The mean.
    #[expect(clippy::cast_precision_loss, reason = "a count of more than 2^53 samples does not occur")]
    pub fn mean(&self) -> f64 {
        self.sum.total() / self.count as f64
    }
}
