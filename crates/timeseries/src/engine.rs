//! The desk: opened over a store, takes payloads with their rows, and hands out what is read.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use storage::{Payload, SampleStore, StoreError};
use tokio::sync::{Notify, Semaphore, mpsc, oneshot};

use crate::batch::Batch;
use crate::cache::RolledCache;
use crate::error::{DeskError, unavailable};
use crate::flush::What;
use crate::listener::Listener;
use crate::series_cache::{Learned, SeriesCache};
use crate::series_index::{SeriesFilter, SeriesIndex, SeriesInfo};
use crate::settings::{Retention, Settings};
use crate::writer::{self, Job, new_series};

/// How many payloads wait at most, whatever their size.
const MOST_WAITING: usize = 1_024;
/// How many series and payloads are read at once when a desk is opened.
const SERIES_PAGE: u32 = 5_000;
const PAYLOAD_PAGE: u32 = 16;

/// What was kept of a payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its id.
    pub payload_id: String,
    /// Its number.
    pub number: i64,
    /// How many samples it brought.
    pub rows: usize,
}

/// Reads a stored payload again.
pub trait Reread: Sync {
    /// Puts the rows of a payload into a batch, as when it arrived: the same samples with the same rows.
    fn reread(&self, payload: &Payload, batch: &mut Batch);
}

impl<F: Fn(&Payload, &mut Batch) + Sync> Reread for F {
    fn reread(&self, payload: &Payload, batch: &mut Batch) {
        self(payload, batch);
    }
}

/// How a desk is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stats {
    /// Series, those included whose first payload is on its way.
    pub series: usize,
    /// Series with samples in memory.
    pub heads: usize,
    /// Samples in memory.
    pub held_samples: u64,
    /// About how many bytes heads, known blocks, known lines and cached buckets take.
    pub bytes: usize,
    /// The greatest number of a payload whose samples are in memory or stored.
    pub appended_payload: i64,
    /// Every payload up to this number has all its samples in blocks.
    pub flushed_payload: i64,
    /// When the oldest sample in memory was recorded, in milliseconds since the Unix epoch.
    pub oldest_held_ms: Option<i64>,
}

/// What the parts of a desk share.
pub(crate) struct Inner {
    pub(crate) store: Arc<dyn SampleStore>,
    pub(crate) settings: Settings,
    pub(crate) listener: Arc<dyn Listener>,
    pub(crate) payload_numbers: Arc<AtomicI64>,
    pub(crate) latest_block: AtomicI64,
    pub(crate) appended: AtomicI64,
    pub(crate) flushed: AtomicI64,
    /// The instant of the latest flush.
    pub(crate) now_ms: AtomicI64,
    /// When the watermark was last written.
    pub(crate) flushed_at_ms: AtomicI64,
    held: AtomicI64,
    pub(crate) room: Notify,
    pub(crate) flush_wanted: Notify,
    /// Held from a commit of payloads until their samples are in heads.
    pub(crate) committing: tokio::sync::Mutex<()>,
    /// Flushes and retention take turns.
    pub(crate) upkeep: tokio::sync::Mutex<()>,
    series_index: RwLock<SeriesIndex>,
    series_cache: RwLock<SeriesCache>,
    rolled: Mutex<RolledCache>,
    retention: RwLock<Retention>,
}

impl Inner {
    pub(crate) fn read_directory(&self) -> RwLockReadGuard<'_, SeriesIndex> {
        self.series_index.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn write_directory(&self) -> RwLockWriteGuard<'_, SeriesIndex> {
        self.series_index.write().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn series_cache(&self) -> RwLockReadGuard<'_, SeriesCache> {
        self.series_cache.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn learn(&self, learned: Vec<Learned>) {
        if !learned.is_empty() {
            self.series_cache.write().unwrap_or_else(PoisonError::into_inner).learn(learned);
        }
    }

