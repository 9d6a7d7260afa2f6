//! The contracts between the rooms of the program and whatever database keeps its records: a small trait an entity.

mod benchmark;
mod document;
mod journal;
mod lease;
mod lifecycle;
mod log;
mod observation;
mod outbox;
mod payload;
mod point;
mod sample;

pub use benchmark::BenchmarkStore;
pub use document::DocumentStore;
pub use journal::JournalStore;
pub use lease::LeaseStore;
pub use lifecycle::StoreLifecycle;
pub use log::ChangeFeed;
pub use observation::ObservationStore;
pub use outbox::OutboxStore;
pub use payload::PayloadStore;
pub use point::{PointLabelSet, PointSegment, PointSeries, PointStore, PointWatermark, SettledPoints};
pub use sample::SampleStore;

use crate::Examine;

/// All of them together, for wiring: whoever uses a store asks for the traits that it uses.
///
/// Safe to share between tasks. What a method has returned is on disk: it survives the process being killed, and the
/// power failing as far as the disk keeps its word. Text is compared and ordered by its UTF-8 bytes.
///
/// # Errors
/// Every method gives [`StoreError::Unavailable`](crate::StoreError::Unavailable) when the database does not answer in time and
/// [`StoreError::Failed`](crate::StoreError::Failed) when it answers with a fault; every writing one
/// [`StoreError::ReadOnly`](crate::StoreError::ReadOnly) from a failure that stands until a [`StoreLifecycle::probe`] gets through
/// and [`WriteHealth::open`](crate::WriteHealth::open) is called; what else a method gives is said there.
pub trait Store:
    ObservationStore
    + PayloadStore
    + JournalStore
    + DocumentStore
    + OutboxStore
    + BenchmarkStore
    + SampleStore
    + PointStore
    + ChangeFeed
    + LeaseStore
    + Examine
    + StoreLifecycle
{
}

impl<S> Store for S where
    S: ObservationStore
        + PayloadStore
        + JournalStore
        + DocumentStore
        + OutboxStore
        + BenchmarkStore
        + SampleStore
        + PointStore
        + ChangeFeed
        + LeaseStore
        + Examine
        + StoreLifecycle
{
}
