//! Status, gates and alerts at one instant, with the rows that pages and API show of them.

use std::sync::Arc;

use kpi::alert::{self, Alerts};
use kpi::catalogue::Catalogue;
use kpi::evaluation::{Evaluation, evaluate};
use kpi::gate::{Gate, gates};
use kpi::point::{Observations, Origin};

use crate::view::rows::{self, KpiRow};

/// The time over which the overview tells what changed: a week.
const CHANGE_WINDOW_MS: i64 = 7 * 86_400_000;
/// How long a snapshot of "now" stands for now, as long as nothing is recorded.
const LIFE_MS: i64 = 1_000;

/// Everything that is computed from catalogue, observations and instant.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
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
    pub fn of(catalogue: &Catalogue, observations: &dyn Observations, instant_ms: i64) -> Self {
        let evaluation = evaluate(catalogue, observations, instant_ms);
        let rows = evaluation
            .statuses
            .iter()
            .filter_map(|status| {
                let phase = catalogue.policy.current_phase;
                rows::row(catalogue, observations, status, instant_ms, phase, status.current)
            })
            .collect();
        Self {
            before: evaluate(catalogue, observations, instant_ms.saturating_sub(CHANGE_WINDOW_MS)),
            gates: gates(catalogue, &evaluation),
            alerts: alert::alerts(catalogue, &evaluation),
            rows,
            has_demo_data: evaluation
                .statuses
                .iter()
                .any(|status| status.known.is_some_and(|known| known.origin == Origin::Demo)),
            evaluation,
        }
    }
}

/// A snapshot of "now" and what it was computed from.
pub(crate) struct Cached {
    pub(crate) latest_id: String,
    pub(crate) snapshot: Arc<Snapshot>,
}

impl Cached {
    pub(crate) fn serves(&self, latest_id: &str, now_ms: i64) -> bool {
        let age_ms = now_ms.saturating_sub(self.snapshot.evaluation.instant_ms);
        self.latest_id == latest_id && (0..LIFE_MS).contains(&age_ms)
    }
}
