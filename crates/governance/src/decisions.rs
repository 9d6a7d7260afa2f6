//! Making a decision: who may decide what, and that nobody decided in between.

use std::sync::Arc;

use journal::stream::DECISIONS;
use journal::text::{TextError, required};
use journal::{Draft, Journal, WriteGuard};
use kpi::catalogue::Catalogue;
use kpi::gate::Gate;
use kpi::instant;
use storage::StoreError;
use thiserror::Error;

use crate::assessment::{Assessment, Assessor};
use crate::decision::{Decision, DecisionKind, Link, Record, standing};
use crate::effective_config::{SharedConfig, in_force};
use crate::evidence;

/// How often is looked how everything stands, where something is recorded between the look and the decision.
const MOST_LOOKS: usize = 5;

/// A decision that somebody wants to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionRequest {
    /// The phase whose gate it is about.
    pub phase: u8,
    /// What is decided.
    pub kind: DecisionKind,
    /// Who decides.
    pub person: String,
    /// Why.
    pub reason: String,
    /// The KPI to waive.
    pub kpi: Option<String>,
    /// When the waiver ends.
    pub expires_ms: Option<i64>,
    /// The id of the decision to withdraw.
    pub withdraws: Option<String>,
    /// The state of the gate that the person saw, [`Decisions::gate_tag`].
    pub seen: Option<String>,
}

