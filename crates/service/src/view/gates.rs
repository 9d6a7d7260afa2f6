//! The gates: verdict, blockers nearest first, what is not counted and why, the simulation, decisions and their history.

use super::overview::GateSummary;
use super::{KpiRow, StatusView};

/// The gates page.
#[derive(Debug, Clone, PartialEq)]
pub struct GatesPage {
    /// Every gate, in order of the phases.
    pub gates: Vec<GateView>,
    /// The rule by which KPIs are counted, in sentences.
    pub policy: String,
    /// Every decision, the newest first.
    pub decisions: Vec<DecisionRow>,
    /// What checking the chain of decisions found, a sentence; empty without decisions.
    pub chain: String,
    /// Whether the chain is sound.
    pub chain_sound: bool,
}

/// One gate.
#[derive(Debug, Clone, PartialEq)]
pub struct GateView {
    /// The phase that it ends.
    pub phase: u8,
    /// The verdict in one line.
    pub summary: GateSummary,
    /// The share that must be met: "80%".
    pub share: String,
    /// Whether it ends the current phase.
    pub current: bool,
    /// Counted KPIs that are not met, the nearest to met first; target, status and attainment are those of this gate.
    pub blockers: Vec<Blocker>,
    /// Counted KPIs that are met.
    pub met: Vec<KpiRow>,
    /// KPIs that are not counted.
    pub uncounted: Vec<Uncounted>,
    /// When the gate may pass, a sentence: a date with an interval, or why there is none.
    pub forecast: String,
    /// What the verdict is computed of, as the text that the simulation in the browser reads.
    pub simulation_text: String,
    /// What the simulation says for the values that were asked for; `None` where nothing was assumed.
    pub simulated: Option<String>,
    /// The state of the gate that a decision must name.
    pub tag: String,
    /// The sign-off that ended the phase, if it was signed off.
    pub signed_off: Option<DecisionRow>,
    /// Whether it can be signed off now.
    pub can_sign_off: bool,
    /// Why it can or can't be signed off, a sentence.
    pub sign_off_hint: String,
}

/// A counted KPI that is not met.
#[derive(Debug, Clone, PartialEq)]
pub struct Blocker {
    /// The KPI.
    pub row: KpiRow,
    /// How much is missing, or why it is not met: "400 to go", "No data yet".
    pub missing: String,
    /// When it may be met: "about 3 March 2027 (80%: 12 January to 20 June 2027)", or why that can't be said.
    pub forecast: String,
    /// The value that was assumed in the simulation, as it was written; empty without one.
    pub assumed: String,
    /// The unit in which a value is assumed; empty where there is only met or not met.
    pub assumed_unit: String,
    /// Whether there is only met or not met to assume.
    pub judged: bool,
    /// What to assume so that it is met, as a reader would write it: "9.9", "met"; empty where nothing simple is enough.
    pub meets: String,
    /// The waiver that holds.
    pub waiver: Option<DecisionRow>,
}

/// A KPI that is not counted at a gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uncounted {
    /// Slug.
    pub kpi_id: String,
    /// Name.
    pub kpi_name: String,
    /// Why not.
    pub reason: String,
}

/// A decision.
#[derive(Debug, Clone, PartialEq)]
pub struct DecisionRow {
    /// Its id.
    pub id: String,
    /// Its number in the chain.
    pub number: i64,
    /// The phase whose gate it is about.
    pub phase: u8,
    /// "Signed off", "Waived", "Withdrawn".
    pub words: String,
    /// The KPI that was waived, as slug and name.
    pub kpi: Option<(String, String)>,
    /// Who decided.
    pub person: String,
    /// Why.
    pub reason: String,
    /// When, for reading.
    pub time: String,
    /// The instant, for a link to the page as of then.
    pub instant: String,
    /// When the waiver ends, for reading.
    pub expires: Option<String>,
    /// Whether it still holds.
    pub holds: bool,
    /// "36 of 44 met, 36 needed, 2 waived", as it was then.
    pub evidence: String,
    /// The first characters of its hash.
    pub hash: String,
    /// What was frozen, for a table.
    pub frozen: Vec<FrozenRow>,
}

