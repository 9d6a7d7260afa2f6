//! Status, gates and alerts at one instant, with the rows that pages and API show of them.

use std::sync::Arc;

use kpi::alert::{self, Alerts};
use kpi::catalogue::Catalogue;
use kpi::evaluation::{Evaluation, KpiStatus, evaluate_one};
use kpi::gate::{Gate, gates};
use kpi::measure::readers;
use kpi::point::Origin;
use kpi::window::WindowSource;
use storage::StoreError;

use crate::read_workers::give_way;
use crate::series::PointIndex;
use crate::view::rows::{self, KpiRow};

/// The time over which the overview tells what changed: a week.
const CHANGE_WINDOW_MS: i64 = 7 * 86_400_000;
/// How long a KPI whose observations did not change stands as it was computed: at least, and at most where computing takes long.
const LIFE_MS: i64 = 1_000;
const LONGEST_LIFE_MS: i64 = 10_000;
/// As many times as long as computing took, so that it takes only a part of a thread's time.
const LIFE_FOR_TIME: i64 = 4;

/// Everything that is computed from catalogue, observations and instant.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// The catalogue that was in force.
    pub catalogue: Arc<Catalogue>,
    /// The status of every KPI.
    pub evaluation: Evaluation,
    /// The same a week earlier.
    pub before: Evaluation,
    /// Every gate.
    pub gates: Vec<Gate>,
    /// The alerts.
    pub alerts: Alerts,
    /// Every KPI as a row, in the order of the catalogue.
    pub rows: Vec<KpiRow>,
    /// Whether a value in it is generated, so that whatever shows it must say so.
    pub has_demo_data: bool,
}

impl Snapshot {
    /// Computes everything at an instant. After each KPI more urgent work may go first.
    ///
    /// # Errors
    /// [`StoreError`] where points can't be read.
    pub(crate) async fn of(
        catalogue: Arc<Catalogue>,
        series: &PointIndex,
        instant_ms: i64,
    ) -> Result<Self, StoreError> {
        let earlier_ms = instant_ms.saturating_sub(CHANGE_WINDOW_MS);
        let mut evaluation = Evaluation { instant_ms, statuses: Vec::with_capacity(catalogue.kpis.len()) };
        let mut before = Evaluation { instant_ms: earlier_ms, statuses: Vec::with_capacity(catalogue.kpis.len()) };
        let mut rows = Vec::with_capacity(catalogue.kpis.len());
        for position in 0..catalogue.kpis.len() {
            let Some(computed) = Computed::of(&catalogue, series, position, (instant_ms, earlier_ms)).await? else {
                continue;
            };
            evaluation.statuses.push(computed.status);
            before.statuses.push(computed.before);
            rows.push(computed.row);
        }
        Ok(Self::complete(catalogue, evaluation, before, rows))
    }

    /// This snapshot brought to an instant by computing the KPIs at `positions` alone.
    async fn with(&self, series: &PointIndex, instant_ms: i64, positions: &[usize]) -> Result<Self, StoreError> {
        let catalogue = Arc::clone(&self.catalogue);
        let mut evaluation = Evaluation { instant_ms, statuses: self.evaluation.statuses.clone() };
        let mut before = self.before.clone();
        let mut rows = self.rows.clone();
        for position in positions {
            let at = (instant_ms, before.instant_ms);
            let Some(computed) = Computed::of(&catalogue, series, *position, at).await? else { continue };
            if let Some(place) = rows.get_mut(*position) {
                *place = computed.row;
            }
            if let Some(place) = before.statuses.get_mut(*position) {
                *place = computed.before;
            }
            if let Some(place) = evaluation.statuses.get_mut(*position) {
                *place = computed.status;
            }
        }
        Ok(Self::complete(catalogue, evaluation, before, rows))
    }

    fn complete(catalogue: Arc<Catalogue>, evaluation: Evaluation, before: Evaluation, rows: Vec<KpiRow>) -> Self {
        Self {
            gates: gates(&catalogue, &evaluation),
            alerts: alert::alerts(&catalogue, &evaluation),
            has_demo_data: evaluation
                .statuses
                .iter()
                .any(|status| status.known.is_some_and(|known| known.origin == Origin::Demo)),
            before,
            rows,
            evaluation,
            catalogue,
        }
    }
}

/// What is computed of one KPI.
struct Computed {
    status: KpiStatus,
    before: KpiStatus,
    row: KpiRow,
}

