//! Blocks of buckets that were read or written a short while ago.

use std::collections::HashMap;

use series_block::RolledBlock;

/// Series, resolution and beginning.
pub(crate) type RolledKey = (i64, i64, i64);

/// Two generations: what is used goes into the young one; when that is full, the old one is forgotten.
#[derive(Debug, Default)]
pub(crate) struct RolledCache {
    young: HashMap<RolledKey, RolledBlock>,
    old: HashMap<RolledKey, RolledBlock>,
    young_bytes: usize,
    most_bytes: usize,
}

impl RolledCache {
    pub(crate) fn new(most_bytes: usize) -> Self {
        Self { most_bytes, ..Self::default() }
    }

    pub(crate) fn get(&mut self, key: RolledKey) -> Option<RolledBlock> {
        if let Some(block) = self.young.get(&key) {
            return Some(block.clone());
        }
        let block = self.old.remove(&key)?;
        self.put(key, block.clone());
        Some(block)
    }

    pub(crate) fn has(&self, key: RolledKey) -> bool {
        self.young.contains_key(&key) || self.old.contains_key(&key)
    }

    pub(crate) fn put(&mut self, key: RolledKey, block: RolledBlock) {
        self.young_bytes += block.bytes().len();
        if let Some(before) = self.young.insert(key, block) {
            self.young_bytes -= before.bytes().len();
        }
        self.old.remove(&key);
        if self.young_bytes > self.most_bytes / 2 {
            self.old = std::mem::take(&mut self.young);
            self.young_bytes = 0;
        }
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::new(self.most_bytes);
    }

    pub(crate) fn bytes(&self) -> usize {
        self.young.values().chain(self.old.values()).map(|block| block.bytes().len()).sum()
    }
}

#[cfg(test)]
mod tests {
    use kpi::point::Origin;
    use series_block::{Bucket, Resolution, Sample};

    use super::*;

    #[test]
    fn what_is_used_stays_and_the_rest_goes() {
        let sample = Sample { time_ms: 0, value: 1.0, payload: 1, row: 0, recorded_ms: 0, origin: Origin::Measured };
        let bucket = Bucket::of(0, &[sample]).unwrap();
        let block = RolledBlock::encode(Resolution::Minute, &[bucket]).unwrap();
        let mut cache = RolledCache::new(10 * block.bytes().len());
        for number in 0..100 {
            cache.put((number, 0, 0), block.clone());
            assert!(cache.get((0, 0, 0)).is_some(), "{number}");
            assert!(cache.bytes() <= 12 * block.bytes().len());
        }
        assert!(cache.has((99, 0, 0)) && !cache.has((50, 0, 0)));
        cache.clear();
        assert_eq!(cache.get((0, 0, 0)), None);
    }
}