/// One KPI as it was frozen.
#[derive(Debug, Clone, PartialEq)]
pub struct FrozenRow {
    /// Slug.
    pub kpi_id: String,
    /// Name.
    pub kpi_name: String,
    /// Its value.
    pub value: String,
    /// Its target.
    pub target: String,
    /// Its status.
    pub status: StatusView,
    /// Where the value came from, and when it was observed.
    pub source: String,
}

use governance::{Decision, DecisionKind};
use kpi::catalogue::Catalogue;
use kpi::gate::{Gate, Outcome, Simulation, Standing};
use kpi::shape::Goal;
use kpi::status::{Status, Verdict};

use super::overview::gate_summary;
use super::{decisions, outlook, rows};
use storage::StoreError;

use crate::dashboard::Dashboard;
use crate::forecasts::Outlook;
use crate::snapshot::Snapshot;

/// Values that a reader assumes in a simulation: KPI id and value as written, in the unit that the page names.
pub type Assumed = [(String, String)];

impl Dashboard {
    /// The gates of a snapshot; `assumed` is what a reader wants to try out.
    ///
    /// # Errors
    /// [`StoreError`] where the observations can't be read.
    pub async fn gates_page(&self, snapshot: &Snapshot, assumed: &Assumed) -> Result<GatesPage, StoreError> {
        let policy = &snapshot.catalogue.policy;
        let standing = if policy.standing_kpis_count {
            "KPIs with one target and no phase count at every gate."
        } else {
            "KPIs with one target and no phase stand outside the gates: they are shown and alerted on, but not counted."
        };
        let (chain, chain_sound) = self.chain_state(snapshot.evaluation.instant_ms);
        let mut gates = Vec::with_capacity(snapshot.gates.len());
        for gate in &snapshot.gates {
            gates.push(self.gate_view(snapshot, gate, assumed).await?);
        }
        Ok(GatesPage {
            gates,
            policy: format!(
                "A gate passes when enough of the KPIs that have a target in its phase are met. KPIs with a target \
                 implementation phase count from that phase on. No data and stale count as not met. {standing} A KPI can \
                 be waived by name, with a reason; a waived KPI counts as met for the sign-off alone. The next phase \
                 begins with the sign-off."
            ),
            decisions: self.decision_rows(snapshot, None),
            chain,
            chain_sound,
        })
    }

    async fn gate_view(&self, snapshot: &Snapshot, gate: &Gate, assumed: &Assumed) -> Result<GateView, StoreError> {
        let catalogue = &*snapshot.catalogue;
        let instant_ms = snapshot.evaluation.instant_ms;
        let in_force: Vec<Decision> = self.waivers(gate.phase, instant_ms);
        let waived = self.governance.decisions.waived_kpis(catalogue, gate, instant_ms);
        let mut outlooks: Vec<Outlook> = Vec::with_capacity(gate.blockers.len());
        for standing in &gate.blockers {
            outlooks.push(self.outlook(snapshot, standing.kpi, gate.phase).await?);
        }
        let signed_off =
            self.sign_off(gate.phase, instant_ms).map(|decision| decisions::row(catalogue, &decision, true));
        let (can_sign_off, sign_off_hint) = sign_off_hint(snapshot, gate, waived.len(), signed_off.is_some());
        let simulation = Simulation::of(catalogue, &snapshot.evaluation, gate.phase);
        Ok(GateView {
            phase: gate.phase,
            summary: gate_summary(catalogue, gate),
            share: format!("{}%", gate.share_percent),
            current: gate.phase == catalogue.policy.current_phase,
            forecast: gate_forecast(gate, &outlooks),
            simulated: simulation.as_ref().and_then(|simulation| simulated(simulation, assumed)),
            simulation_text: simulation.as_ref().map_or_else(String::new, Simulation::to_text),
            blockers: gate
                .blockers
                .iter()
                .zip(&outlooks)
                .filter_map(|(standing, outlook)| {
                    let row = gate_row(snapshot, gate.phase, standing.kpi, Some(standing.verdict))?;
                    let holding = in_force.iter().find(|decision| decision.kpi.as_ref() == Some(&row.id));
                    let meets = simulation.as_ref().and_then(|simulation| meets(simulation, &row.id));
                    let judged = is_judged(catalogue, gate.phase, standing.kpi);
                    let blocker = blocker(snapshot, standing, row, outlook, holding, assumed);
                    Some(Blocker { judged, meets: meets.unwrap_or_default(), ..blocker })
                })
                .collect(),
            met: gate.met_kpis.iter().filter_map(|kpi| gate_row(snapshot, gate.phase, *kpi, None)).collect(),
            uncounted: gate.uncounted.iter().filter_map(|kpi| uncounted(snapshot, gate.phase, *kpi)).collect(),
            tag: self.governance.decisions.gate_tag(gate.phase),
            signed_off,
            can_sign_off,
            sign_off_hint,
        })
    }
}

