//! Phase gates: whether enough of a phase's KPIs are met to end it, and which KPIs block it.
//!
//! What would pass a gate is computed by the same functions of a [`GateInput`], in the browser too.

mod simulation;
mod simulation_text;

use serde::{Deserialize, Serialize};

use crate::aggregate::as_f64;
use crate::catalogue::{Catalogue, Phase};
use crate::evaluation::Evaluation;
use crate::status::{Status, Verdict};

pub use simulation::{GateInput, GateKpi, input, simulate};
pub use simulation_text::Simulation;

/// What a gate says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Enough counted KPIs are met.
    Passed,
    /// Too few counted KPIs are met.
    NotPassed,
    /// No KPI is counted, so there is nothing to compute.
    NotComputed,
}

impl Outcome {
    /// The name in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::NotPassed => "not-passed",
            Self::NotComputed => "not-computed",
        }
    }

    /// The words people read.
    pub fn words(self) -> &'static str {
        match self {
            Self::Passed => "Passed",
            Self::NotPassed => "Not passed",
            Self::NotComputed => "Not computed",
        }
    }
}

/// The counting of a gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// How many KPIs are counted.
    pub counted: usize,
    /// How many of them are met.
    pub met: usize,
    /// How many of them must be met.
    pub needed: usize,
    /// How many of them have no data.
    pub no_data: usize,
    /// How many of them are stale.
    pub stale: usize,
    /// What that makes of the gate.
    pub outcome: Outcome,
}

impl Tally {
    /// How many more KPIs must be met.
    pub fn missing(&self) -> usize {
        self.needed.saturating_sub(self.met)
    }
}

/// Counts the statuses of the counted KPIs against the share that must be met, in percent.
pub fn tally(share_percent: f64, statuses: impl Iterator<Item = Status>) -> Tally {
    let (mut counted, mut met, mut no_data, mut stale) = (0, 0, 0, 0);
    for status in statuses {
        counted += 1;
        met += usize::from(status == Status::Met);
        no_data += usize::from(status == Status::NoData);
        stale += usize::from(status == Status::Stale);
    }
    let needed = needed(share_percent, counted);
    let outcome = match counted {
        0 => Outcome::NotComputed,
        _ if met >= needed => Outcome::Passed,
        _ => Outcome::NotPassed,
    };
    Tally { counted, met, needed, no_data, stale, outcome }
}

/// How one KPI stands at a gate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standing {
    /// The position of the KPI in the catalogue.
    pub kpi: usize,
    /// Its verdict against the target of the gate's phase.
    pub verdict: Verdict,
}

/// A gate at an instant.
#[derive(Debug, Clone, PartialEq)]
pub struct Gate {
    /// The phase that it ends.
    pub phase: u8,
    /// The share of counted KPIs that must be met, in percent.
    pub share_percent: f64,
    /// What it says.
    pub outcome: Outcome,
    /// How many KPIs are counted.
    pub counted: usize,
    /// How many of them are met.
    pub met: usize,
    /// How many of them must be met.
    pub needed: usize,
    /// How many of them have no data.
    pub no_data: usize,
    /// How many of them are stale.
    pub stale: usize,
    /// The counted KPIs that are not met, the nearest to met first, those without data last.
    pub blockers: Vec<Standing>,
    /// The counted KPIs that are met.
    pub met_kpis: Vec<usize>,
    /// The KPIs that are not counted.
    pub uncounted: Vec<usize>,
}

impl Gate {
    /// How many more KPIs must be met.
    pub fn missing(&self) -> usize {
        self.needed.saturating_sub(self.met)
    }
}

/// Every gate of the catalogue at the instant of the evaluation.
pub fn gates(catalogue: &Catalogue, evaluation: &Evaluation) -> Vec<Gate> {
    catalogue.phases.iter().enumerate().filter_map(|(index, phase)| gate(catalogue, evaluation, index, phase)).collect()
}

fn gate(catalogue: &Catalogue, evaluation: &Evaluation, index: usize, phase: &Phase) -> Option<Gate> {
    let share_percent = phase.gate_share_percent?;
    let (mut met_kpis, mut blockers, mut uncounted) = (Vec::new(), Vec::new(), Vec::new());
    let mut statuses = Vec::new();
    for status in &evaluation.statuses {
        let kpi = catalogue.kpis.get(status.kpi)?;
        let verdict = *status.by_phase.get(index)?;
        if !kpi.is_counted_in(phase.number, &catalogue.policy) {
            uncounted.push(status.kpi);
            continue;
        }
        statuses.push(verdict.status);
        if verdict.status == Status::Met {
            met_kpis.push(status.kpi);
        } else {
            blockers.push(Standing { kpi: status.kpi, verdict });
        }
    }
    blockers.sort_by(|left, right| nearness(right).total_cmp(&nearness(left)));
    let Tally { counted, met, needed, no_data, stale, outcome } = tally(share_percent, statuses.into_iter());
    Some(Gate {
        phase: phase.number,
        share_percent,
        outcome,
        counted,
        met,
        needed,
        no_data,
        stale,
        blockers,
        met_kpis,
        uncounted,
    })
}

fn nearness(standing: &Standing) -> f64 {
    standing.verdict.attainment.unwrap_or(-1.0)
}

/// How many of `counted` KPIs make up `share_percent` of them: the smallest whole number that does.
pub fn needed(share_percent: f64, counted: usize) -> usize {
    (0..=counted).find(|met| as_f64(*met) * 100.0 >= share_percent * as_f64(counted)).unwrap_or(counted)
}

#[cfg(test)]
mod tests {
    use super::needed;

    #[test]
    fn the_share_of_the_framework_needs_these_many() {
        for (share, counted, expected) in [
            (80.0, 44, 36),
            (85.0, 59, 51),
            (90.0, 63, 57),
            (80.0, 91, 73),
            (85.0, 106, 91),
            (90.0, 110, 99),
            (80.0, 45, 36),
        ] {
            assert_eq!(needed(share, counted), expected, "{share} % of {counted}");
        }
        assert_eq!(needed(80.0, 0), 0);
    }
}
