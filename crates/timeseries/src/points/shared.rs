//! The points, shared by writers and readers: a reader takes what is there at one instant and keeps it as long as it likes; a writer waits
//! for nobody but other writers.

use std::collections::HashMap;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};

use series_block::Segment;
use storage::{PointStore, StoreError};

use super::cache::SegmentCache;
use super::index::{Bringer, PointIndex, next};
use super::view::Pinned;

/// How many segments are read at once.
const TOGETHER: usize = 512;

type Latest<B> = Arc<Mutex<Arc<PointIndex<B>>>>;

/// What all indexes of the same points share: where segments are read from, and those read lately.
pub(super) struct Engine<B> {
    pub(super) store: Arc<dyn PointStore>,
    pub(super) segments: AtomicI64,
    pub(super) series: AtomicI64,
    cache: Mutex<SegmentCache>,
    latest: OnceLock<Weak<Mutex<Arc<PointIndex<B>>>>>,
}

impl<B: Bringer + Clone + Default> Engine<B> {
    pub(super) fn new(store: Arc<dyn PointStore>) -> Self {
        Self {
            store,
            segments: AtomicI64::new(0),
            series: AtomicI64::new(0),
            cache: Mutex::default(),
            latest: OnceLock::new(),
        }
    }

    pub(super) fn next_segment(&self) -> i64 {
        next(&self.segments)
    }

    pub(super) fn next_series(&self) -> i64 {
        next(&self.series)
    }

    // Entries are put in and taken out in one step each.
    pub(super) fn cache(&self) -> MutexGuard<'_, SegmentCache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The latest index; `None` once nobody shares it any more.
    pub(super) fn latest(&self) -> Option<Arc<PointIndex<B>>> {
        let latest = self.latest.get().and_then(Weak::upgrade)?;
        let index = latest.lock().unwrap_or_else(PoisonError::into_inner);
        Some(Arc::clone(&index))
    }

    /// A segment that was read before.
    pub(super) fn at_hand(&self, number: i64, pinned: &Pinned) -> Option<Arc<Segment>> {
        if let Some(segment) = self.cache().segment(number) {
            return Some(segment);
        }
        let bytes = pinned.get(&number).map(Arc::clone).or_else(|| self.cache().bytes(number))?;
        // Bytes at hand were found sound when they were read.
        let segment = Arc::new(Segment::from_bytes(&bytes).ok()?);
        self.cache().put_segment(number, Arc::clone(&segment));
        Some(segment)
    }

    /// Reads segments, so that they are at hand as long as they are pinned; whether all of them are there.
    pub(super) async fn load(&self, mut missing: Vec<i64>, pinned: &mut Pinned) -> Result<bool, StoreError> {
        missing.sort_unstable();
        missing.dedup();
        let wanted = missing.len();
        let mut found = 0;
        for numbers in missing.chunks(TOGETHER) {
            for (number, bytes) in self.store.point_segment_bytes(numbers).await? {
                let segment = Segment::from_bytes(&bytes).map_err(|error| StoreError::Failed {
                    operation: "read a segment of points",
                    source: Box::new(error),
                })?;
                let bytes: Arc<[u8]> = bytes.into();
                let mut cache = self.cache();
                cache.put_bytes(number, Arc::clone(&bytes));
                cache.put_segment(number, Arc::new(segment));
                drop(cache);
                pinned.insert(number, bytes);
                found += 1;
            }
        }
        Ok(found == wanted)
    }
}

/// What the store has.
#[derive(Default)]
pub(super) struct Written {
    /// How many label sets.
    pub(super) label_sets: usize,
    /// The series by number, each with whether it has samples.
    pub(super) series: HashMap<i64, bool>,
    /// How many points were merged since segments were written last.
    pub(super) unwritten: usize,
    /// Whether anything was written.
    pub(super) has_watermark: bool,
    /// Whether writing failed, so that nobody knows what was written of it.
    pub(super) is_in_doubt: bool,
}

/// The points of all series.
pub struct SharedPoints<B> {
    pub(super) engine: Arc<Engine<B>>,
    latest: Latest<B>,
    /// Told the earliest time about which something was added, before anybody reads it.
    changed: Box<dyn Fn(i64) + Send + Sync>,
    /// One settles at a time.
    pub(super) written: tokio::sync::Mutex<Written>,
}

impl<B: Bringer + Clone + Default> SharedPoints<B> {
    pub(super) fn new(index: PointIndex<B>, written: Written, changed: impl Fn(i64) + Send + Sync + 'static) -> Self {
        let engine = Arc::clone(&index.engine);
        let latest = Arc::new(Mutex::new(Arc::new(index)));
        // It is set once, here.
        let _ = engine.latest.set(Arc::downgrade(&latest));
        Self { engine, latest, changed: Box::new(changed), written: tokio::sync::Mutex::new(written) }
    }

    /// The points as they are now; what is added later is not in it.
    pub fn read(&self) -> Arc<PointIndex<B>> {
        Arc::clone(&self.lock())
    }

    /// Adds points. Whoever remembers what was computed of them is told before anybody reads them.
    pub fn write(&self) -> PointWriter<'_, B> {
        let mut latest = self.lock();
        Arc::make_mut(&mut latest).begin_change();
        PointWriter { latest, changed: &*self.changed }
    }

    /// Changes how points are held, not what they are.
    pub(super) fn hold(&self) -> MutexGuard<'_, Arc<PointIndex<B>>> {
        self.lock()
    }

    // The lock is held only to take the index or to add points, each in one step; a thread that died left it whole.
    fn lock(&self) -> MutexGuard<'_, Arc<PointIndex<B>>> {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to add points.
pub struct PointWriter<'a, B: Bringer + Clone + Default> {
    latest: MutexGuard<'a, Arc<PointIndex<B>>>,
    changed: &'a (dyn Fn(i64) + Send + Sync),
}

impl<B: Bringer + Clone + Default> Deref for PointWriter<'_, B> {
    type Target = PointIndex<B>;

    fn deref(&self) -> &PointIndex<B> {
        &self.latest
    }
}

impl<B: Bringer + Clone + Default> DerefMut for PointWriter<'_, B> {
    fn deref_mut(&mut self) -> &mut PointIndex<B> {
        Arc::make_mut(&mut self.latest)
    }
}

impl<B: Bringer + Clone + Default> Drop for PointWriter<'_, B> {
    fn drop(&mut self) {
        if let Some(earliest_ms) = self.latest.earliest_change_ms() {
            (self.changed)(earliest_ms);
        }
    }
}