fn gate_row(snapshot: &Snapshot, phase: u8, position: usize, verdict: Option<Verdict>) -> Option<KpiRow> {
    let catalogue = &*snapshot.catalogue;
    let kpi = catalogue.kpis.get(position)?;
    let status = snapshot.evaluation.statuses.get(position)?;
    let index = catalogue.phases.iter().position(|known| known.number == phase)?;
    let verdict = verdict.or_else(|| status.by_phase.get(index).copied())?;
    let row = snapshot.rows.get(position)?.clone();
    let target = kpi.target_shown_in(phase);
    let (bullet_svg, bullet_text) = rows::bullets(catalogue, kpi, status.known.as_ref(), target);
    Some(KpiRow {
        bullet_svg,
        bullet_text,
        value: status.known.as_ref().map(|known| rows::shown_value(kpi, known, target)),
        target: target.map(ToString::to_string),
        status: verdict.status.into(),
        attainment: rows::attained(kpi, target, status.known.as_ref(), verdict),
        ..row
    })
}

fn blocker(
    snapshot: &Snapshot,
    standing: &Standing,
    row: KpiRow,
    outlook: &Outlook,
    waiver: Option<&Decision>,
    assumed: &Assumed,
) -> Blocker {
    let catalogue = &*snapshot.catalogue;
    let kpi = catalogue.kpis.get(standing.kpi);
    let unit = kpi.map_or_else(String::new, |kpi| {
        use kpi::unit::Dimension;
        let unit = kpi::evaluation::actual_unit(kpi);
        if matches!(unit.dimension, Dimension::Judged | Dimension::Severity) { String::new() } else { unit.symbol }
    });
    Blocker {
        missing: missing(standing.verdict, &row),
        forecast: outlook::sentence(outlook),
        assumed: assumed.iter().find(|(id, _)| *id == row.id).map_or_else(String::new, |(_, value)| value.clone()),
        assumed_unit: unit,
        judged: false,
        meets: String::new(),
        waiver: waiver.map(|waiver| decisions::row(catalogue, waiver, true)),
        row,
    }
}

/// Whether a KPI's target at a gate is reached or not, without a number on the way.
fn is_judged(catalogue: &Catalogue, phase: u8, position: usize) -> bool {
    let kpi = catalogue.kpis.get(position);
    let goal = kpi.and_then(|kpi| kpi::status::goal(kpi, kpi.target_shown_in(phase)?));
    matches!(goal, None | Some(Goal::Reached | Goal::NoFinding(_)))
}

/// The simplest value that makes a KPI met, as a reader would write it.
fn meets(simulation: &Simulation, id: &str) -> Option<String> {
    let before = simulation.tally(std::iter::empty()).met;
    let is_met = |written: &String| simulation.tally(std::iter::once((id, written.as_str()))).met > before;
    simulation.candidates(id).into_iter().find(is_met)
}

