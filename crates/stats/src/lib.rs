//! Statistics over slices of numbers: summaries and intervals.
//!
//! Pure: it reads no clock, draws no random number and keeps no state.

pub mod summary;

pub use summary::{Summary, percentile};
