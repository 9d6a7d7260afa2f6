//! The storage port: what is kept, and what can be asked of whoever keeps it.
//!
//! [`Store`] is the contract, `queries/*.sql` holds every statement once for all databases, and [`implement_store!`]
//! binds both to a database driver. There is no driver, clock, randomness or file access here: ids and times arrive
//! with the records. The suite that an adapter must pass is the module `contract`, behind the feature of that name.

pub mod check;
#[cfg(feature = "contract")]
pub mod contract;
mod error;
mod implement;
mod journal;
mod journal_rows;
pub mod labels;
mod record;
mod rows;
pub mod sql;
mod store;

#[doc(hidden)]
pub use async_trait::async_trait;
pub use error::{Cause, StoreError};
pub use journal::{Commit, Document, JournalEntry, MessageState, OutboxMessage};
pub use record::{
    BenchmarkRun, Observation, ObservationQuery, Payload, Point, Recorded, SourceSummary, StoreDescription,
};
pub use store::Store;