fn missing(verdict: Verdict, row: &KpiRow) -> String {
    match verdict.status {
        Status::NoData => format!("No data yet. Connect {}.", row.connect),
        Status::Stale => "The latest value is too old.".to_owned(),
        _ => row.attainment.as_ref().map_or_else(String::new, |share| format!("{share} of the way.")),
    }
}

fn uncounted(snapshot: &Snapshot, phase: u8, position: usize) -> Option<Uncounted> {
    let catalogue = &*snapshot.catalogue;
    let kpi = catalogue.kpis.get(position)?;
    let name = |number: u8| catalogue.phase(number).map_or_else(|| format!("phase {number}"), |it| it.name.clone());
    let reason = match (kpi.is_standing(), kpi.from_phase) {
        (true, _) => "its one target names no phase, and the policy does not count such KPIs".to_owned(),
        (false, Some(from)) if from > phase => format!("its target counts from {} on", name(from)),
        _ => format!("it has no target in {}", name(phase)),
    };
    Some(Uncounted { kpi_id: kpi.id.clone(), kpi_name: kpi.name.clone(), reason })
}

fn gate_forecast(gate: &Gate, outlooks: &[Outlook]) -> String {
    match gate.outcome {
        Outcome::Passed => return "It is passed now.".to_owned(),
        Outcome::NotComputed => return "Nothing is counted, so nothing can be forecast.".to_owned(),
        Outcome::NotPassed => {}
    }
    let crossings: Vec<forecast::Crossing> = outlooks
        .iter()
        .filter_map(|outlook| if let Outlook::At(_, crossing) = outlook { Some(*crossing) } else { None })
        .collect();
    let (missing, known) = (gate.missing(), crossings.len());
    if known < missing {
        return format!(
            "No forecast: {missing} more KPIs must be met, and only {known} of the {} that block it have enough data.",
            gate.blockers.len()
        );
    }
    let dates = outlook::dates(forecast::gate(missing, &crossings), forecast::LEVEL_PERCENT);
    format!("{dates} From {known} of {} blockers; KPIs that are met are taken to stay met.", gate.blockers.len())
}

fn sign_off_hint(snapshot: &Snapshot, gate: &Gate, waived: usize, signed: bool) -> (bool, String) {
    let current = snapshot.catalogue.policy.current_phase;
    let missing = gate.missing().saturating_sub(waived);
    if signed {
        (false, "It is signed off.".to_owned())
    } else if gate.phase != current {
        (false, "Only the gate of the current phase can be signed off.".to_owned())
    } else if gate.counted == 0 {
        (false, "No KPI counts at this gate.".to_owned())
    } else if missing > 0 {
        (false, format!("{missing} more must be met or waived before it can be signed off."))
    } else if waived > 0 && gate.met < gate.needed {
        (true, format!("{} are met and {waived} waived, so it can be signed off.", gate.met))
    } else {
        (true, "Enough KPIs are met, so it can be signed off.".to_owned())
    }
}

/// What the gate would say with the assumed values; `None` where none of them is about this gate.
fn simulated(simulation: &Simulation, assumed: &Assumed) -> Option<String> {
    let values = || assumed.iter().map(|(id, value)| (id.as_str(), value.as_str()));
    simulation.takes(values()).then(|| simulation.tally(values()).sentence())
}

impl Dashboard {
    fn waivers(&self, phase: u8, instant_ms: i64) -> Vec<Decision> {
        self.effective_config().waivers(phase, instant_ms).into_iter().cloned().collect()
    }

    fn sign_off(&self, phase: u8, instant_ms: i64) -> Option<Decision> {
        let effective_config = self.effective_config();
        let mut standing = governance::standing(&effective_config.decisions, instant_ms);
        standing.find(|decision| decision.phase == phase && decision.kind == DecisionKind::SignOff).cloned()
    }
}
