//! Making a decision: who may decide what, and that nobody decided in between.

use std::sync::Arc;

use kpi::gate::Gate;
use storage::StoreError;
use thiserror::Error;

use super::{Decision, DecisionKind, Link, Record, evidence, standing};
use crate::dashboard::Dashboard;
use crate::journal::{DECISIONS, Draft, WriteGuard};
use crate::read_workers::Urgency;
use crate::snapshot::Snapshot;
use crate::text::{TextError, required};

/// How often is looked how everything stands, where something is recorded between the look and the decision.
const MOST_LOOKS: usize = 5;

/// A decision that somebody wants to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
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
    /// The state of the gate that the person saw, [`Dashboard::gate_tag`].
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
                crate::instant::long(latest.time_ms),
                latest.reason
            )
        },
    )
}

impl Dashboard {
    /// The state of a gate as decisions see it: it changes with every decision about the gate and with the catalogue.
    pub fn gate_tag(&self, phase: u8) -> String {
        let effective_config = self.effective_config();
        let decisions = effective_config.decisions.iter().filter(|decision| decision.phase == phase).count();
        let catalogue = effective_config.version_at(self.now_ms()).map_or(0, |version| version.number);
        format!("\"gate-{phase}-{catalogue}-{decisions}\"")
    }

    /// Records a decision with its evidence; the next phase begins with a sign-off of the current one.
    ///
    /// # Errors
    /// [`DecisionError`]; nothing is recorded then. Of two people who saw the same state, the second gets
    /// [`DecisionError::Changed`].
    pub async fn decide(&self, wanted: Wanted) -> Result<Decision, DecisionError> {
        let person = required("person", &wanted.person)?;
        let reason = required("reason", &wanted.reason)?;
        let (guard, snapshot) = self.guard_with_snapshot().await?;
        let now_ms = self.now_ms();
        let gate = snapshot.gates.iter().find(|gate| gate.phase == wanted.phase);
        let gate = gate.ok_or(DecisionError::NoGate(wanted.phase))?;
        self.saw_the_latest(&wanted)?;
        let waived: Vec<String> = self.waived_kpis(&snapshot, gate, now_ms);
        self.fits(&wanted, &snapshot, gate, &waived, now_ms)?;
        let (previous, number) = {
            let effective_config = self.effective_config();
            let previous = effective_config.decisions.last().map_or_else(String::new, |decision| decision.hash.clone());
            (previous, effective_config.version_at(now_ms).map(|version| version.number))
        };
        let demo = self.is_demo(&snapshot);
        let record = Record {
            phase: wanted.phase,
            kind: wanted.kind,
            time_ms: now_ms,
            person: person.clone(),
            reason,
            kpi: wanted.kpi.filter(|_| wanted.kind == DecisionKind::Waiver),
            expires_ms: wanted.expires_ms.filter(|_| wanted.kind == DecisionKind::Waiver),
            withdraws: wanted.withdraws.filter(|_| wanted.kind == DecisionKind::Withdrawal),
            evidence: evidence::freeze(&snapshot, gate, waived, number, self.latest_change(), demo),
        };
        let unfit = |error: &dyn std::fmt::Display| DecisionError::Unfit { field: "record", detail: error.to_string() };
        let link = Link::new(&previous, &record).map_err(|error| unfit(&error))?;
        let draft = Draft::new(DECISIONS, wanted.kind.name(), &wanted.phase.to_string(), Some(&person), now_ms, &link)
            .map_err(|error| unfit(&error))?;
        let entry = self.append(guard, draft).await?;
        Decision::read(&entry).map_err(|error| unfit(&error))
    }

    /// The guard, and how everything stands while it is held. It is computed before, so that nobody who records waits for it;
    /// where something was recorded meanwhile, again.
    async fn guard_with_snapshot(&self) -> Result<(WriteGuard, Arc<Snapshot>), StoreError> {
        for _ in 0..MOST_LOOKS {
            let snapshot = self.snapshot_of_now(Urgency::Form).await?;
            let guard = self.write_guard().await;
            if self.snapshots.is_up_to_date(&snapshot, &self.catalogue()) {
                return Ok((guard, snapshot));
            }
        }
        // So much is recorded that it has to wait for once: only what changed since is computed.
        let guard = self.write_guard().await;
        Ok((guard, self.snapshot_of_now(Urgency::Duty).await?))
    }

