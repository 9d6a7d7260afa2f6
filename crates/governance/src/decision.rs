//! Gate decisions: waivers, sign-offs and withdrawals, each with the evidence of its instant, in one chain of hashes.

use journal::digest::hex;
use kpi::catalogue::Catalogue;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use storage::JournalEntry;

use crate::evidence::Evidence;

/// What is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DecisionKind {
    /// One KPI that is not met shall not block the gate.
    Waiver,
    /// The gate is passed, and the next phase begins.
    SignOff,
    /// An earlier decision no longer holds.
    Withdrawal,
}

impl DecisionKind {
    /// The name in the API and in forms.
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiver => "waiver",
            Self::SignOff => "sign-off",
            Self::Withdrawal => "withdrawal",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Waiver, Self::SignOff, Self::Withdrawal].into_iter().find(|kind| kind.name() == name)
    }

    /// The words people read.
    pub fn words(self) -> &'static str {
        match self {
            Self::Waiver => "Waived",
            Self::SignOff => "Signed off",
            Self::Withdrawal => "Withdrawn",
        }
    }
}

/// A recorded decision.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// Its id.
    pub id: String,
    /// Its place in the chain, from 1.
    pub number: i64,
    /// The phase whose gate it is about.
    pub phase: u8,
    /// What was decided.
    pub kind: DecisionKind,
    /// When, in milliseconds since the Unix epoch.
    pub time_ms: i64,
    /// Who decided.
    pub person: String,
    /// Why.
    pub reason: String,
    /// The KPI that is waived.
    pub kpi: Option<String>,
    /// When the waiver ends; `None` for never.
    pub expires_ms: Option<i64>,
    /// The id of the decision that is withdrawn.
    pub withdraws: Option<String>,
    /// What the gate said, with everything that it was computed of.
    pub evidence: Evidence,
    /// SHA-256 of the previous hash and the record, in hexadecimal.
    pub hash: String,
    /// The hash of the decision before; empty for the first.
    pub previous: String,
}

/// A decision without its place in the chain: what is hashed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) phase: u8,
    pub(crate) kind: DecisionKind,
    pub(crate) time_ms: i64,
    pub(crate) person: String,
    pub(crate) reason: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) kpi: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) expires_ms: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) withdraws: Option<String>,
    pub(crate) evidence: Evidence,
}

/// A link of the chain as it is kept and sent. The record stays the very text that was hashed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Link {
    /// The hash of the link before; empty for the first.
    pub previous: String,
    /// SHA-256 of `previous`, a line break, and the text of `record`.
    pub hash: String,
    /// The decision.
    pub record: Box<RawValue>,
}

impl Link {
    /// The link of a record behind another one.
    pub(crate) fn new(previous: &str, record: &Record) -> Result<Self, serde_json::Error> {
        let record = serde_json::value::to_raw_value(record)?;
        Ok(Self { previous: previous.to_owned(), hash: hash(previous, record.get()), record })
    }
}

/// Whether a link's record can be read and is the one that was hashed.
pub fn is_sound(link: &Link) -> bool {
    link.hash == hash(&link.previous, link.record.get()) && serde_json::from_str::<Record>(link.record.get()).is_ok()
}

/// The hash of a link: SHA-256 of the previous hash, a line break and the record's text, in hexadecimal.
pub(crate) fn hash(previous: &str, record: &str) -> String {
    let mut digest = Sha256::new();
    digest.update(previous.as_bytes());
    digest.update(b"\n");
    digest.update(record.as_bytes());
    hex(&digest.finalize())
}

impl Decision {
    pub(crate) fn read(entry: &JournalEntry) -> Result<Self, String> {
        let link: Link = serde_json::from_str(&entry.body_json).map_err(|error| error.to_string())?;
        let record: Record = serde_json::from_str(link.record.get()).map_err(|error| error.to_string())?;
        Ok(Self {
            id: entry.id.clone(),
            number: entry.version,
            phase: record.phase,
            kind: record.kind,
            time_ms: record.time_ms,
            person: record.person,
            reason: record.reason,
            kpi: record.kpi,
            expires_ms: record.expires_ms,
            withdraws: record.withdraws,
            evidence: record.evidence,
            hash: link.hash,
            previous: link.previous,
        })
    }
}

/// The waivers and sign-offs that were made up to an instant and not withdrawn by then.
pub fn standing(decisions: &[Decision], instant_ms: i64) -> impl Iterator<Item = &Decision> {
    let made = move |decision: &&Decision| decision.time_ms <= instant_ms;
    let withdrawn: Vec<&str> =
        decisions.iter().filter(made).filter_map(|decision| decision.withdraws.as_deref()).collect();
    decisions
        .iter()
        .filter(made)
        .filter(|decision| decision.kind != DecisionKind::Withdrawal)
        .filter(move |decision| !withdrawn.contains(&decision.id.as_str()))
}

/// The phase at an instant: the catalogue's, and one further for each sign-off of the gate that ends it.
pub fn current_phase(catalogue: &Catalogue, decisions: &[Decision], instant_ms: i64) -> u8 {
    let signed: Vec<u8> = standing(decisions, instant_ms)
        .filter(|decision| decision.kind == DecisionKind::SignOff)
        .map(|decision| decision.phase)
        .collect();
    let mut phase = catalogue.policy.current_phase;
    while signed.contains(&phase) && catalogue.phase(phase + 1).is_some() {
        phase += 1;
    }
    phase
}
