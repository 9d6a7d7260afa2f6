//! The dashboard: catalogue, store, clock and the observations in memory, behind one handle.

use std::sync::atomic::AtomicI64;
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};

use kpi::catalogue::Catalogue;
use kpi::point::{Origin, Point, Superseded};
use storage::{Payload, PayloadQuery, SampleStore, Store, StoreError};
use timeseries::{Batch, Listener, TimeSeriesEngine};
use tokio::sync::broadcast;

use crate::alert_desk::AlertDesk;
use crate::benchmark::BenchmarkState;
use crate::clock::{Clock, Ids};
use crate::clock_watch::ClockWatch;
use crate::courier::Channel;
use crate::effective_config::EffectiveConfig;
use crate::forecasts::ForecastCache;
use crate::own_health::OwnHealth;
use crate::read_workers::{Limits, ReadWorkers, Urgency};
use crate::readers::Readers;
use crate::reading::{EventMappings, Format};
use crate::record::RETRACTED;
use crate::retention::Retention;
use crate::samples::{self, Conversions, Memory, Wanted};
use crate::series::{SeriesMemory, SharedSeries};
use crate::snapshot::Snapshot;
use crate::snapshots::{SnapshotError, Snapshots};
use crate::source_health::SourceHealth;
use crate::source_meter::SourceMeter;
use crate::store_watch::StoreWatch;
use crate::stored_states;
use crate::token::TokenDesk;
use crate::write_watch::WriteWatch;

/// How many observations are loaded from the store at once.
pub(crate) const LOAD_PAGE: u32 = 10_000;
/// How many messages a slow listener may lag behind before it has to catch up by reading again.
const LISTENER_BACKLOG: usize = 256;

/// Where the catalogue comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CatalogueSource {
    /// From the versions in the store, to which people add.
    #[default]
    Versions,
    /// From a file, which is then the only place to change it; each change of it becomes a version.
    File,
    /// The one that was given counts at every instant, whatever versions the store holds.
    Given,
}

/// What needs a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum NeedsToken {
    /// Nothing: whoever reaches the server may do everything.
    #[default]
    Nothing,
    /// Sending and deciding.
    Writing,
    /// Reading too.
    Everything,
}

/// What differs between installations.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The name of this process among all that work on the store; no two have the same.
    pub node: String,
    /// Whether every number is generated and must say so.
    pub demo: bool,
    /// The address that clients reach, for snippets.
    pub address: String,
    /// What needs a token.
    pub needs_token: NeedsToken,
    /// Where the catalogue comes from.
    pub catalogue: CatalogueSource,
    /// Where notifications go.
    pub channels: Vec<Channel>,
    /// Whether mail can be sent, so that owners with an address are written to.
    pub owners_by_mail: bool,
    /// What becomes of analytics events, by source.
    pub event_mappings: EventMappings,
    /// How long payloads and samples are kept.
    pub retention: Retention,
}

