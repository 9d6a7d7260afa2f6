//! What would pass: the numbers behind one gate, and its tally when some of them are assumed to be others.

use serde::{Deserialize, Serialize};

use super::{Tally, tally};
use crate::catalogue::Catalogue;
use crate::evaluation::Evaluation;
use crate::shape::{Goal, Shape};
use crate::status::{Compared, Thresholds, Verdict, goal, judge};

/// Everything that the verdict of one gate depends on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GateInput {
    /// The phase that the gate ends.
    pub phase: u8,
    /// The share of counted KPIs that must be met, in percent.
    pub share_percent: f64,
    /// When a KPI is at risk and off target.
    pub thresholds: Thresholds,
    /// The counted KPIs, in the order of the catalogue.
    pub kpis: Vec<GateKpi>,
}

/// A KPI that counts at a gate.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct GateKpi {
    /// Its position in the catalogue.
    pub kpi: usize,
    /// How its attainment is computed.
    pub shape: Shape,
    /// What the gate's phase asks for, in base units.
    pub goal: Goal,
    /// The number that the goal is about, in base units; `None` without data.
    pub actual: Option<f64>,
    /// Whether that number is too old to be trusted.
    pub stale: bool,
}

impl GateKpi {
    /// Its verdict at the gate.
    pub fn verdict(&self, thresholds: Thresholds) -> Verdict {
        let compared = match self.actual {
            Some(actual) => Compared::Value { actual, stale: self.stale },
            None => Compared::Nothing,
        };
        judge(self.shape, self.goal, thresholds, compared)
    }
}

/// The numbers behind the gate that ends `phase`; `None` where the phase has no gate.
pub fn input(catalogue: &Catalogue, evaluation: &Evaluation, phase: u8) -> Option<GateInput> {
    let share_percent = catalogue.phase(phase)?.gate_share_percent?;
    let counted = |status: &crate::evaluation::KpiStatus| {
        let kpi = catalogue.kpis.get(status.kpi)?;
        let target = kpi.is_counted_in(phase, &catalogue.policy).then(|| kpi.target_shown_in(phase)).flatten()?;
        let known = status.known.and_then(|known| Some((known.actual?, known.stale)));
        // A target that waits for a person's judgement has no number until then; a judgement is 1 or 0.
        let (goal, known) = goal(kpi, target).map_or((Goal::Reached, None), |goal| (goal, known));
        let (actual, stale) = known.map_or((None, false), |(actual, stale)| (Some(actual), stale));
        Some(GateKpi { kpi: status.kpi, shape: kpi.shape, goal, actual, stale })
    };
    Some(GateInput {
        phase,
        share_percent,
        thresholds: Thresholds::of(&catalogue.policy),
        kpis: evaluation.statuses.iter().filter_map(counted).collect(),
    })
}

/// The tally of a gate if some KPIs, named by their position in the catalogue, had other numbers, in base units.
///
/// An assumed number is fresh. Positions that the gate does not count change nothing.
pub fn simulate(gate: &GateInput, assumed: &[(usize, f64)]) -> Tally {
    let verdicts = gate.kpis.iter().map(|kpi| {
        let assumption = assumed.iter().rfind(|(position, _)| *position == kpi.kpi);
        let kpi = assumption.map_or(*kpi, |(_, actual)| GateKpi { actual: Some(*actual), stale: false, ..*kpi });
        kpi.verdict(gate.thresholds).status
    });
    tally(gate.share_percent, verdicts)
}
