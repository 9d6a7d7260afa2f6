//! The storage port: what is kept, and what can be asked of whoever keeps it.
//!
//! [`Store`] is the contract, `queries/*.sql` holds every statement once for all databases, and [`implement_store!`]
//! binds both to a database driver, with [`implement_sample_store!`] for series with many samples. There is no driver, clock, randomness or file access here: ids and times arrive
//! with the records. The suite that an adapter must pass is the module `contract`, behind the feature of that name.

mod bulk_insert;
pub mod check;
#[cfg(feature = "contract")]
pub mod contract;
mod error;
mod examine;
mod implement;
mod implement_examine;
mod implement_points;
mod implement_samples;
mod implement_transfer;
mod implement_write;
mod journal;
mod journal_rows;
pub mod labels;
pub mod packing;
mod payload_rows;
mod point_store;
mod record;
pub mod row_digest;
mod rows;
mod sample_rows;
mod sample_store;
mod samples;
pub mod sql;
mod store;
pub mod totals;
pub mod transfer;
pub mod write_health;

#[doc(hidden)]
pub use async_trait::async_trait;
pub use error::{Cause, StoreError};
pub use examine::{Contradiction, Examine, Held, Latest, StoredBody};
pub use journal::{Commit, Document, DueAt, JournalEntry, MessageState, OutboxChannel, OutboxMessage};
pub use point_store::{PointLabelSet, PointSegment, PointSeries, PointStore, PointWatermark, SettledPoints};
pub use record::{
    BenchmarkRun, Observation, ObservationQuery, Payload, PayloadQuery, PayloadState, PayloadVerdict, Point, Recorded,
    SourceSummary, StoreDescription,
};
pub use sample_store::SampleStore;
pub use samples::{BlockExtent, BlockKey, RolledRow, SampleFlush, SampleSeries, StoredBlock};
pub use store::Store;
pub use write_health::WriteHealth;
