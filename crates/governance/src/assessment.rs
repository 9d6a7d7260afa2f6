//! How everything stands, as a decision needs it, and who says so.

use std::sync::Arc;

use async_trait::async_trait;
use kpi::catalogue::Catalogue;
use kpi::evaluation::Evaluation;
use kpi::gate::Gate;
use storage::StoreError;

/// How everything stood at one instant.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessment {
    /// The catalogue that was in force.
    pub catalogue: Arc<Catalogue>,
    /// The status of every KPI.
    pub evaluation: Evaluation,
    /// Every gate.
    pub gates: Vec<Gate>,
    /// The id of an observation or journal entry up to which everything was known.
    pub latest_id: String,
    /// Whether a value is generated.
    pub has_demo_data: bool,
}

/// Computes how everything stands now.
#[async_trait]
pub trait Assessor: Send + Sync {
    /// How everything stands now.
    ///
    /// # Errors
    /// [`StoreError`] where observations can't be read.
    async fn assess(&self) -> Result<Assessment, StoreError>;

    /// The id of the latest observation or journal entry that is known.
    fn latest_id(&self) -> String;
}
