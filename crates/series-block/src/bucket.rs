//! A bucket of a rollup: the samples of one minute, hour or day, or of any window.

use crate::digest::Digest;
use crate::sample::{Counted, Sample, counted};
use crate::sketch::Sketch;

/// What the samples from an instant on come to.
#[derive(Debug, Clone, PartialEq)]
pub struct Bucket {
    /// Where it begins, in milliseconds since the Unix epoch.
    pub start_ms: i64,
    /// Count, sum, and the first, least, greatest and last sample.
    pub digest: Digest,
    /// For its quantiles.
    pub sketch: Sketch,
}

impl Bucket {
    /// The bucket of one sample.
    pub fn one(start_ms: i64, sample: Counted) -> Self {
        let mut sketch = Sketch::default();
        sketch.add(sample.value);
        Self { start_ms, digest: Digest::one(sample), sketch }
    }

    /// The bucket of all samples given, ordered by key; None for none.
    pub fn of(start_ms: i64, samples: &[Sample]) -> Option<Self> {
        let mut samples = counted(samples);
        let mut bucket = Self::one(start_ms, samples.next()?);
        for sample in samples {
            bucket.add(sample);
        }
        Some(bucket)
    }

    /// Adds a sample that is later than all before.
    pub fn add(&mut self, sample: Counted) {
        self.digest.add(sample);
        self.sketch.add(sample.value);
    }

    /// Adds a bucket of later samples. Everything is as if this bucket had been made of all samples, the sum as far as
    /// [`Sum`](crate::Sum) says.
    pub fn merge(&mut self, later: &Self) {
        self.digest.merge(&later.digest);
        self.sketch.merge(&later.sketch);
    }

    /// The value of the rank `floor(share * (count - 1))` among its samples, ranks from 0, with a relative error of at most
    /// [`RELATIVE_ERROR`](crate::RELATIVE_ERROR), and never outside the least and the greatest.
    pub fn quantile(&self, share: f64) -> f64 {
        let (least, greatest) = (self.digest.least.value, self.digest.greatest.value);
        self.sketch.quantile(share).unwrap_or(least).max(least).min(greatest)
    }
}
