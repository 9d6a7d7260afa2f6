//! The use cases: record observations, evaluate the catalogue, run a benchmark, show a page.
//!
//! [`Dashboard`] owns the clock, the ids and the observations in memory; the store keeps them. Nothing here knows HTTP,
//! HTML or which database or engine is behind a port.

mod assessing;
pub mod benchmark;
mod brought;
mod catalogue_adoption;
mod catch_up;
mod clock_changes;
mod conditions;
mod covered;
pub mod dashboard;
pub mod dead_letters;
pub mod demo;
pub mod forecasts;
pub mod kpi_history;
pub mod last_known;
pub mod mapping;
mod observations;
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
mod snapshot;
mod snapshots;
mod source_health;
pub mod source_meter;
pub mod store_watch;
pub mod stored_states;
mod validate;
pub mod verification;
pub mod view;
pub mod write_watch;

pub use ::journal::{self, Change, Clock, Ids, clock, text};
pub use dashboard::{Dashboard, NeedsToken, Settings};
pub use governance::CatalogueSource;
pub use kpi::instant;
pub use record::{Receipt, RecordError, Submission};
pub use snapshot::Snapshot;
pub use snapshots::SnapshotError;
