//! The gates: verdict, blockers nearest first, and what is not counted.

use super::KpiRow;
use super::overview::GateSummary;

/// The gates page.
#[derive(Debug, Clone, PartialEq)]
pub struct GatesPage {
    /// Every gate, in order of the phases.
    pub gates: Vec<GateView>,
    /// The rule by which KPIs are counted, in sentences.
    pub policy: String,
}

/// One gate.
#[derive(Debug, Clone, PartialEq)]
pub struct GateView {
    /// The phase that it ends.
    pub phase: u8,
    /// The verdict in one line.
    pub summary: GateSummary,
    /// The share that must be met: "80 %".
    pub share: String,
    /// Whether it ends the current phase.
    pub current: bool,
    /// Counted KPIs that are not met, the nearest to met first; target, status and attainment are those of this gate.
    pub blockers: Vec<KpiRow>,
    /// Counted KPIs that are met.
    pub met: Vec<KpiRow>,
    /// KPIs that are not counted, as slug and name.
    pub uncounted: Vec<(String, String)>,
}

use kpi::gate::Gate;
use kpi::status::Verdict;

use super::overview::gate_summary;
use super::rows;
use crate::dashboard::Dashboard;
use crate::snapshot::Snapshot;

impl Dashboard {
    /// The gates of a snapshot.
    pub fn gates_page(&self, snapshot: &Snapshot) -> GatesPage {
        let policy = &self.catalogue().policy;
        let standing = if policy.standing_kpis_count {
            "KPIs with one target and no phase count at every gate."
        } else {
            "KPIs with one target and no phase stand outside the gates: they are shown and alerted on, but not counted."
        };
        GatesPage {
            gates: snapshot.gates.iter().map(|gate| self.gate_view(snapshot, gate)).collect(),
            policy: format!(
                "A gate passes when enough of the KPIs that have a target in its phase are met. KPIs with a target \
                 implementation phase count from that phase on. No data and stale count as not met. {standing}"
            ),
        }
    }

    fn gate_view(&self, snapshot: &Snapshot, gate: &Gate) -> GateView {
        let catalogue = self.catalogue();
        GateView {
            phase: gate.phase,
            summary: gate_summary(catalogue, gate),
            share: format!("{} %", gate.share_percent),
            current: gate.phase == catalogue.policy.current_phase,
            blockers: gate
                .blockers
                .iter()
                .filter_map(|standing| self.gate_row(snapshot, gate.phase, standing.kpi, Some(standing.verdict)))
                .collect(),
            met: gate.met_kpis.iter().filter_map(|kpi| self.gate_row(snapshot, gate.phase, *kpi, None)).collect(),
            uncounted: gate
                .uncounted
                .iter()
                .filter_map(|kpi| catalogue.kpis.get(*kpi))
                .map(|kpi| (kpi.id.clone(), kpi.name.clone()))
                .collect(),
        }
    }

    fn gate_row(&self, snapshot: &Snapshot, phase: u8, position: usize, verdict: Option<Verdict>) -> Option<KpiRow> {
        let catalogue = self.catalogue();
        let kpi = catalogue.kpis.get(position)?;
        let status = snapshot.evaluation.statuses.get(position)?;
        let index = catalogue.phases.iter().position(|known| known.number == phase)?;
        let verdict = verdict.or_else(|| status.by_phase.get(index).copied())?;
        let row = snapshot.rows.get(position)?.clone();
        let target = kpi.target_shown_in(phase);
        let line = target.and_then(|target| kpi::status::goal(kpi, target)).and_then(kpi::shape::Goal::line);
        Some(KpiRow {
            value: status.known.as_ref().map(|known| rows::shown_value(kpi, known, line)),
            target: target.map(ToString::to_string),
            status: verdict.status.into(),
            attainment: verdict.attainment.map(kpi::display::attainment),
            ..row
        })
    }
}