impl Default for Settings {
    /// One process, of which nothing is asked and that tells nobody.
    fn default() -> Self {
        Self {
            node: "this process".to_owned(),
            demo: false,
            address: String::new(),
            needs_token: NeedsToken::default(),
            catalogue: CatalogueSource::default(),
            channels: Vec::new(),
            owners_by_mail: false,
            event_mappings: EventMappings::default(),
            retention: Retention::default(),
        }
    }
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
    /// Something was decided, noted, changed in the catalogue, or became of an alert.
    Journal {
        /// The id of the last entry.
        latest_id: String,
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
    pub(crate) effective_config: Arc<RwLock<EffectiveConfig>>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
    pub(crate) settings: Settings,
    pub(crate) series: Arc<SharedSeries>,
    pub(crate) snapshots: Arc<Snapshots>,
    pub(crate) read_workers: ReadWorkers,
    pub(crate) alert_desk: AlertDesk,
    pub(crate) source_health: SourceHealth,
    pub(crate) source_meter: SourceMeter,
    pub(crate) token_desk: TokenDesk,
    pub(crate) forecasts: ForecastCache,
    pub(crate) catalogue_refusal: Mutex<Option<Vec<String>>>,
    pub(crate) changes: broadcast::Sender<Change>,
    pub(crate) recording: Arc<tokio::sync::Mutex<()>>,
    /// Held by a report while it finds the parts that it belongs to and until it is one of them.
    pub(crate) report_order: tokio::sync::Mutex<()>,
    pub(crate) payload_numbers: Arc<AtomicI64>,
    pub(crate) desk: TimeSeriesEngine,
    pub(crate) memory: Arc<Memory>,
    pub(crate) benchmark: Mutex<BenchmarkState>,
    pub(crate) write_watch: WriteWatch,
    pub(crate) clock_watch: ClockWatch,
    /// How much of bodies is read at once.
    pub readers: Readers,
    /// What the dashboard's own service does.
    pub own_health: OwnHealth,
    /// What is known of the store's soundness.
    pub store_watch: StoreWatch,
}

impl Dashboard {
    /// Opens the dashboard on a store and loads every observation and every decision. `catalogue` counts until a version
    /// is adopted.
    ///
    /// # Errors
    /// [`StoreError`] where the store can't be read, also where one stored state can't: nothing begins anew by itself.
    pub async fn open(
        store: Arc<dyn Store>,
        catalogue: Arc<Catalogue>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
        settings: Settings,
    ) -> Result<Self, StoreError> {
        stored_states::check(store.as_ref()).await?;
        let mut series = load(store.as_ref()).await?;
        let mut effective_config = EffectiveConfig::new(catalogue, settings.catalogue == CatalogueSource::Given);
        load_journal(store.as_ref(), &mut effective_config, &mut series).await?;
        effective_config.settle(clock.now_ms());
        let alert_desk = AlertDesk::load(store.as_ref()).await?;
        let token_desk = TokenDesk::load(store.as_ref(), Arc::clone(&clock)).await?;
        let payload_numbers = Arc::new(AtomicI64::new(store.latest_payload().await?));
        let own_health = OwnHealth::started_at(clock.now_ms());
        ids.continue_after(series.latest_id());
        let clock_watch = ClockWatch::default();
        clock_watch.started(series.latest_recorded_ms(), clock.now_ms());
        let series = Arc::new(SharedSeries::new(series));
        let limits = Limits::default();
        let read_workers = ReadWorkers::start(limits).map_err(|error| StoreError::Failed {
            operation: "start the threads that compute",
            source: Box::new(error),
        })?;
        let catalogue = effective_config.catalogue();
        let effective_config = Arc::new(RwLock::new(effective_config));
        let snapshots = Snapshots::new(
            Arc::clone(&series),
            Arc::clone(&effective_config),
            Arc::clone(&clock),
            read_workers.threads(),
        );
        let changes = broadcast::Sender::new(LISTENER_BACKLOG);
        let memory = Arc::new(Memory {
            wanted: RwLock::new(Wanted::of(&catalogue)),
            feeding: Mutex::default(),
            series: Arc::clone(&series),
            changes: changes.clone(),
            ids: Arc::clone(&ids),
        });
        let conversions = Conversions::new(Arc::clone(&catalogue));
        let origin = if settings.demo { Origin::Demo } else { Origin::Measured };
        let reread = |payload: &Payload, batch: &mut Batch| samples::reread(payload, batch, &conversions, origin);
        let desk_settings = timeseries::Settings {
            formats: Format::ALL.into_iter().filter(|format| format.gives_samples()).map(Format::name).collect(),
            retention: settings.retention.samples,
            ..timeseries::Settings::default()
        };
        let listener: Arc<dyn Listener> = Arc::<Memory>::clone(&memory);
        let samples: Arc<dyn SampleStore> = Arc::<dyn Store>::clone(&store);
        let desk = TimeSeriesEngine::open(samples, desk_settings, Arc::clone(&payload_numbers), &reread, listener)
            .await
            .map_err(samples::store_error)?;
        samples::load(&desk, &memory, &catalogue, &Wanted::default()).await.map_err(samples::store_error)?;
        let source_meter = SourceMeter::default();
        source_meter.seed(&payloads_of_the_last_hour(store.as_ref(), clock.now_ms()).await?);
        Ok(Self {
            store,
            effective_config,
            clock,
            ids,
            settings,
            series,
            snapshots: Arc::new(snapshots),
            read_workers,
            alert_desk,
            source_health: SourceHealth::default(),
            source_meter,
            token_desk,
            forecasts: ForecastCache::default(),
            catalogue_refusal: Mutex::default(),
            changes,
            recording: Arc::default(),
            payload_numbers,
            desk,
            memory,
            benchmark: Mutex::new(BenchmarkState::default()),
            write_watch: WriteWatch::default(),
            clock_watch,
            report_order: tokio::sync::Mutex::default(),
            readers: Readers::default(),
            own_health,
            store_watch: StoreWatch::default(),
        })
    }