/// Why nothing was decided.
#[derive(Debug, Error)]
pub enum DecisionError {
    /// There is no such gate.
    #[error("phase {0} has no gate")]
    NoGate(u8),
    /// Somebody else decided since the person looked.
    #[error("{}", changed(latest.as_deref()))]
    Changed {
        /// The decision that came first; `None` where the catalogue changed.
        latest: Option<Box<Decision>>,
        /// The state of the gate now.
        tag: String,
    },
    /// The request does not say which state of the gate it is about.
    #[error("the request does not say which state of the gate it is about")]
    NothingSeen {
        /// The state of the gate now.
        tag: String,
    },
    /// Too few KPIs are met or waived.
    #[error("{missing} more of the counted KPIs must be met or waived before the gate can be signed off")]
    NotPassing {
        /// How many.
        missing: usize,
    },
    /// The decision does not fit the gate.
    #[error("{field}: {detail}")]
    Unfit {
        /// The field that is wrong.
        field: &'static str,
        /// What is wrong and what would be right.
        detail: String,
    },
    /// A text is missing or too long.
    #[error(transparent)]
    Text(#[from] TextError),
    /// The store failed.
    #[error("the store did not keep the decision")]
    Store(#[from] StoreError),
}

fn changed(latest: Option<&Decision>) -> String {
    latest.map_or_else(
        || "the catalogue changed since you looked".to_owned(),
        |latest| {
            format!(
                "{} decided first: {} at {}, because: {}",
                latest.person,
                latest.kind.words().to_lowercase(),
                instant::long(latest.time_ms),
                latest.reason
            )
        },
    )
}

/// The decisions about gates.
pub struct Decisions {
    journal: Journal,
    config: SharedConfig,
}

impl Decisions {
    pub(crate) fn new(journal: Journal, config: SharedConfig) -> Self {
        Self { journal, config }
    }

    /// The state of a gate as decisions see it: it changes with every decision about the gate and with the catalogue.
    pub fn gate_tag(&self, phase: u8) -> String {
        let config = in_force(&self.config);
        let decisions = config.decisions.iter().filter(|decision| decision.phase == phase).count();
        let catalogue = config.version_at(self.journal.now_ms()).map_or(0, |version| version.number);
        format!("\"gate-{phase}-{catalogue}-{decisions}\"")
    }

    /// Records a decision with its evidence; the next phase begins with a sign-off of the current one.
    ///
    /// # Errors
    /// [`DecisionError`]; nothing is recorded then. Of two people who saw the same state, the second gets
    /// [`DecisionError::Changed`].
    pub async fn decide(&self, request: DecisionRequest, assessor: &dyn Assessor) -> Result<Decision, DecisionError> {
        let person = required("person", &request.person)?;
        let reason = required("reason", &request.reason)?;
        let (guard, assessment) = self.guard_with_assessment(assessor).await?;
        let now_ms = self.journal.now_ms();
        let gate = assessment.gates.iter().find(|gate| gate.phase == request.phase);
        let gate = gate.ok_or(DecisionError::NoGate(request.phase))?;
        self.saw_the_latest(&request)?;
        let waived: Vec<String> = self.waived_kpis(&assessment.catalogue, gate, now_ms);
        self.fits(&request, &assessment.catalogue, gate, &waived, now_ms)?;
        let (previous, number) = {
            let config = in_force(&self.config);
            let previous = config.decisions.last().map_or_else(String::new, |decision| decision.hash.clone());
            (previous, config.version_at(now_ms).map(|version| version.number))
        };
        let record = Record {
            phase: request.phase,
            kind: request.kind,
            time_ms: now_ms,
            person: person.clone(),
            reason,
            kpi: request.kpi.filter(|_| request.kind == DecisionKind::Waiver),
            expires_ms: request.expires_ms.filter(|_| request.kind == DecisionKind::Waiver),
            withdraws: request.withdraws.filter(|_| request.kind == DecisionKind::Withdrawal),
            evidence: evidence::freeze(&assessment, gate, waived, number),
        };
        let unfit = |error: &dyn std::fmt::Display| DecisionError::Unfit { field: "record", detail: error.to_string() };
        let link = Link::new(&previous, &record).map_err(|error| unfit(&error))?;
        let draft =
            Draft::new(DECISIONS, request.kind.name(), &request.phase.to_string(), Some(&person), now_ms, &link)
                .map_err(|error| unfit(&error))?;
        let entry = self.journal.append(guard, draft).await?;
        Decision::read(&entry).map_err(|error| unfit(&error))
    }

    /// The guard, and how everything stands. It is computed before the guard is taken, so that nobody who records or acknowledges
    /// waits for it; where something was recorded meanwhile, again. Where that never ends, what was computed last counts, and
    /// the evidence says what it knew.
    async fn guard_with_assessment(&self, assessor: &dyn Assessor) -> Result<(WriteGuard, Assessment), StoreError> {
        let mut looks = 1;
        loop {
            let assessment = assessor.assess().await?;
            let guard = self.journal.write_guard().await;
            let is_of_this_catalogue = Arc::ptr_eq(&assessment.catalogue, &in_force(&self.config).catalogue());
            let is_latest = assessment.latest_id == assessor.latest_id();
            if is_of_this_catalogue && (is_latest || looks >= MOST_LOOKS) {
                return Ok((guard, assessment));
            }
            looks += 1;
        }
    }

    fn saw_the_latest(&self, request: &DecisionRequest) -> Result<(), DecisionError> {
        let tag = self.gate_tag(request.phase);
        match request.seen.as_deref() {
            None => Err(DecisionError::NothingSeen { tag }),
            Some(seen) if seen.trim() == tag || seen.trim() == "*" => Ok(()),
            Some(seen) => {
                let config = in_force(&self.config);
                let of_gate = || config.decisions.iter().filter(|decision| decision.phase == request.phase);
                let decided = !seen.trim().ends_with(&format!("-{}\"", of_gate().count()));
                let latest = of_gate().next_back().filter(|_| decided).cloned().map(Box::new);
                Err(DecisionError::Changed { latest, tag })
            }
        }
    }

    /// The counted KPIs of a gate that block it but are waived at an instant, by id.
    pub fn waived_kpis(&self, catalogue: &Catalogue, gate: &Gate, instant_ms: i64) -> Vec<String> {
        let config = in_force(&self.config);
        let waivers = config.waivers(gate.phase, instant_ms);
        let blocking = gate.blockers.iter().filter_map(|standing| catalogue.kpis.get(standing.kpi));
        blocking
            .filter(|kpi| waivers.iter().any(|waiver| waiver.kpi.as_ref() == Some(&kpi.id)))
            .map(|kpi| kpi.id.clone())
            .collect()
    }

    fn fits(
        &self,
        request: &DecisionRequest,
        catalogue: &Catalogue,
        gate: &Gate,
        waived: &[String],
        now_ms: i64,
    ) -> Result<(), DecisionError> {
        let unfit = |field, detail: &str| Err(DecisionError::Unfit { field, detail: detail.to_owned() });
        match request.kind {
            DecisionKind::SignOff => {
                let config = in_force(&self.config);
                let mut signed = standing(&config.decisions, now_ms);
                if signed.any(|decision| decision.phase == gate.phase && decision.kind == DecisionKind::SignOff) {
                    return unfit("kind", "the gate is signed off already");
                }
                let current = catalogue.policy.current_phase;
                if gate.phase != current {
                    return unfit("phase", &format!("the current phase is {current}; its gate is signed off first"));
                }
                let missing = gate.missing().saturating_sub(waived.len());
                if gate.counted == 0 {
                    return unfit("phase", "no KPI counts at this gate, so there is nothing to sign off");
                }
                if missing > 0 { Err(DecisionError::NotPassing { missing }) } else { Ok(()) }
            }
            DecisionKind::Waiver => {
                if request.expires_ms.is_some_and(|expires_ms| expires_ms <= now_ms) {
                    return unfit("expires", "the waiver would have ended already; name a later instant");
                }
                let Some(id) = request.kpi.as_deref() else {
                    return unfit("kpi", "name the KPI to waive");
                };
                if waived.iter().any(|waived| waived == id) {
                    return unfit("kpi", "it is waived already; withdraw that waiver first");
                }
                let blocks = gate.blockers.iter().filter_map(|standing| catalogue.kpis.get(standing.kpi));
                if blocks.into_iter().any(|kpi| kpi.id == id) {
                    Ok(())
                } else {
                    unfit("kpi", "only a counted KPI that is not met can be waived")
                }
            }
            DecisionKind::Withdrawal => {
                let config = in_force(&self.config);
                let found = standing(&config.decisions, now_ms)
                    .any(|decision| decision.phase == gate.phase && Some(&decision.id) == request.withdraws.as_ref());
                if found {
                    Ok(())
                } else {
                    unfit("withdraws", "name a waiver or sign-off of this gate that still holds")
                }
            }
        }
    }

    /// Every decision up to an instant, the newest first.
    pub fn until(&self, until_ms: i64) -> Vec<Decision> {
        let config = in_force(&self.config);
        let mut decisions: Vec<Decision> =
            config.decisions.iter().filter(|decision| decision.time_ms <= until_ms).cloned().collect();
        decisions.reverse();
        decisions
    }
}
