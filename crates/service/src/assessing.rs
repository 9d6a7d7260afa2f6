//! How everything stands, for those who decide.

use std::sync::Arc;

use async_trait::async_trait;
use governance::{Assessment, Assessor};
use storage::StoreError;

use crate::dashboard::Dashboard;
use crate::read_workers::Urgency;

#[async_trait]
impl Assessor for Dashboard {
    async fn assess(&self) -> Result<Assessment, StoreError> {
        // Asked before, so that the snapshot knows at least what it names.
        let latest_id = self.latest_change();
        let snapshot = self.snapshot_of_now(Urgency::Form).await?;
        Ok(Assessment {
            catalogue: Arc::clone(&snapshot.catalogue),
            evaluation: snapshot.evaluation.clone(),
            gates: snapshot.gates.clone(),
            latest_id,
            has_demo_data: self.is_demo(&snapshot),
        })
    }

    fn latest_id(&self) -> String {
        self.latest_change()
    }
}