    pub(crate) fn rolled(&self) -> std::sync::MutexGuard<'_, RolledCache> {
        self.rolled.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn retention(&self) -> Retention {
        *self.retention.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn set_retention(&self, retention: Retention) {
        *self.retention.write().unwrap_or_else(PoisonError::into_inner) = retention;
    }

    /// How many samples are in heads.
    pub(crate) fn held(&self) -> u64 {
        // Below zero for a moment where a flush is faster than the count of what it took.
        self.held.load(Ordering::Acquire).max(0).unsigned_abs()
    }

    pub(crate) fn holds_more(&self, added: u64) {
        self.held.fetch_add(added.cast_signed(), Ordering::AcqRel);
        if self.held() > self.settings.most_held_samples {
            self.flush_wanted.notify_one();
        }
    }

    pub(crate) fn holds_less(&self, gone: u64) {
        self.held.fetch_sub(gone.cast_signed(), Ordering::AcqRel);
    }
}

/// Keeps samples. Cheap to clone; all clones are one desk.
#[derive(Clone)]
pub struct TimeSeriesEngine {
    pub(crate) inner: Arc<Inner>,
    queue: mpsc::Sender<Job>,
    waiting: Arc<Semaphore>,
}

impl TimeSeriesEngine {
    /// Opens a desk over a store: loads the series, and reads payloads above the watermark again. `payload_numbers` holds the greatest
    /// number of any payload so far, and is counted up for each that is kept. Call it within a tokio runtime.
    ///
    /// # Errors
    /// What the store fails with, or a damaged block where so much is read again that some of it has to be flushed.
    pub async fn open(
        store: Arc<dyn SampleStore>,
        settings: Settings,
        payload_numbers: Arc<AtomicI64>,
        reread: &dyn Reread,
        listener: Arc<dyn Listener>,
    ) -> Result<Self, DeskError> {
        let mut series_index = SeriesIndex::default();
        let mut after = 0;
        loop {
            let page = store.sample_series(after, SERIES_PAGE).await?;
            let Some(last) = page.last() else { break };
            after = last.number;
            for series in page {
                let is_wanted = listener.wants(&series.name);
                series_index.load(series, is_wanted);
            }
        }
        let flushed = store.flushed_payload().await?;
        let latest_block = store.latest_block().await?;
        let inner = Arc::new(Inner {
            rolled: Mutex::new(RolledCache::new(settings.cache_bytes)),
            retention: RwLock::new(settings.retention),
            store,
            settings,
            listener,
            payload_numbers,
            latest_block: AtomicI64::new(latest_block),
            appended: AtomicI64::new(flushed),
            flushed: AtomicI64::new(flushed),
            now_ms: AtomicI64::new(0),
            flushed_at_ms: AtomicI64::new(i64::MIN),
            held: AtomicI64::new(0),
            room: Notify::new(),
            flush_wanted: Notify::new(),
            committing: tokio::sync::Mutex::new(()),
            upkeep: tokio::sync::Mutex::new(()),
            series_index: RwLock::new(series_index),
            series_cache: RwLock::default(),
        });
        let (queue, jobs) = mpsc::channel(MOST_WAITING);
        let waiting = Arc::new(Semaphore::new(inner.settings.most_waiting_bytes as usize));
        let desk = Self { inner, queue, waiting };
        desk.reread(reread).await?;
        tokio::spawn(writer::run(Arc::clone(&desk.inner), jobs));
        Ok(desk)
    }

    /// Takes over payloads that were committed without an answer: those above the greatest that is known. Says how many there were.
    ///
    /// # Errors
    /// What the store fails with; what was taken over stays so.
    pub async fn catch_up(&self, reread: &dyn Reread) -> Result<usize, DeskError> {
        let inner = &self.inner;
        let _no_commit = inner.committing.lock().await;
        let (mut count, mut after) = (0, 0);
        loop {
            let page = inner.store.sample_series(after, SERIES_PAGE).await?;
            let Some(last) = page.last() else { break };
            after = last.number;
            for series in page {
                let is_wanted = inner.listener.wants(&series.name);
                inner.write_directory().take_over(series, is_wanted);
            }
        }
        loop {
            let after = inner.appended.load(Ordering::Acquire);
            let page = inner.store.payloads_after(after, &inner.settings.formats, PAYLOAD_PAGE).await?;
            if page.is_empty() {
                return Ok(count);
            }
            for payload in page {
                let mut batch = self.batch(&payload.source, payload.received_ms);
                reread.reread(&payload, &mut batch);
                writer::append(
                    inner,
                    payload.number,
                    payload.received_ms,
                    &batch.rows,
                    (&mut Vec::new(), &mut Vec::new()),
                );
                inner.tell(payload.number, payload.received_ms, &batch.rows);
                inner.appended.fetch_max(payload.number, Ordering::AcqRel);
                count += 1;
            }
        }
    }

    async fn reread(&self, reread: &dyn Reread) -> Result<(), DeskError> {
        let inner = &self.inner;
        let mut after = inner.flushed.load(Ordering::Acquire);
        let (mut keyed, mut run) = (Vec::new(), Vec::new());
        loop {
            let page = inner.store.payloads_after(after, &inner.settings.formats, PAYLOAD_PAGE).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = last.number;
            let latest_ms = last.received_ms;
            for payload in page {
                let mut batch = self.batch(&payload.source, payload.received_ms);
                reread.reread(&payload, &mut batch);
                let new_series = new_series(inner, std::iter::once(&batch));
                if !new_series.is_empty() {
                    inner.store.keep_payloads(&[], &new_series).await?;
                    batch.committed();
                }
                writer::append(inner, payload.number, payload.received_ms, &batch.rows, (&mut keyed, &mut run));
                inner.appended.fetch_max(payload.number, Ordering::AcqRel);
            }
            if inner.held() > inner.settings.most_held_samples {
                self.flush(latest_ms, What::Everything).await?;
            }
        }
    }

    /// A batch for the rows of a payload that a source sends and that is recorded at an instant: now, when it arrives, and its own
    /// `received_ms`, when it is read again.
    pub fn batch(&self, source: &str, recorded_ms: i64) -> Batch {
        Batch::new(Arc::clone(&self.inner), source, recorded_ms)
    }

