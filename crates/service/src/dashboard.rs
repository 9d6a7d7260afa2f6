//! The dashboard: catalogue, store, clock and the observations in memory, behind one handle.

use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};

use kpi::catalogue::Catalogue;
use kpi::point::{Origin, Point};
use storage::{Store, StoreError};
use tokio::sync::broadcast;

use crate::benchmark::BenchmarkState;
use crate::clock::{Clock, Ids};
use crate::own_health::OwnHealth;
use crate::series::SeriesMemory;
use crate::snapshot::{Cached, Snapshot};

/// How many observations are loaded from the store at once.
const LOAD_PAGE: u32 = 10_000;
/// How many messages a slow listener may lag behind before it has to catch up by reading again.
const LISTENER_BACKLOG: usize = 256;

/// What differs between installations.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    /// Whether every number is generated and must say so.
    pub demo: bool,
    /// The address that clients reach, for snippets.
    pub address: String,
    /// Whether writing needs a token.
    pub needs_token: bool,
}

/// Something that open pages want to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Observations were recorded.
    Observations {
        /// The id of the last of them.
        latest_id: String,
        /// The measurements that they are about, each once.
        measures: Vec<String>,
        /// How many there are.
        count: usize,
    },
    /// A benchmark went on; the message is JSON.
    Benchmark {
        /// `{run_id, state, step, steps, percent, text}`.
        json: String,
    },
}

/// The product's state and its use cases.
pub struct Dashboard {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
    pub(crate) settings: Settings,
    pub(crate) series: Arc<RwLock<SeriesMemory>>,
    pub(crate) cached: Mutex<Option<Cached>>,
    pub(crate) changes: broadcast::Sender<Change>,
    pub(crate) recording: Arc<tokio::sync::Mutex<()>>,
    pub(crate) benchmark: Mutex<BenchmarkState>,
    /// What the dashboard's own service does.
    pub own_health: OwnHealth,
}

impl Dashboard {
    /// Opens the dashboard on a store and loads every observation.
    ///
    /// # Errors
    /// [`StoreError`] where the store can't be read.
    pub async fn open(
        store: Arc<dyn Store>,
        catalogue: Arc<Catalogue>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
        settings: Settings,
    ) -> Result<Self, StoreError> {
        let series = load(store.as_ref()).await?;
        let own_health = OwnHealth::started_at(clock.now_ms());
        Ok(Self {
            store,
            catalogue,
            clock,
            ids,
            settings,
            series: Arc::new(RwLock::new(series)),
            cached: Mutex::new(None),
            changes: broadcast::Sender::new(LISTENER_BACKLOG),
            recording: Arc::default(),
            benchmark: Mutex::new(BenchmarkState::default()),
            own_health,
        })
    }

    /// The catalogue that statuses are computed under.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// The store behind the dashboard.
    pub fn store(&self) -> &dyn Store {
        self.store.as_ref()
    }

    /// What differs between installations.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Now, in milliseconds since the Unix epoch.
    pub fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }

    /// Everything that is recorded from now on.
    pub fn listen(&self) -> broadcast::Receiver<Change> {
        self.changes.subscribe()
    }

    /// The id of the latest recorded observation; empty without one.
    pub fn latest_change(&self) -> String {
        self.read_series().latest_id().to_owned()
    }

    /// Whether an observation is held that was not generated.
    pub fn has_real_data(&self) -> bool {
        self.read_series().has_other_than(Origin::Demo)
    }

    /// How many observations are held.
    pub fn observation_count(&self) -> usize {
        self.read_series().count()
    }

    /// Status, gates and alerts at an instant; `None` means now, which is computed at most once a second as long as
    /// nothing is recorded.
    pub fn snapshot(&self, as_of_ms: Option<i64>) -> Arc<Snapshot> {
        let instant_ms = as_of_ms.unwrap_or_else(|| self.now_ms());
        let series = self.read_series();
        if as_of_ms.is_some() {
            return Arc::new(Snapshot::of(&self.catalogue, &*series, instant_ms));
        }
        let mut cached = self.cached.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(cached) = cached.as_ref().filter(|cached| cached.serves(series.latest_id(), instant_ms)) {
            return Arc::clone(&cached.snapshot);
        }
        let snapshot = Arc::new(Snapshot::of(&self.catalogue, &*series, instant_ms));
        *cached = Some(Cached { latest_id: series.latest_id().to_owned(), snapshot: Arc::clone(&snapshot) });
        snapshot
    }

    // A lock is poisoned when a thread died while it held it; the points in it are still whole, because each is added
    // in one step.
    pub(crate) fn read_series(&self) -> RwLockReadGuard<'_, SeriesMemory> {
        self.series.read().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn load(store: &dyn Store) -> Result<SeriesMemory, StoreError> {
    let mut series = SeriesMemory::default();
    let mut last: Option<String> = None;
    loop {
        let page = store.points(last.as_deref(), LOAD_PAGE).await?;
        let Some((id, _)) = page.last() else { return Ok(series) };
        last = Some(id.clone());
        for (id, point) in page {
            series.seen(&id);
            let origin = Origin::from_name(&point.origin).unwrap_or(Origin::Measured);
            let core = Point { time_ms: point.time_ms, value: point.value, recorded_ms: point.recorded_ms, origin };
            series.add(&point.series, core);
        }
    }
}
