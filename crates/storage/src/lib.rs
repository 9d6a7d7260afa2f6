//! The storage port: what is kept, and what can be asked of whoever keeps it.
//!
//! A trait an entity is the contract, and [`Store`] all of them together for wiring; `queries/*.sql` holds every statement once for
//! all databases, and [`implement_store!`] binds both to a database driver, a macro a trait, with [`implement_sample_store!`] for series with many samples. There is no driver, clock, randomness or file access here: ids and times arrive
//! with the records. The suite that an adapter must pass is the module `contract`, behind the feature of that name.

pub mod bell;
mod bulk_insert;
pub mod check;
#[cfg(feature = "contract")]
pub mod contract;
mod error;
mod examine;
mod implement;
mod in_process_leases;
mod journal;
pub mod labels;
mod log;
pub mod packing;
mod record;
pub mod row_digest;
mod samples;
pub mod sql;
mod store;
pub mod stored_state;
pub mod totals;
pub mod transfer;
pub mod write_health;

#[doc(hidden)]
pub use async_trait::async_trait;
pub use error::{Cause, StoreError};
pub use examine::{Contradiction, Examine, Held, Latest, StoredBody};
pub use in_process_leases::InProcessLeases;
pub use journal::{
    Claim, Commit, Document, DueAt, ExpectedVersion, JournalEntry, MessageState, OutboxChannel, OutboxMessage,
    StoredDocument,
};
pub use log::{Lease, LogEntry, LogKind};
pub use record::{
    BenchmarkRun, Observation, ObservationQuery, Payload, PayloadQuery, PayloadState, PayloadVerdict, Point, Recorded,
    SourceSummary, StoreDescription,
};
pub use samples::{BlockExtent, BlockKey, RolledRow, SampleFlush, SampleSeries, StoredBlock};
pub use store::{
    BenchmarkStore, ChangeFeed, DocumentStore, JournalStore, LeaseStore, ObservationStore, OutboxStore, PayloadStore,
    PointLabelSet, PointSegment, PointSeries, PointStore, PointWatermark, SampleStore, SettledPoints, Store,
    StoreLifecycle,
};
pub use write_health::WriteHealth;
