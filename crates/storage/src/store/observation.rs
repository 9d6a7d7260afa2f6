//! Observations, with the payload that brought them.

use async_trait::async_trait;

use crate::{Observation, ObservationQuery, Payload, Point, Recorded, StoreError};

/// Keeps observations; they are added and never changed.
///
/// # Errors
/// As [`crate::Store`].
#[async_trait]
pub trait ObservationStore: Send + Sync {
    /// Keeps a payload and the observations read from it, all or nothing.
    ///
    /// An observation whose `(source, external_id)` is stored already is a duplicate and the stored one stays as it
    /// is; the payload is kept even when it brought nothing new, and counts with the rows that it says. A duplicate supersedes nothing.
    ///
    /// # Errors
    /// [`StoreError::NotStorable`] for a value that is not finite, an empty id, text with a NUL character, a payload's number
    /// below 1 or a negative count, or labels that are not in order; [`StoreError::Conflict`] when an id or a payload's number
    /// is taken, an observation names a payload that is not there, or supersedes one that is superseded already.
    async fn record(&self, payload: &Payload, observations: &[Observation]) -> Result<Recorded, StoreError>;

    /// The next `limit` observations in order of id, as `(id, point)`, behind `after_id` (from the first when `None`).
    ///
    /// Meant for loading everything before writing begins: an id is made before its transaction ends, so while others
    /// write, a smaller id may still appear behind a page already read.
    async fn points(&self, after_id: Option<&str>, limit: u32) -> Result<Vec<(String, Point)>, StoreError>;

    /// Observations, newest `time_ms` first (the greater id first where times are equal).
    async fn observations(&self, query: &ObservationQuery) -> Result<Vec<Observation>, StoreError>;

    /// The observation of that id.
    async fn observation(&self, id: &str) -> Result<Option<Observation>, StoreError>;

    /// The next `limit` observations of a report in order of id, behind `after_id`, of those that nothing superseded.
    async fn standing_of_report(
        &self,
        report: &str,
        after_id: &str,
        limit: u32,
    ) -> Result<Vec<Observation>, StoreError>;
}
