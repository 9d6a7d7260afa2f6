//! What is in force, in memory: the versions of the catalogue, gate decisions, baselines that people set, notes.
//!
//! Everything is read from the journal, in its order; any past instant is answered by what had been decided by then.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use journal::stream::{ALERTS, BASELINES, CATALOGUES, DECISIONS, MAPPINGS, NOTES, SILENCES, STORE, TOKENS};
use journal::{Clock, Follower, unreadable};
use kpi::catalogue::Catalogue;
use storage::{JournalEntry, StoreError};

use crate::baseline::BaselineSet;
use crate::catalogue_version::CatalogueVersion;
use crate::decision::{Decision, DecisionKind, current_phase, standing};
use crate::note::Note;

/// What is in force, shared by who reads it and the journal that it follows.
pub type SharedConfig = Arc<RwLock<EffectiveConfig>>;

/// What is in force at this moment; nothing is decided while this is held.
pub fn in_force(config: &SharedConfig) -> RwLockReadGuard<'_, EffectiveConfig> {
    config.read().unwrap_or_else(PoisonError::into_inner)
}

/// What is in force.
pub struct EffectiveConfig {
    given: Arc<Catalogue>,
    pinned: bool,
    /// The versions of the catalogue, in their order.
    pub versions: Vec<CatalogueVersion>,
    /// The gate decisions, in their order.
    pub decisions: Vec<Decision>,
    /// The baselines that people set, in their order.
    pub baselines: Vec<BaselineSet>,
    /// What people noted, in its order.
    pub notes: Vec<Note>,
    in_force: Arc<Catalogue>,
    /// The latest time of an entry.
    latest_ms: i64,
}

impl EffectiveConfig {
    /// Nothing decided yet. `given` is the catalogue that counts before the first version, and always where `pinned`.
    pub fn new(given: Arc<Catalogue>, pinned: bool) -> Self {
        Self {
            in_force: Arc::clone(&given),
            given,
            pinned,
            versions: Vec::new(),
            decisions: Vec::new(),
            baselines: Vec::new(),
            notes: Vec::new(),
            latest_ms: i64::MIN,
        }
    }

    /// Takes an entry over.
    ///
    /// # Errors
    /// [`unreadable`] for one that this program can't read: without it something else would be in force.
    pub(crate) fn add(&mut self, entry: &JournalEntry) -> Result<(), StoreError> {
        self.latest_ms = self.latest_ms.max(entry.time_ms);
        let taken = match entry.stream.as_str() {
            CATALOGUES => CatalogueVersion::read(entry).map(|version| self.versions.push(version)),
            DECISIONS => Decision::read(entry).map(|decision| self.decisions.push(decision)),
            BASELINES => BaselineSet::read(entry).map(|set| self.baselines.push(set)),
            NOTES => Note::read(entry).map(|note| self.notes.push(note)),
            // Other rooms read these.
            ALERTS | MAPPINGS | SILENCES | STORE | TOKENS => Ok(()),
            other => Err(format!("the stream \"{other}\" is not known")),
        };
        taken.map_err(|why| unreadable(entry, why))
    }

    /// Computes what is in force now; called after entries were added.
    ///
    /// What was decided counts now, also where its time seems to lie ahead because the clock was set back since.
    pub(crate) fn settle(&mut self, now_ms: i64) {
        self.in_force = self.catalogue_at(now_ms.max(self.latest_ms));
    }

    /// The catalogue in force now.
    pub fn catalogue(&self) -> Arc<Catalogue> {
        Arc::clone(&self.in_force)
    }

    /// The catalogue that was in force at an instant, with the phase that decisions had reached and the baselines that
    /// people had set by then. Before the first version the first one counts.
    pub fn catalogue_at(&self, instant_ms: i64) -> Arc<Catalogue> {
        let catalogue = self.document_at(instant_ms);
        let baselines: Vec<(String, f64)> = self
            .baselines
            .iter()
            .filter(|set| set.time_ms <= instant_ms)
            .map(|set| (set.kpi.clone(), set.value))
            .collect();
        let phase = current_phase(&catalogue, &self.decisions, instant_ms);
        if baselines.is_empty() && phase == catalogue.policy.current_phase {
            return catalogue;
        }
        Arc::new(catalogue.in_force(Some(phase), &baselines))
    }

    /// The number of the version that was in force at an instant; `None` without any.
    pub fn version_at(&self, instant_ms: i64) -> Option<&CatalogueVersion> {
        if self.pinned {
            return None;
        }
        let readable = || self.versions.iter().filter(|version| version.catalogue.is_some());
        readable().rfind(|version| version.time_ms <= instant_ms).or_else(|| readable().next())
    }

    /// The catalogue as it was written that was in force at an instant.
    pub fn document_at(&self, instant_ms: i64) -> Arc<Catalogue> {
        self.version_at(instant_ms)
            .and_then(|version| version.catalogue.clone())
            .unwrap_or_else(|| Arc::clone(&self.given))
    }

    /// The waivers of a gate that are in force at an instant: neither expired nor withdrawn.
    pub fn waivers(&self, phase: u8, instant_ms: i64) -> Vec<&Decision> {
        let holding = standing(&self.decisions, instant_ms);
        holding
            .filter(|decision| decision.phase == phase && decision.kind == DecisionKind::Waiver)
            .filter(|decision| decision.expires_ms.is_none_or(|expires_ms| instant_ms < expires_ms))
            .collect()
    }
}

/// Takes over into the effective configuration what the journal keeps.
pub(crate) struct ConfigFollower {
    pub(crate) config: SharedConfig,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Follower for ConfigFollower {
    fn follow(&self, entries: &[JournalEntry]) -> Result<(), StoreError> {
        let mut config = self.config.write().unwrap_or_else(PoisonError::into_inner);
        for entry in entries {
            config.add(entry)?;
        }
        // Anything else leaves the catalogue that is in force as it is, and with it what was computed under it.
        if entries.iter().any(changes_the_catalogue) {
            config.settle(self.clock.now_ms());
        }
        Ok(())
    }
}

/// Whether an entry may change which catalogue is in force, now or at an instant that lies behind.
pub fn changes_the_catalogue(entry: &JournalEntry) -> bool {
    [CATALOGUES, DECISIONS, BASELINES].contains(&entry.stream.as_str())
}
