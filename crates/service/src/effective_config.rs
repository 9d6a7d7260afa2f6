//! What is in force, in memory: the versions of the catalogue, gate decisions, baselines that people set, notes, silences.
//!
//! Everything is read from the journal, in its order; any past instant is answered by what had been decided by then.

use std::collections::HashMap;
use std::sync::Arc;

use kpi::alert::Silence;
use kpi::catalogue::Catalogue;
use storage::JournalEntry;
use storage::stored_state::UnreadableState;

use crate::baselines::BaselineSet;
use crate::catalogue_version::CatalogueVersion;
use crate::decision::{Decision, DecisionKind, current_phase};
use crate::journal::{ALERTS, BASELINES, CATALOGUES, DECISIONS, MAPPINGS, NOTES, SILENCES, STORE, TOKENS};
use crate::notes::Note;

/// What is in force.
pub(crate) struct EffectiveConfig {
    given: Arc<Catalogue>,
    pinned: bool,
    heads: HashMap<String, i64>,
    pub(crate) versions: Vec<CatalogueVersion>,
    pub(crate) decisions: Vec<Decision>,
    pub(crate) baselines: Vec<BaselineSet>,
    pub(crate) notes: Vec<Note>,
    pub(crate) silences: Vec<Silence>,
    in_force: Arc<Catalogue>,
    /// The latest time of an entry.
    latest_ms: i64,
}

/// What to tell of an entry of the journal that can't be read.
pub(crate) fn unreadable(entry: &JournalEntry, why: String) -> UnreadableState {
    UnreadableState {
        what: format!("an entry of the journal about \"{}\"", entry.stream),
        place: format!("entry {} of {}", entry.id, crate::instant::long(entry.time_ms)),
        why,
        remedy: "Start the release that wrote it, or a newer one, or restore a backup".to_owned(),
    }
}

impl EffectiveConfig {
    /// Nothing decided yet. `given` is the catalogue that counts before the first version, and always where `pinned`.
    pub(crate) fn new(given: Arc<Catalogue>, pinned: bool) -> Self {
        Self {
            in_force: Arc::clone(&given),
            given,
            pinned,
            heads: HashMap::new(),
            versions: Vec::new(),
            decisions: Vec::new(),
            baselines: Vec::new(),
            notes: Vec::new(),
            silences: Vec::new(),
            latest_ms: i64::MIN,
        }
    }

    /// The number of the latest entry of each stream.
    pub(crate) fn heads(&self) -> &HashMap<String, i64> {
        &self.heads
    }

    /// Takes an entry over.
    ///
    /// # Errors
    /// [`UnreadableState`] for one that this program can't read: without it something else would be in force.
    pub(crate) fn add(&mut self, entry: &JournalEntry) -> Result<(), UnreadableState> {
        self.heads.insert(entry.stream.clone(), entry.version);
        self.latest_ms = self.latest_ms.max(entry.time_ms);
        let taken = match entry.stream.as_str() {
            CATALOGUES => CatalogueVersion::read(entry).map(|version| self.versions.push(version)),
            DECISIONS => Decision::read(entry).map(|decision| self.decisions.push(decision)),
            BASELINES => BaselineSet::read(entry).map(|set| self.baselines.push(set)),
            NOTES => Note::read(entry).map(|note| self.notes.push(note)),
            SILENCES => crate::silences::read(entry, &mut self.silences),
            // These are read from the store by who needs them.
            ALERTS | MAPPINGS | STORE | TOKENS => Ok(()),
            other => Err(format!("the stream \"{other}\" is not known")),
        };
        taken.map_err(|error| unreadable(entry, error))
    }

    /// Computes what is in force now; called after entries were added.
    ///
    /// What was decided counts now, also where its time seems to lie ahead because the clock was set back since.
    pub(crate) fn settle(&mut self, now_ms: i64) {
        self.in_force = self.catalogue_at(now_ms.max(self.latest_ms));
    }

    /// The catalogue in force now.
    pub(crate) fn catalogue(&self) -> Arc<Catalogue> {
        Arc::clone(&self.in_force)
    }

    /// The catalogue that was in force at an instant, with the phase that decisions had reached and the baselines that
    /// people had set by then. Before the first version the first one counts.
    pub(crate) fn catalogue_at(&self, instant_ms: i64) -> Arc<Catalogue> {
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
    pub(crate) fn version_at(&self, instant_ms: i64) -> Option<&CatalogueVersion> {
        if self.pinned {
            return None;
        }
        let readable = || self.versions.iter().filter(|version| version.catalogue.is_some());
        readable().rfind(|version| version.time_ms <= instant_ms).or_else(|| readable().next())
    }

    /// The catalogue as it was written that was in force at an instant.
    pub(crate) fn document_at(&self, instant_ms: i64) -> Arc<Catalogue> {
        self.version_at(instant_ms)
            .and_then(|version| version.catalogue.clone())
            .unwrap_or_else(|| Arc::clone(&self.given))
    }

    /// The waivers of a gate that are in force at an instant: neither expired nor withdrawn.
    pub(crate) fn waivers(&self, phase: u8, instant_ms: i64) -> Vec<&Decision> {
        let standing = crate::decision::standing(&self.decisions, instant_ms);
        standing
            .filter(|decision| decision.phase == phase && decision.kind == DecisionKind::Waiver)
            .filter(|decision| decision.expires_ms.is_none_or(|expires_ms| instant_ms < expires_ms))
            .collect()
    }
}
