//! Rollups of a series, kept while samples come: the open minute, hour and day, and what late samples make necessary to count again.

use std::collections::BTreeSet;

use crate::bucket::Bucket;
use crate::resolution::Resolution;
use crate::sample::{Counted, Sample};

/// What became of a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pushed {
    /// It is in the open buckets.
    Added,
    /// It is not later than all before: its minute, hour and day are counted again by [`Rollups::settle`].
    Late,
}

/// The rollups of one series while it grows.
#[derive(Debug, Clone, Default)]
pub struct Rollups {
    open: [Option<Bucket>; 3],
    last_ms: Option<i64>,
    closed: Vec<(Resolution, Bucket)>,
    stale: BTreeSet<(i64, Resolution, i64)>,
}

impl Rollups {
    /// Goes on where a series stopped: `last_ms` is its latest time, `samples` are those of that time's day, ordered by key.
    pub fn resumed(last_ms: i64, samples: &[Sample]) -> Self {
        let open = Resolution::ALL.map(|resolution| {
            let start_ms = resolution.start_ms(last_ms);
            let start = samples.partition_point(|sample| sample.time_ms < start_ms);
            Bucket::of(start_ms, &samples[start..])
        });
        Self { open, last_ms: Some(last_ms), ..Self::default() }
    }

    /// Takes a sample in. In order of time that is all; see [`Pushed::Late`] for the others.
    pub fn push(&mut self, sample: &Sample) -> Pushed {
        if self.last_ms.is_some_and(|last_ms| sample.time_ms <= last_ms) {
            self.late(sample.time_ms);
            return Pushed::Late;
        }
        self.last_ms = Some(sample.time_ms);
        let counted = Counted { time_ms: sample.time_ms, value: sample.value, recorded_ms: sample.recorded_ms };
        for resolution in Resolution::ALL {
            let start_ms = resolution.start_ms(sample.time_ms);
            let open = &mut self.open[resolution.index()];
            match open {
                Some(bucket) if bucket.start_ms == start_ms => bucket.add(counted),
                _ => {
                    let closed = open.replace(Bucket::one(start_ms, counted));
                    self.closed.extend(closed.map(|bucket| (resolution, bucket)));
                }
            }
        }
        Pushed::Added
    }

    /// Says that the samples of an instant have changed: its minute, hour and day are to be counted again.
    pub fn late(&mut self, time_ms: i64) {
        let day_ms = Resolution::Day.start_ms(time_ms);
        self.stale.extend(Resolution::ALL.map(|resolution| (day_ms, resolution, resolution.start_ms(time_ms))));
    }

    /// The buckets to count again: resolution and start.
    pub fn stale(&self) -> impl Iterator<Item = (Resolution, i64)> {
        self.stale.iter().map(|&(_, resolution, start_ms)| (resolution, start_ms))
    }

    /// The open bucket of a resolution; up to date once settled.
    pub fn open(&self, resolution: Resolution) -> Option<&Bucket> {
        self.open[resolution.index()].as_ref()
    }

    /// Counts again what late samples have changed, and gives the buckets to store, in place of those of the same start: the ones that
    /// were closed since the last call, and the ones counted again. `samples` reads the samples from one instant to another, both
    /// included, ordered by key; it is called once for each day with late samples.
    ///
    /// # Errors
    /// What `samples` fails with; then nothing has changed.
    pub fn settle<E>(
        &mut self,
        mut samples: impl FnMut(i64, i64) -> Result<Vec<Sample>, E>,
    ) -> Result<Vec<(Resolution, Bucket)>, E> {
        let mut counted_again = Vec::new();
        let mut day: Option<(i64, Vec<Sample>)> = None;
        for &(day_ms, resolution, start_ms) in &self.stale {
            let of_day = match day.take() {
                Some((known_ms, of_day)) if known_ms == day_ms => of_day,
                _ => samples(day_ms, last_of(day_ms, Resolution::Day))?,
            };
            let start = of_day.partition_point(|sample| sample.time_ms < start_ms);
            let end = of_day.partition_point(|sample| sample.time_ms <= last_of(start_ms, resolution));
            counted_again.extend(Bucket::of(start_ms, &of_day[start..end]).map(|bucket| (resolution, bucket)));
            day = Some((day_ms, of_day));
        }
        self.stale.clear();
        let mut changed = std::mem::take(&mut self.closed);
        for (resolution, bucket) in counted_again {
            match &mut self.open[resolution.index()] {
                Some(open) if open.start_ms == bucket.start_ms => *open = bucket,
                _ => changed.push((resolution, bucket)),
            }
        }
        Ok(changed)
    }
}

/// The last instant of a bucket.
fn last_of(start_ms: i64, resolution: Resolution) -> i64 {
    start_ms.saturating_add(resolution.length_ms() - 1)
}
