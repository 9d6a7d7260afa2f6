//! What a decision freezes: every value, target and source that the gate was computed of, the catalogue and the policy.

use journal::digest::sha256_hex;
use kpi::catalogue::Catalogue;
use kpi::display::Writing;
use kpi::evaluation::Evaluation;
use kpi::gate::Gate;
use serde::{Deserialize, Serialize};

use crate::assessment::Assessment;

/// What a gate said at an instant, with everything that it was computed of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The instant, in milliseconds since the Unix epoch.
    pub instant_ms: i64,
    /// `passed`, `not-passed` or `not-computed`, without waivers.
    pub outcome: String,
    /// How many KPIs were met, counted and needed.
    pub met: usize,
    /// How many were counted.
    pub counted: usize,
    /// How many had to be met.
    pub needed: usize,
    /// The KPIs that were waived.
    pub waived: Vec<String>,
    /// The rules.
    pub policy: FrozenPolicy,
    /// The catalogue.
    pub catalogue: FrozenCatalogue,
    /// The id of the latest observation or journal entry that was known.
    pub latest_id: String,
    /// Whether a value was generated.
    pub demo_data: bool,
    /// Every counted KPI.
    pub kpis: Vec<FrozenKpi>,
    /// The KPIs that were not counted.
    pub uncounted: Vec<String>,
}

/// The rules that a gate was computed by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FrozenPolicy {
    /// The share of counted KPIs that had to be met, in percent.
    pub gate_share_percent: f64,
    /// Attainment under which a KPI was at risk, in percent.
    pub yellow_below_percent: f64,
    /// Attainment under which a KPI was off target, in percent.
    pub red_below_percent: f64,
    /// Whether standing KPIs counted.
    pub standing_kpis_count: bool,
}

/// The catalogue that a gate was computed under.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrozenCatalogue {
    /// Its id.
    pub id: String,
    /// The version that its authors gave it.
    pub written_version: String,
    /// The number of its version in this store; `None` where it was given on the command line.
    pub number: Option<i64>,
    /// SHA-256 of its canonical document, in hexadecimal.
    pub sha256_hex: String,
}

/// One counted KPI.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FrozenKpi {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its status against the target of the gate's phase.
    pub status: String,
    /// The number that the target is about, in the base unit.
    pub actual: Option<f64>,
    /// The same as it was shown.
    pub value: Option<String>,
    /// The baseline in the base unit, where it has one.
    pub baseline: Option<f64>,
    /// How far along it was; 1 is the target.
    pub attainment: Option<f64>,
    /// The target as it was written.
    pub target: String,
    /// The measurement that it was read from.
    pub measure: String,
    /// Where the latest observation came from.
    pub origin: Option<String>,
    /// The time of the latest observation, in milliseconds since the Unix epoch.
    pub observed_ms: Option<i64>,
    /// How many observations its window held.
    pub observations: usize,
    /// Whether it was waived.
    pub waived: bool,
}

/// Freezes a gate.
pub(crate) fn freeze(
    assessment: &Assessment,
    gate: &Gate,
    waived: Vec<String>,
    catalogue_number: Option<i64>,
) -> Evidence {
    let catalogue = &*assessment.catalogue;
    let position = catalogue.phases.iter().position(|phase| phase.number == gate.phase);
    let mut counted: Vec<usize> =
        gate.met_kpis.iter().copied().chain(gate.blockers.iter().map(|standing| standing.kpi)).collect();
    counted.sort_unstable();
    let kpis = counted
        .into_iter()
        .filter_map(|kpi| frozen_kpi(catalogue, &assessment.evaluation, gate.phase, position?, kpi, &waived))
        .collect();
    Evidence {
        instant_ms: assessment.evaluation.instant_ms,
        outcome: gate.outcome.name().to_owned(),
        met: gate.met,
        counted: gate.counted,
        needed: gate.needed,
        policy: FrozenPolicy {
            gate_share_percent: gate.share_percent,
            yellow_below_percent: catalogue.policy.yellow_below_percent,
            red_below_percent: catalogue.policy.red_below_percent,
            standing_kpis_count: catalogue.policy.standing_kpis_count,
        },
        catalogue: FrozenCatalogue {
            id: catalogue.id.clone(),
            written_version: catalogue.version.clone(),
            number: catalogue_number,
            sha256_hex: sha256_hex(catalogue.to_toml().as_bytes()),
        },
        latest_id: assessment.latest_id.clone(),
        demo_data: assessment.has_demo_data,
        kpis,
        uncounted: gate.uncounted.iter().filter_map(|kpi| catalogue.kpis.get(*kpi)).map(|kpi| kpi.id.clone()).collect(),
        waived,
    }
}

fn frozen_kpi(
    catalogue: &Catalogue,
    evaluation: &Evaluation,
    phase: u8,
    phase_position: usize,
    position: usize,
    waived: &[String],
) -> Option<FrozenKpi> {
    let kpi = catalogue.kpis.get(position)?;
    let status = evaluation.statuses.get(position)?;
    let verdict = status.by_phase.get(phase_position)?;
    let known = status.known.as_ref();
    let actual = known.and_then(|known| known.actual);
    Some(FrozenKpi {
        id: kpi.id.clone(),
        name: kpi.name.clone(),
        status: verdict.status.name().to_owned(),
        actual,
        value: actual.map(|actual| Writing::of(kpi, kpi.target_shown_in(phase)).text(actual)),
        baseline: known.and_then(|known| known.baseline),
        attainment: verdict.attainment,
        target: kpi.target_shown_in(phase).map_or_else(String::new, ToString::to_string),
        measure: kpi.measure.clone(),
        origin: known.map(|known| known.origin.name().to_owned()),
        observed_ms: known.map(|known| known.latest_ms),
        observations: known.map_or(0, |known| known.count),
        waived: waived.contains(&kpi.id),
    })
}
