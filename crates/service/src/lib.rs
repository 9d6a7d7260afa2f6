//! The use cases: record observations, evaluate the catalogue, run a benchmark, show a page.
//!
//! [`Dashboard`] owns the clock, the ids and the observations in memory; the store keeps them. Nothing here knows HTTP,
//! HTML or which database or engine is behind a port.

pub mod benchmark;
pub mod clock;
pub mod dashboard;
pub mod demo;
pub mod instant;
pub mod own_health;
pub mod record;
pub mod self_measurement;
mod series;
mod snapshot;
pub mod test_report;
mod validate;
pub mod view;

pub use clock::{Clock, Ids};
pub use dashboard::{Change, Dashboard, Settings};
pub use record::{Receipt, RecordError, Submission};
pub use snapshot::Snapshot;
