//! The head of a series: samples that are in no block yet, in memory and in order.

use crate::flush::TARGET_SAMPLES;
use crate::sample::{Key, Refused, Sample};

/// Samples that wait for a block. The payloads that brought them are kept elsewhere until then.
#[derive(Debug, Clone, Default)]
pub struct Head {
    samples: Vec<Sample>,
    /// The greatest key that has left for a block.
    floor: Option<Key>,
}

/// What a batch came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Appended {
    /// How many samples are later in order than all before; they are the last ones of [`Head::samples`].
    pub in_order: usize,
    /// The times of the others, in order: what was derived of these times is to be made again.
    pub late_ms: Vec<i64>,
    /// How many were there already.
    pub duplicates: usize,
}

impl Head {
    /// An empty head over blocks whose greatest key is given.
    pub fn over(floor: Option<Key>) -> Self {
        Self { samples: Vec::new(), floor }
    }

    /// The samples, ordered by key.
    pub fn samples(&self) -> &[Sample] {
        &self.samples
    }

    /// The greatest key that the series has ever had.
    pub fn last_key(&self) -> Option<Key> {
        self.samples.last().map(Sample::key).max(self.floor)
    }

    /// Adds a batch; all of it, or nothing. A sample that the head holds already is left out; one that only a block holds is found when
    /// both are flushed.
    ///
    /// # Errors
    /// The first sample that is refused, and its index.
    pub fn append(&mut self, batch: &[Sample]) -> Result<Appended, (usize, Refused)> {
        for (index, sample) in batch.iter().enumerate() {
            sample.check().map_err(|refused| (index, refused))?;
        }
        if batch.is_sorted_by(|one, next| one.key() < next.key()) {
            return Ok(self.append_ordered(batch));
        }
        let mut ordered = batch.to_vec();
        ordered.sort_by_key(Sample::key);
        ordered.dedup_by_key(|sample| sample.key());
        let mut appended = self.append_ordered(&ordered);
        appended.duplicates += batch.len() - ordered.len();
        Ok(appended)
    }

    fn append_ordered(&mut self, batch: &[Sample]) -> Appended {
        let last = self.last_key();
        let (late, in_order) = batch.split_at(batch.partition_point(|sample| Some(sample.key()) <= last));
        let before = self.samples.len();
        let mut late_ms = Vec::new();
        if !late.is_empty() {
            late_ms = late.iter().filter(|sample| !self.holds(sample.key())).map(|sample| sample.time_ms).collect();
            // Only what lies behind the first late one moves.
            let place = late.first().map_or(0, |first| self.samples.partition_point(|known| known.key() < first.key()));
            let tail = merged(&self.samples[place..], late);
            self.samples.truncate(place);
            self.samples.extend_from_slice(&tail);
        }
        let added = self.samples.len() - before;
        self.samples.extend_from_slice(in_order);
        Appended { in_order: in_order.len(), late_ms, duplicates: late.len() - added }
    }

    fn holds(&self, key: Key) -> bool {
        self.samples.binary_search_by_key(&key, Sample::key).is_ok()
    }

    /// The oldest samples that fill whole blocks; empty if there are too few. Samples of one time stay together.
    pub fn full(&self) -> &[Sample] {
        let mut end = self.samples.len() / TARGET_SAMPLES * TARGET_SAMPLES;
        while end > 0 && self.samples.get(end).is_some_and(|next| next.time_ms == self.samples[end - 1].time_ms) {
            end += 1;
        }
        &self.samples[..end]
    }

    /// Leaves out samples that stand in stored blocks now; those that came in between stay.
    pub fn forget(&mut self, stored: &[Sample]) {
        self.floor = stored.last().map(Sample::key).max(self.floor);
        let mut stored = stored.iter().map(Sample::key).peekable();
        self.samples.retain(|sample| {
            while stored.peek().is_some_and(|key| *key < sample.key()) {
                stored.next();
            }
            stored.peek() != Some(&sample.key())
        });
    }
}

/// Two runs ordered by key as one; of samples with the same key the left one stays.
pub fn merged(left: &[Sample], right: &[Sample]) -> Vec<Sample> {
    let mut all = Vec::with_capacity(left.len() + right.len());
    let mut rest = right;
    for sample in left {
        let before = rest.iter().take_while(|other| other.key() < sample.key()).count();
        all.extend_from_slice(&rest[..before]);
        rest = &rest[before..];
        if rest.first().is_some_and(|other| other.key() == sample.key()) {
            rest = &rest[1..];
        }
        all.push(*sample);
    }
    all.extend_from_slice(rest);
    all
}