    /// The catalogue that is in force now, with the phase and baselines that were decided.
    pub fn catalogue(&self) -> Arc<Catalogue> {
        self.effective_config().catalogue()
    }

    /// The catalogue as it was written, at an instant: without the phase and the baselines that were decided. This is what
    /// an export gives back.
    pub fn catalogue_as_written(&self, instant_ms: i64) -> Arc<Catalogue> {
        self.effective_config().document_at(instant_ms)
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

    /// The threads that compute what readers ask for.
    pub fn read_workers(&self) -> &ReadWorkers {
        &self.read_workers
    }

    /// Status, gates and alerts at an instant; `None` means now. Everybody who asks for an instant shares what is computed.
    ///
    /// # Errors
    /// [`SnapshotError`] where too many past instants are asked for, and where observations can't be read.
    pub async fn snapshot(&self, as_of_ms: Option<i64>) -> Result<Arc<Snapshot>, SnapshotError> {
        let Some(instant_ms) = as_of_ms else { return Ok(self.snapshot_of_now(Urgency::Now).await?) };
        let snapshots = Arc::clone(&self.snapshots);
        self.read_workers.run(Urgency::Past, async move { snapshots.at(instant_ms).await }).await
    }

    /// The same of now: KPIs whose observations changed are computed anew, the others at most once a second, and less often
    /// where that takes long.
    ///
    /// # Errors
    /// [`StoreError`] where observations can't be read.
    pub async fn snapshot_of_now(&self, urgency: Urgency) -> Result<Arc<Snapshot>, StoreError> {
        let snapshots = Arc::clone(&self.snapshots);
        self.read_workers.run(urgency, async move { snapshots.now().await }).await
    }

    /// The snapshot of now that was computed last, without computing anything; `None` before the first.
    pub fn latest_snapshot(&self) -> Option<Arc<Snapshot>> {
        self.snapshots.latest()
    }

    /// How many snapshots were computed since the start: of now, and of past instants.
    pub fn computed_snapshots(&self) -> (u64, u64) {
        self.snapshots.computed()
    }

    pub(crate) fn effective_config(&self) -> RwLockReadGuard<'_, EffectiveConfig> {
        self.effective_config.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The observations as they are now; what is recorded later is not in it.
    pub(crate) fn read_series(&self) -> Arc<SeriesMemory> {
        self.series.read()
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
            add_stored(&mut series, &point);
        }
    }
}

/// Takes a stored point over into memory; a superseded one among those that count no more.
pub(crate) fn add_stored(series: &mut SeriesMemory, point: &storage::Point) {
    if point.series == RETRACTED {
        return;
    }
    let origin = Origin::from_name(&point.origin).unwrap_or(Origin::Measured);
    series.brought_by(&point.source, &point.series, &point.labels);
    let labels = series.label_set(&point.labels);
    let core =
        Point { time_ms: point.time_ms, value: point.value, recorded_ms: point.recorded_ms, origin, labels, weight: 1 };
    match point.superseded_ms {
        None => series.add(&point.series, core),
        Some(superseded_ms) => series.add_superseded(&point.series, Superseded { point: core, superseded_ms }),
    }
}

/// The payloads of the last hour, the newest first, without their bytes; as many as are counted at a start.
async fn payloads_of_the_last_hour(store: &dyn Store, now_ms: i64) -> Result<Vec<Payload>, StoreError> {
    const HOUR_MS: i64 = 3_600_000;
    const PAGES: usize = 10;
    let mut payloads: Vec<Payload> = Vec::new();
    for _ in 0..PAGES {
        let before_number = payloads.last().map(|payload| payload.number);
        let query = PayloadQuery { source: None, states: Vec::new(), before_number, limit: 1_000 };
        let page = store.payloads(&query).await?;
        let count = page.len();
        payloads.extend(page.into_iter().filter(|payload| payload.received_ms > now_ms - HOUR_MS));
        if count < 1_000 || !payloads.len().is_multiple_of(1_000) {
            break;
        }
    }
    Ok(payloads)
}

async fn load_journal(
    store: &dyn Store,
    effective_config: &mut EffectiveConfig,
    series: &mut SeriesMemory,
) -> Result<(), StoreError> {
    let mut last: Option<String> = None;
    loop {
        let page = store.journal(last.as_deref(), LOAD_PAGE).await?;
        let Some(entry) = page.last() else { return Ok(()) };
        last = Some(entry.id.clone());
        for entry in &page {
            series.seen(&entry.id);
            effective_config.add(entry)?;
        }
    }
}
