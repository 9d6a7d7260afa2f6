//! Status, gates and alerts at one instant, with the rows that pages and API show of them.

use std::sync::Arc;

use kpi::alert::{self, Alerts};
use kpi::catalogue::Catalogue;
use kpi::evaluation::{Evaluation, KpiStatus, evaluate, evaluate_one};
use kpi::gate::{Gate, gates};
use kpi::measure::readers;
use kpi::point::{Observations, Origin};

use crate::series::SeriesMemory;
use crate::view::rows::{self, KpiRow};

/// The time over which the overview tells what changed: a week.
const CHANGE_WINDOW_MS: i64 = 7 * 86_400_000;
/// How long a KPI whose observations did not change stands as it was computed.
const LIFE_MS: i64 = 1_000;

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
    /// Computes everything at an instant.
    pub fn of(catalogue: Arc<Catalogue>, observations: &dyn Observations, instant_ms: i64) -> Self {
        let evaluation = evaluate(&catalogue, observations, instant_ms);
        let before = evaluate(&catalogue, observations, instant_ms.saturating_sub(CHANGE_WINDOW_MS));
        let rows =
            evaluation.statuses.iter().filter_map(|status| row(&catalogue, observations, status, instant_ms)).collect();
        Self::complete(catalogue, evaluation, before, rows)
    }

    /// This snapshot brought to an instant by computing the KPIs at `positions` alone.
    pub(crate) fn with(&self, observations: &dyn Observations, instant_ms: i64, positions: &[usize]) -> Self {
        let catalogue = Arc::clone(&self.catalogue);
        let mut evaluation = Evaluation { instant_ms, statuses: self.evaluation.statuses.clone() };
        let mut before = self.before.clone();
        let mut rows = self.rows.clone();
        for position in positions {
            let Some(status) = evaluate_one(&catalogue, *position, observations, instant_ms) else { continue };
            if let (Some(place), Some(fresh)) =
                (rows.get_mut(*position), row(&catalogue, observations, &status, instant_ms))
            {
                *place = fresh;
            }
            let earlier = evaluate_one(&catalogue, *position, observations, before.instant_ms);
            if let (Some(place), Some(earlier)) = (before.statuses.get_mut(*position), earlier) {
                *place = earlier;
            }
            if let Some(place) = evaluation.statuses.get_mut(*position) {
                *place = status;
            }
        }
        Self::complete(catalogue, evaluation, before, rows)
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

fn row(catalogue: &Catalogue, observations: &dyn Observations, status: &KpiStatus, instant_ms: i64) -> Option<KpiRow> {
    rows::row(catalogue, observations, status, instant_ms, catalogue.policy.current_phase, status.current)
}

/// A snapshot of "now" and what it was computed from.
pub(crate) struct Cached {
    snapshot: Arc<Snapshot>,
    /// How many changes of the observations it has seen.
    changes: u64,
    /// The latest record that it has seen: an observation or an entry of the journal.
    latest_id: String,
    /// The instant at which every KPI was computed.
    whole_ms: i64,
}

impl Cached {
    /// The snapshot of now: the one before if nothing changed, that one with the changed KPIs computed anew, or a new one
    /// where it is a second old or was computed under another catalogue.
    pub(crate) fn refreshed(
        before: Option<Self>,
        catalogue: Arc<Catalogue>,
        series: &SeriesMemory,
        instant_ms: i64,
    ) -> (Self, Arc<Snapshot>) {
        let changes = series.changes();
        let latest_id = series.latest_id().to_owned();
        let usable = before.filter(|cached| {
            Arc::ptr_eq(&cached.snapshot.catalogue, &catalogue)
                && (0..LIFE_MS).contains(&instant_ms.saturating_sub(cached.whole_ms))
        });
        let cached = match usable {
            Some(cached) if cached.changes == changes && cached.latest_id == latest_id => cached,
            Some(cached) => {
                let mut positions: Vec<usize> =
                    series.changed_since(cached.changes).flat_map(|name| readers(&catalogue, name)).collect();
                positions.sort_unstable();
                positions.dedup();
                let snapshot = Arc::new(cached.snapshot.with(series, instant_ms, &positions));
                Self { snapshot, changes, latest_id, ..cached }
            }
            None => Self {
                snapshot: Arc::new(Snapshot::of(catalogue, series, instant_ms)),
                changes,
                latest_id,
                whole_ms: instant_ms,
            },
        };
        let snapshot = Arc::clone(&cached.snapshot);
        (cached, snapshot)
    }
}
