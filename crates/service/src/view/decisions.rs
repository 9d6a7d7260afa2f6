//! Gate decisions as rows, and the state of their chain.

use governance::{Decision, FrozenKpi, standing};
use kpi::catalogue::Catalogue;
use kpi::point::Origin;
use kpi::status::Status;

use super::gates::{DecisionRow, FrozenRow};
use crate::dashboard::Dashboard;
use crate::instant;
use crate::snapshot::Snapshot;

/// How many characters of a hash are shown.
const SHOWN_HASH: usize = 12;

/// A decision as a row.
pub(super) fn row(catalogue: &Catalogue, decision: &Decision, holds: bool) -> DecisionRow {
    let evidence = &decision.evidence;
    let name = |id: &String| catalogue.kpi(id).map_or_else(|| id.clone(), |(_, kpi)| kpi.name.clone());
    let waived = if evidence.waived.is_empty() { String::new() } else { format!(", {} waived", evidence.waived.len()) };
    DecisionRow {
        id: decision.id.clone(),
        number: decision.number,
        phase: decision.phase,
        words: decision.kind.words().to_owned(),
        kpi: decision.kpi.as_ref().map(|id| (id.clone(), name(id))),
        person: decision.person.clone(),
        reason: decision.reason.clone(),
        time: instant::long(decision.time_ms),
        instant: instant::iso(decision.time_ms),
        expires: decision.expires_ms.map(instant::long),
        holds,
        evidence: format!(
            "{} of {} met, {} needed{waived}; catalogue {}{}",
            evidence.met,
            evidence.counted,
            evidence.needed,
            evidence.catalogue.written_version,
            evidence.catalogue.number.map_or_else(String::new, |number| format!(", version {number} here"))
        ),
        hash: decision.hash.chars().take(SHOWN_HASH).collect(),
        frozen: evidence.kpis.iter().map(frozen_row).collect(),
    }
}

fn frozen_row(kpi: &FrozenKpi) -> FrozenRow {
    let status = Status::ALL.into_iter().find(|status| status.name() == kpi.status).unwrap_or(Status::NoData);
    let origin = kpi.origin.as_deref().and_then(Origin::from_name).map_or("no source", Origin::explained);
    let observed = kpi.observed_ms.map_or_else(String::new, |time_ms| format!(", {}", instant::short(time_ms)));
    let waived = if kpi.waived { " (waived)" } else { "" };
    FrozenRow {
        kpi_id: kpi.id.clone(),
        kpi_name: format!("{}{waived}", kpi.name),
        value: kpi.value.clone().unwrap_or_else(|| "no value".to_owned()),
        target: kpi.target.clone(),
        status: status.into(),
        source: format!("{origin}{observed}"),
    }
}

/// How many decisions a page lists with their evidence; the API has all of them.
const LISTED: usize = 50;

impl Dashboard {
    /// The latest decisions up to the snapshot's instant, the newest first; those about one gate where `phase` names it.
    pub(super) fn decision_rows(&self, snapshot: &Snapshot, phase: Option<u8>) -> Vec<DecisionRow> {
        let instant_ms = snapshot.evaluation.instant_ms;
        let decisions = self.governance.decisions.until(instant_ms);
        let ascending: Vec<Decision> = decisions.iter().rev().cloned().collect();
        let holding: Vec<&str> = standing(&ascending, instant_ms).map(|decision| decision.id.as_str()).collect();
        decisions
            .iter()
            .filter(|decision| phase.is_none_or(|phase| decision.phase == phase))
            .take(LISTED)
            .map(|decision| row(&snapshot.catalogue, decision, holding.contains(&decision.id.as_str())))
            .collect()
    }

    /// What checking the chain of decisions up to an instant found, a sentence, and whether it is sound.
    pub(super) fn chain_state(&self, instant_ms: i64) -> (String, bool) {
        let effective_config = self.effective_config();
        let mut previous = "";
        for decision in &effective_config.decisions {
            if decision.previous != previous {
                return (format!("Decision {} does not follow the one before it.", decision.number), false);
            }
            previous = &decision.hash;
        }
        let count = effective_config.decisions.iter().filter(|decision| decision.time_ms <= instant_ms).count();
        match count {
            0 => (String::new(), true),
            _ => (
                format!(
                    "Each decision names the hash of the one before; inferno-kpi gate verify checks all {count} with \
                     their evidence."
                ),
                true,
            ),
        }
    }
}
