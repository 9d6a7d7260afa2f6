//! The streams of the journal, each with a numbering of its own. The names are stored.

/// Versions of the catalogue.
pub const CATALOGUES: &str = "catalogue";
/// Waivers, sign-offs and withdrawals at the gates.
pub const DECISIONS: &str = "gate-decisions";
/// Baselines that people set.
pub const BASELINES: &str = "baselines";
/// Comments and annotations.
pub const NOTES: &str = "notes";
/// Silences and their ends.
pub const SILENCES: &str = "silences";
/// How the tables of sources are read.
pub const MAPPINGS: &str = "mappings";
/// Tokens that people made, renewed and revoked.
pub const TOKENS: &str = "tokens";
/// What was found of the store's soundness, and that it is known.
pub const STORE: &str = "store";
/// What became of alerts.
pub const ALERTS: &str = "alerts";