    fn saw_the_latest(&self, wanted: &Wanted) -> Result<(), DecisionError> {
        let tag = self.gate_tag(wanted.phase);
        match wanted.seen.as_deref() {
            None => Err(DecisionError::NothingSeen { tag }),
            Some(seen) if seen.trim() == tag || seen.trim() == "*" => Ok(()),
            Some(seen) => {
                let effective_config = self.effective_config();
                let of_gate = || effective_config.decisions.iter().filter(|decision| decision.phase == wanted.phase);
                let decided = !seen.trim().ends_with(&format!("-{}\"", of_gate().count()));
                let latest = of_gate().next_back().filter(|_| decided).cloned().map(Box::new);
                Err(DecisionError::Changed { latest, tag })
            }
        }
    }

    /// The counted KPIs of a gate that block it but are waived at an instant, by id.
    pub fn waived_kpis(&self, snapshot: &Snapshot, gate: &Gate, instant_ms: i64) -> Vec<String> {
        let effective_config = self.effective_config();
        let waivers = effective_config.waivers(gate.phase, instant_ms);
        let blocking = gate.blockers.iter().filter_map(|standing| snapshot.catalogue.kpis.get(standing.kpi));
        blocking
            .filter(|kpi| waivers.iter().any(|waiver| waiver.kpi.as_ref() == Some(&kpi.id)))
            .map(|kpi| kpi.id.clone())
            .collect()
    }

    fn fits(
        &self,
        wanted: &Wanted,
        snapshot: &Snapshot,
        gate: &Gate,
        waived: &[String],
        now_ms: i64,
    ) -> Result<(), DecisionError> {
        let unfit = |field, detail: &str| Err(DecisionError::Unfit { field, detail: detail.to_owned() });
        match wanted.kind {
            DecisionKind::SignOff => {
                let effective_config = self.effective_config();
                let mut signed = standing(&effective_config.decisions, now_ms);
                if signed.any(|decision| decision.phase == gate.phase && decision.kind == DecisionKind::SignOff) {
                    return unfit("kind", "the gate is signed off already");
                }
                let current = snapshot.catalogue.policy.current_phase;
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
                if wanted.expires_ms.is_some_and(|expires_ms| expires_ms <= now_ms) {
                    return unfit("expires", "the waiver would have ended already; name a later instant");
                }
                let Some(id) = wanted.kpi.as_deref() else {
                    return unfit("kpi", "name the KPI to waive");
                };
                if waived.iter().any(|waived| waived == id) {
                    return unfit("kpi", "it is waived already; withdraw that waiver first");
                }
                let blocks = gate.blockers.iter().filter_map(|standing| snapshot.catalogue.kpis.get(standing.kpi));
                if blocks.into_iter().any(|kpi| kpi.id == id) {
                    Ok(())
                } else {
                    unfit("kpi", "only a counted KPI that is not met can be waived")
                }
            }
            DecisionKind::Withdrawal => {
                let effective_config = self.effective_config();
                let found = standing(&effective_config.decisions, now_ms)
                    .any(|decision| decision.phase == gate.phase && Some(&decision.id) == wanted.withdraws.as_ref());
                if found {
                    Ok(())
                } else {
                    unfit("withdraws", "name a waiver or sign-off of this gate that still holds")
                }
            }
        }
    }

    /// Every decision up to an instant, the newest first.
    pub fn decisions(&self, until_ms: i64) -> Vec<Decision> {
        let effective_config = self.effective_config();
        let mut decisions: Vec<Decision> =
            effective_config.decisions.iter().filter(|decision| decision.time_ms <= until_ms).cloned().collect();
        decisions.reverse();
        decisions
    }
}
