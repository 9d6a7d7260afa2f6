//! What alerting asks of other rooms.

use std::sync::Arc;

use async_trait::async_trait;
use kpi::alert::Condition;
use kpi::catalogue::Catalogue;
use storage::StoreError;

/// A source whose deliveries are refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailingSource {
    /// Its name.
    pub source: String,
    /// How many deliveries in a row were refused.
    pub refused: usize,
    /// When the first of them was refused, in milliseconds since the Unix epoch.
    pub since_ms: i64,
    /// Why the last of them was refused.
    pub reason: String,
}

/// Says how everything stands that can raise an alert.
#[async_trait]
pub trait ConditionSource: Send + Sync {
    /// The catalogue in force now.
    fn catalogue(&self) -> Arc<Catalogue>;

    /// How everything that a catalogue lets raise an alert stands at an instant.
    ///
    /// # Errors
    /// [`StoreError`] where observations can't be read.
    async fn conditions(&self, catalogue: &Arc<Catalogue>, instant_ms: i64) -> Result<Vec<Condition>, StoreError>;

    /// The sources whose last delivery was refused.
    fn failing_sources(&self) -> Vec<FailingSource>;
}
