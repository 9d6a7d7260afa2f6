//! Who computes snapshots, and how often: one at a time for now, as many as there are threads for past instants, and one for
//! everybody who asks for the same instant.

mod line;
mod past;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};

use governance::EffectiveConfig;
use journal::Clock;
use storage::StoreError;

use self::line::Line;
pub(crate) use self::past::PastSnapshots;
use crate::read_workers::Busy;
use crate::series::SharedPoints;
use crate::snapshot::{Asked, Cached, Snapshot};

/// Why there is no snapshot.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// Too many past instants are asked for.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// Points can't be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What snapshots are computed of, and those that are kept.
pub(crate) struct Snapshots {
    series: Arc<SharedPoints>,
    past: Arc<PastSnapshots>,
    effective_config: Arc<RwLock<EffectiveConfig>>,
    clock: Arc<dyn Clock>,
    /// Held while now is computed.
    now: tokio::sync::Mutex<Option<Cached>>,
    latest: Mutex<Option<Cached>>,
    line: Line,
    computed_now: AtomicU64,
    computed_past: AtomicU64,
}

impl Snapshots {
    pub(crate) fn new(
        (series, past): (Arc<SharedPoints>, Arc<PastSnapshots>),
        effective_config: Arc<RwLock<EffectiveConfig>>,
        clock: Arc<dyn Clock>,
        threads: usize,
    ) -> Self {
        Self {
            series,
            past,
            effective_config,
            clock,
            now: tokio::sync::Mutex::default(),
            latest: Mutex::default(),
            line: Line::new(threads),
            computed_now: AtomicU64::new(0),
            computed_past: AtomicU64::new(0),
        }
    }

    /// The snapshot of now. It knows at least what was recorded before it was asked for.
    ///
    /// # Errors
    /// [`StoreError`] where points can't be read.
    pub(crate) async fn now(&self) -> Result<Arc<Snapshot>, StoreError> {
        let asked = {
            let series = self.series.read();
            Asked {
                changes: series.changes(),
                latest_id: series.latest_id().to_owned(),
                instant_ms: self.clock.now_ms(),
            }
        };
        let mut cached = self.now.lock().await;
        let instant_ms = self.clock.now_ms();
        let catalogue = self.effective_config().catalogue();
        if let Some(cached) = cached.as_ref().filter(|cached| cached.answers(&asked, &catalogue, instant_ms)) {
            return Ok(cached.snapshot());
        }
        let series = self.series.read();
        let fresh = Cached::refreshed(cached.as_ref(), catalogue, &series, instant_ms).await?;
        self.computed_now.fetch_add(1, Ordering::Relaxed);
        *self.latest.lock().unwrap_or_else(PoisonError::into_inner) = Some(fresh.clone());
        let snapshot = fresh.snapshot();
        *cached = Some(fresh);
        Ok(snapshot)
    }

    /// The snapshot of a past instant, which whoever asks for it meanwhile gets too.
    ///
    /// # Errors
    /// [`SnapshotError`] where too many other instants wait to be computed, or where points can't be read.
    pub(crate) async fn at(&self, instant_ms: i64) -> Result<Arc<Snapshot>, SnapshotError> {
        let flight = self.past.flight(instant_ms);
        let snapshot = flight
            .get_or_try_init(|| async {
                let turn = self.line.wait().await?;
                let catalogue = self.effective_config().catalogue_at(instant_ms);
                let series = self.series.read();
                let snapshot = Snapshot::of(catalogue, &series, instant_ms).await?;
                self.computed_past.fetch_add(1, Ordering::Relaxed);
                turn.done();
                Ok::<_, SnapshotError>(Arc::new(snapshot))
            })
            .await?;
        Ok(Arc::clone(snapshot))
    }

    /// The snapshot of now that was computed last; `None` before the first.
    pub(crate) fn latest(&self) -> Option<Arc<Snapshot>> {
        self.lock_latest().as_ref().map(Cached::snapshot)
    }

    /// How many snapshots were computed: of now, and of past instants.
    pub(crate) fn computed(&self) -> (u64, u64) {
        (self.computed_now.load(Ordering::Relaxed), self.computed_past.load(Ordering::Relaxed))
    }

    fn effective_config(&self) -> RwLockReadGuard<'_, EffectiveConfig> {
        self.effective_config.read().unwrap_or_else(PoisonError::into_inner)
    }

    // It is replaced as a whole.
    fn lock_latest(&self) -> std::sync::MutexGuard<'_, Option<Cached>> {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
