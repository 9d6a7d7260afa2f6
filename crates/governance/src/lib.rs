//! What people decide: versions of the catalogue, decisions at the gates, baselines and notes; and what is in force because
//! of them at any instant.
//!
//! Each of these is an entry of the journal. How everything stands when somebody decides is asked of an [`Assessor`]; nothing is
//! evaluated here.

mod assessment;
mod baseline;
mod baselines;
mod catalogue_version;
mod catalogues;
mod chain;
mod decision;
mod decisions;
mod effective_config;
mod evidence;
mod note;
mod notes;
mod room;

pub use self::assessment::{Assessment, Assessor};
pub use self::baseline::BaselineSet;
pub use self::baselines::{BaselineError, Baselines};
pub use self::catalogue_version::{CatalogueVersion, VersionOrigin};
pub use self::catalogues::{ApplyError, CatalogueSource, Catalogues, CheckedDocument};
pub use self::chain::{Verified, links, verify};
pub use self::decision::{Decision, DecisionKind, Link, is_sound, standing};
pub use self::decisions::{DecisionError, DecisionRequest, Decisions};
pub use self::effective_config::{EffectiveConfig, SharedConfig, changes_the_catalogue, in_force};
pub use self::evidence::{Evidence, FrozenCatalogue, FrozenKpi, FrozenPolicy};
pub use self::note::{Note, NoteKind};
pub use self::notes::{NoteError, Notes};
pub use self::room::Governance;
