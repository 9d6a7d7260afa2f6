//! Segments that were read lately: their bytes, and of fewer their points.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use series_block::Segment;

/// How many bytes, and how many points of decoded segments, are kept.
const MOST_BYTES: usize = 48 << 20;
const MOST_POINTS: usize = 400_000;

#[derive(Default)]
pub(super) struct SegmentCache {
    bytes: Kept<Arc<[u8]>>,
    segments: Kept<Arc<Segment>>,
}

impl SegmentCache {
    pub(super) fn segment(&mut self, number: i64) -> Option<Arc<Segment>> {
        self.segments.get(number)
    }

    pub(super) fn bytes(&mut self, number: i64) -> Option<Arc<[u8]>> {
        self.bytes.get(number)
    }

    pub(super) fn put_segment(&mut self, number: i64, segment: Arc<Segment>) {
        let size = segment.len();
        self.segments.put(number, segment, size, MOST_POINTS);
    }

    pub(super) fn put_bytes(&mut self, number: i64, bytes: Arc<[u8]>) {
        let size = bytes.len();
        self.bytes.put(number, bytes, size, MOST_BYTES);
    }
}

/// Things by number, those asked for last.
struct Kept<T> {
    by_number: HashMap<i64, (T, usize, u64)>,
    by_use: BTreeMap<u64, i64>,
    uses: u64,
    size: usize,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self { by_number: HashMap::new(), by_use: BTreeMap::new(), uses: 0, size: 0 }
    }
}

impl<T: Clone> Kept<T> {
    fn get(&mut self, number: i64) -> Option<T> {
        let (thing, _, used) = self.by_number.get_mut(&number)?;
        self.uses += 1;
        self.by_use.remove(used);
        *used = self.uses;
        self.by_use.insert(self.uses, number);
        Some(thing.clone())
    }

    fn put(&mut self, number: i64, thing: T, size: usize, most: usize) {
        self.remove(number);
        self.uses += 1;
        self.by_number.insert(number, (thing, size, self.uses));
        self.by_use.insert(self.uses, number);
        self.size += size;
        while self.size > most {
            let Some((_, oldest)) = self.by_use.first_key_value().map(|(used, number)| (*used, *number)) else { break };
            self.remove(oldest);
        }
    }

    fn remove(&mut self, number: i64) {
        if let Some((_, size, used)) = self.by_number.remove(&number) {
            self.by_use.remove(&used);
            self.size -= size;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_asked_for_longest_goes_first() {
        let mut kept = Kept::default();
        for number in 0..4 {
            kept.put(number, number, 10, 40);
        }
        assert_eq!(kept.get(0), Some(0));
        kept.put(9, 9, 15, 40);
        assert_eq!([0, 1, 2, 3, 9].map(|number| kept.get(number)), [Some(0), None, None, Some(3), Some(9)]);
        kept.put(7, 7, 100, 40);
        assert!(kept.by_number.is_empty() && kept.size == 0, "what is larger than all is not kept");
    }
}