impl Computed {
    /// Of an instant and of an earlier one; after each more urgent work may go first.
    async fn of(
        catalogue: &Catalogue,
        series: &PointIndex,
        position: usize,
        (instant_ms, earlier_ms): (i64, i64),
    ) -> Result<Option<Self>, StoreError> {
        let at = |instant_ms| move |source: &dyn WindowSource| evaluate_one(catalogue, position, source, instant_ms);
        let Some(status) = series.ask(at(instant_ms)).await? else { return Ok(None) };
        give_way().await;
        let Some(before) = series.ask(at(earlier_ms)).await? else { return Ok(None) };
        give_way().await;
        let phase = catalogue.policy.current_phase;
        let row = series.ask(|source| rows::row(catalogue, source, &status, instant_ms, phase, status.current)).await?;
        give_way().await;
        Ok(row.map(|row| Self { status, before, row }))
    }
}

/// What somebody who asks for now may expect of the answer.
pub(crate) struct Asked {
    /// How many changes of the observations there were.
    pub(crate) changes: u64,
    /// The latest record: an observation or an entry of the journal.
    pub(crate) latest_id: String,
    pub(crate) instant_ms: i64,
}

/// A snapshot of "now" and what it was computed from.
#[derive(Clone)]
pub(crate) struct Cached {
    snapshot: Arc<Snapshot>,
    /// How many changes of the observations it has seen.
    changes: u64,
    /// The latest record that it has seen: an observation or an entry of the journal.
    latest_id: String,
    /// The instant at which every KPI was computed, and how long that stands.
    whole_ms: i64,
    life_ms: i64,
    /// The instant at which those were computed that had changed.
    refreshed_ms: i64,
}

impl Cached {
    pub(crate) fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.snapshot)
    }

    /// Whether it was computed from everything that was recorded and decided.
    fn has_seen(&self, series: &PointIndex) -> bool {
        self.changes == series.changes() && self.latest_id == series.latest_id()
    }

    /// Whether it is the answer for somebody who asked and waited until `instant_ms`: it was computed since, or nothing changed.
    pub(crate) fn answers(&self, asked: &Asked, catalogue: &Arc<Catalogue>, instant_ms: i64) -> bool {
        let is_since = (asked.instant_ms..=instant_ms).contains(&self.refreshed_ms);
        Arc::ptr_eq(&self.snapshot.catalogue, catalogue)
            && self.changes >= asked.changes
            && self.latest_id >= asked.latest_id
            && (is_since || self.is_alive(instant_ms))
    }

    fn is_alive(&self, instant_ms: i64) -> bool {
        (0..self.life_ms).contains(&instant_ms.saturating_sub(self.whole_ms))
    }

    /// The snapshot of now: the one before if nothing changed, that one with the changed KPIs computed anew, or a new one
    /// where it is too old or was computed under another catalogue.
    pub(crate) async fn refreshed(
        before: Option<&Self>,
        catalogue: Arc<Catalogue>,
        series: &PointIndex,
        instant_ms: i64,
    ) -> Result<Self, StoreError> {
        let changes = series.changes();
        let latest_id = series.latest_id().to_owned();
        let usable =
            before.filter(|cached| Arc::ptr_eq(&cached.snapshot.catalogue, &catalogue) && cached.is_alive(instant_ms));
        if let Some(cached) = usable {
            if cached.has_seen(series) {
                return Ok(cached.clone());
            }
            let mut positions: Vec<usize> =
                series.changed_since(cached.changes).flat_map(|name| readers(&catalogue, name)).collect();
            positions.sort_unstable();
            positions.dedup();
            let snapshot = Arc::new(cached.snapshot.with(series, instant_ms, &positions).await?);
            return Ok(Self { snapshot, changes, latest_id, refreshed_ms: instant_ms, ..*cached });
        }
        #[expect(clippy::disallowed_methods, reason = "a stopwatch, not the time of day")]
        let started = std::time::Instant::now();
        let snapshot = Arc::new(Snapshot::of(catalogue, series, instant_ms).await?);
        let took_ms = i64::try_from(started.elapsed().as_millis()).unwrap_or(LONGEST_LIFE_MS);
        let life_ms = took_ms.saturating_mul(LIFE_FOR_TIME).clamp(LIFE_MS, LONGEST_LIFE_MS);
        Ok(Self { snapshot, changes, latest_id, whole_ms: instant_ms, life_ms, refreshed_ms: instant_ms })
    }
}
