//! The room: its use cases over one journal and one effective configuration.

use std::sync::{Arc, RwLock};

use journal::{Clock, Journal};
use kpi::catalogue::Catalogue;

use crate::baselines::Baselines;
use crate::catalogues::{CatalogueSource, Catalogues};
use crate::decisions::Decisions;
use crate::effective_config::{ConfigFollower, EffectiveConfig, SharedConfig};
use crate::notes::Notes;

/// What people decide, and what is in force.
pub struct Governance {
    /// What is in force.
    pub config: SharedConfig,
    /// The versions of the catalogue.
    pub catalogues: Catalogues,
    /// The decisions at the gates.
    pub decisions: Decisions,
    /// The baselines that people set.
    pub baselines: Baselines,
    /// What people noted.
    pub notes: Notes,
}

impl Governance {
    /// Nothing is decided yet: everything comes as the journal is read. `given` is the catalogue that counts before the first
    /// version, and always where it comes from [`CatalogueSource::Given`].
    pub fn following(journal: &Journal, clock: Arc<dyn Clock>, given: Arc<Catalogue>, source: CatalogueSource) -> Self {
        let config = EffectiveConfig::new(given, source == CatalogueSource::Given);
        let config: SharedConfig = Arc::new(RwLock::new(config));
        journal.add_follower(Arc::new(ConfigFollower { config: Arc::clone(&config), clock }));
        Self {
            catalogues: Catalogues::new(journal.clone(), Arc::clone(&config), source),
            decisions: Decisions::new(journal.clone(), Arc::clone(&config)),
            baselines: Baselines::new(journal.clone(), Arc::clone(&config)),
            notes: Notes::new(journal.clone(), Arc::clone(&config)),
            config,
        }
    }
}