    /// Keeps a payload with its rows; its number and `kept_rows` are set here, its `received_ms` is the instant of the batch. Waits
    /// while too much is waiting already. What is answered is on disk; a caller that goes away changes nothing once its payload is in
    /// the queue.
    ///
    /// # Errors
    /// What the store fails with; [`StoreError::Unavailable`] also where memory is full because nothing can be flushed, and where
    /// the runtime ends.
    pub async fn keep(&self, mut payload: Payload, batch: Batch) -> Result<Kept, StoreError> {
        payload.received_ms = batch.recorded_ms;
        let bytes = payload.body.len() + batch.bytes();
        let permits = u32::try_from(bytes).unwrap_or(u32::MAX).clamp(1, self.inner.settings.most_waiting_bytes.max(1));
        let waits = Arc::clone(&self.waiting).acquire_many_owned(permits).await;
        let waits = waits.map_err(|_| unavailable("the desk is closed"))?;
        let (answer, answered) = oneshot::channel();
        let job = Job { payload, batch, answer, waits };
        self.queue.send(job).await.map_err(|_| unavailable("the desk is closed"))?;
        answered.await.map_err(|_| unavailable("the desk is closed"))?
    }

    /// Takes the rows of a stored payload that is read again after a fix; they are in blocks when this returns, so that its verdict
    /// can be written then. Samples that are there already are not doubled.
    ///
    /// # Errors
    /// What the store fails with, or a damaged block.
    pub async fn replay(&self, payload: &Payload, batch: Batch) -> Result<Kept, DeskError> {
        let inner = &self.inner;
        let new_series = new_series(inner, std::iter::once(&batch));
        if !new_series.is_empty() {
            inner.store.keep_payloads(&[], &new_series).await?;
        }
        batch.committed();
        writer::append(inner, payload.number, batch.recorded_ms, &batch.rows, (&mut Vec::new(), &mut Vec::new()));
        inner.tell(payload.number, batch.recorded_ms, &batch.rows);
        let mut series: Vec<_> = batch.rows.iter().map(|row| row.series).collect();
        series.sort_unstable();
        series.dedup();
        let flushed = self.flush_series(&series).await?;
        if let Some(error) = flushed {
            return Err(error);
        }
        Ok(Kept { payload_id: payload.id.clone(), number: payload.number, rows: batch.rows.len() })
    }

    /// Takes no more payloads, waits for those that were taken, and flushes everything.
    ///
    /// # Errors
    /// What the store fails with; samples that were not flushed are read again at the next opening.
    pub async fn close(&self, now_ms: i64) -> Result<(), DeskError> {
        // All permits are back when nothing waits.
        if let Ok(all) = self.waiting.acquire_many(self.inner.settings.most_waiting_bytes).await {
            all.forget();
        }
        self.waiting.close();
        self.flush(now_ms, What::Everything).await.map(|_| ())
    }

    /// Waits until the heads hold so much that a flush should not wait for its time.
    pub async fn flush_wanted(&self) {
        self.inner.flush_wanted.notified().await;
    }

    /// Asks the listener again which series it wants, because it may want others now.
    pub fn ask_again(&self) {
        for slot in self.inner.read_directory().committed() {
            slot.is_wanted.store(self.inner.listener.wants(&slot.identity.name), Ordering::Relaxed);
        }
    }

    /// Forgets what [`Rules`](crate::Rules) said of known lines, because they may say something else now.
    pub fn forget_rules(&self) {
        *self.inner.series_cache.write().unwrap_or_else(PoisonError::into_inner) = SeriesCache::default();
    }

    /// Series by number, at most `limit`.
    pub fn series_list(&self, filter: &SeriesFilter, limit: usize) -> Vec<SeriesInfo> {
        self.inner.read_directory().list(filter, limit)
    }

    /// The series of this number.
    pub fn series(&self, number: i64) -> Option<SeriesInfo> {
        self.inner.read_directory().of_number(number).map(|slot| slot.info())
    }

    /// How the desk is doing.
    pub fn stats(&self) -> Stats {
        let inner = &self.inner;
        let mut stats = Stats {
            held_samples: inner.held(),
            appended_payload: inner.appended.load(Ordering::Acquire),
            flushed_payload: inner.flushed.load(Ordering::Acquire),
            bytes: inner.rolled().bytes() + inner.series_cache().bytes(),
            ..Stats::default()
        };
        let series_index = inner.read_directory();
        stats.series = series_index.count();
        for slot in series_index.committed() {
            let live = slot.live();
            stats.bytes += live.extents.as_ref().map_or(0, |extents| size_of_val(extents.as_slice()));
            stats.bytes += size_of_val(live.head.samples());
            if live.oldest.is_some() {
                stats.heads += 1;
                stats.oldest_held_ms =
                    Some(stats.oldest_held_ms.map_or(live.since_ms, |known| known.min(live.since_ms)));
            }
        }
        stats
    }
}
