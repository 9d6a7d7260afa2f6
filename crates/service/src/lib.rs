//! The use cases: record observations, evaluate the catalogue, run a benchmark, show a page.
//!
//! [`Dashboard`] owns the clock, the ids and the observations in memory; the store keeps them. Nothing here knows HTTP,
//! HTML or which database or engine is behind a port.

pub mod alert_desk;
pub mod alert_message;
pub mod baselines;
pub mod benchmark;
mod brought;
pub mod catalogue_version;
mod catch_up;
pub mod clock;
mod clock_watch;
pub mod courier;
mod covered;
pub mod dashboard;
pub mod decision;
pub mod demo;
mod effective_config;
pub mod forecasts;
pub mod inbox;
pub mod instant;
mod journal;
pub mod kpi_history;
pub mod last_known;
pub mod mapping;
pub mod notes;
pub mod own_health;
pub mod page_view;
pub mod read_workers;
pub mod readers;
pub mod reading;
pub mod receive;
pub mod record;
pub mod report;
pub mod retention;
pub mod sample_series;
mod samples;
pub mod self_measurement;
mod series;
mod series_room;
pub mod server_key;
pub mod silences;
mod snapshot;
mod snapshots;
mod source_health;
pub mod source_meter;
pub mod store_watch;
pub mod stored_states;
pub mod text;
pub mod token;
mod validate;
pub mod verification;
pub mod view;
pub mod write_watch;

pub use clock::{Clock, Ids};
pub use dashboard::{CatalogueSource, Change, Dashboard, NeedsToken, Settings};
pub use journal::ALERTS as ALERT_HISTORY;
pub use record::{Receipt, RecordError, Submission};
pub use snapshot::Snapshot;
pub use snapshots::SnapshotError;
