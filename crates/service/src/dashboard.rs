//! The dashboard: catalogue, store, clock and the observations in memory, behind one handle.

use std::sync::atomic::AtomicI64;
use std::sync::{Arc, Mutex, RwLock, RwLockReadGuard};

use access::ApiTokens;
use alerting::{Alerting, Channel, NotificationSettings};
use governance::{CatalogueSource, EffectiveConfig, Governance, SharedConfig, changes_the_catalogue};
use journal::{Change, Changes, Clock, Follower, Ids, Journal, WriteGuard};
use kpi::catalogue::Catalogue;
use kpi::point::Origin;
use storage::{JournalEntry, Payload, PayloadQuery, PointStore, SampleStore, Store, StoreError};
use timeseries::{Batch, Listener, TimeSeriesEngine};
use tokio::sync::broadcast;

use crate::benchmark::BenchmarkState;
use crate::forecasts::ForecastCache;
use crate::observations;
use crate::own_health::OwnHealth;
use crate::read_workers::{Limits, ReadWorkers, Urgency};
use crate::readers::Readers;
use crate::reading::{EventMappings, Format};
use crate::retention::Retention;
use crate::samples::{self, Conversions, Memory, Wanted};
use crate::series::{PointIndex, SharedPoints};
use crate::snapshot::Snapshot;
use crate::snapshots::{PastSnapshots, SnapshotError, Snapshots};
use crate::source_health::SourceHealth;
use crate::source_meter::SourceMeter;
use crate::store_watch::StoreWatch;
use crate::stored_states;
use crate::write_watch::WriteWatch;

/// How many observations are loaded from the store at once.
pub(crate) const LOAD_PAGE: u32 = 10_000;

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
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The name of this process among all that work on the store, no two of which have the same; empty where there is one.
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
    /// Whether points may be settled in the store: by the one program that writes to it.
    pub settles_points: bool,
}

impl Settings {
    /// The name of this process among all that work on the store.
    pub fn node(&self) -> &str {
        if self.node.is_empty() { "this process" } else { &self.node }
    }

    fn notifications(&self) -> NotificationSettings {
        NotificationSettings {
            node: self.node().to_owned(),
            channels: self.channels.clone(),
            owners_by_mail: self.owners_by_mail,
            demo_data: self.demo,
            address: self.address.clone(),
        }
    }
}

/// The product's state and its use cases.
pub struct Dashboard {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) journal: Journal,
    pub(crate) governance: Governance,
    pub(crate) alerting: Alerting,
    pub(crate) api_tokens: ApiTokens,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
    pub(crate) settings: Settings,
    pub(crate) series: Arc<SharedPoints>,
    pub(crate) snapshots: Arc<Snapshots>,
    pub(crate) read_workers: ReadWorkers,
    pub(crate) source_health: SourceHealth,
    pub(crate) source_meter: SourceMeter,
    pub(crate) forecasts: ForecastCache,
    pub(crate) changes: broadcast::Sender<Change>,
    /// Held by a report while it finds the parts that it belongs to and until it is one of them.
    pub(crate) report_order: tokio::sync::Mutex<()>,
    pub(crate) payload_numbers: Arc<AtomicI64>,
    pub(crate) desk: TimeSeriesEngine,
    pub(crate) memory: Arc<Memory>,
    pub(crate) benchmark: Mutex<BenchmarkState>,
    pub(crate) write_watch: WriteWatch,
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
        let past = Arc::new(PastSnapshots::default());
        let forgetting = Arc::clone(&past);
        let points: Arc<dyn PointStore> = Arc::<dyn Store>::clone(&store);
        let opened = SharedPoints::open(points, move |earliest_ms| forgetting.forget_from(earliest_ms)).await?;
        let series = observations::load(store.as_ref(), opened, settings.settles_points).await?;
        let changes = {
            let series = Arc::clone(&series);
            Changes::new(move || series.read().latest_id().to_owned())
        };
        let journal = Journal::new(Arc::clone(&store), Arc::clone(&clock), Arc::clone(&ids), changes);
        let governance = Governance::following(&journal, Arc::clone(&clock), catalogue, settings.catalogue);
        let alerting = Alerting::following(&journal, settings.notifications()).await?;
        let api_tokens = ApiTokens::following(&journal, Arc::clone(&clock));
        journal.add_follower(Arc::new(SeriesFollower(Arc::clone(&series), Arc::clone(&past))));
        journal.read_after(None).await?;
        api_tokens.load_use().await?;
        let payload_numbers = Arc::new(AtomicI64::new(store.latest_payload().await?));
        let own_health = OwnHealth::started_at(clock.now_ms());
        ids.continue_after(series.read().latest_id());
        alerting.clock_watch.started(series.read().latest_recorded_ms(), clock.now_ms());
        let limits = Limits::default();
        let read_workers = ReadWorkers::start(limits).map_err(|error| StoreError::Failed {
            operation: "start the threads that compute",
            source: Box::new(error),
        })?;
        let catalogue = governance::in_force(&governance.config).catalogue();
        let snapshots = Snapshots::new(
            (Arc::clone(&series), Arc::clone(&past)),
            SharedConfig::clone(&governance.config),
            Arc::clone(&clock),
            read_workers.threads(),
        );
        let changes = journal.changes().sender();
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
            journal,
            governance,
            alerting,
            api_tokens,
            clock,
            ids,
            settings,
            series,
            snapshots: Arc::new(snapshots),
            read_workers,
            source_health: SourceHealth::default(),
            source_meter,
            forecasts: ForecastCache::default(),
            changes,
            payload_numbers,
            desk,
            memory,
            benchmark: Mutex::new(BenchmarkState::default()),
            write_watch: WriteWatch::default(),
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

    /// What people decided, and what is in force.
    pub fn governance(&self) -> &Governance {
        &self.governance
    }

    /// Alerts and what becomes of them.
    pub fn alerting(&self) -> &Alerting {
        &self.alerting
    }

    /// Who may do what.
    pub fn api_tokens(&self) -> &ApiTokens {
        &self.api_tokens
    }

    pub(crate) fn effective_config(&self) -> RwLockReadGuard<'_, EffectiveConfig> {
        governance::in_force(&self.governance.config)
    }

    /// Waits until nobody else writes.
    pub(crate) async fn write_guard(&self) -> WriteGuard {
        self.journal.write_guard().await
    }

    /// The observations as they are now; what is recorded later is not in it.
    pub(crate) fn read_series(&self) -> Arc<PointIndex> {
        self.series.read()
    }
}

/// Lets what is computed of the observations know of the journal.
struct SeriesFollower(Arc<SharedPoints>, Arc<PastSnapshots>);

impl Follower for SeriesFollower {
    fn follow(&self, entries: &[JournalEntry]) -> Result<(), StoreError> {
        if entries.iter().any(changes_the_catalogue) {
            self.1.forget();
        }
        let mut series = self.0.write();
        for entry in entries {
            series.seen(&entry.id);
        }
        Ok(())
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
