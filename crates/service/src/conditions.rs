//! How everything stands that can raise an alert, for those who step the alerts.

use std::sync::Arc;

use alerting::{ConditionSource, FailingSource};
use async_trait::async_trait;
use kpi::alert::{Condition, conditions};
use kpi::catalogue::Catalogue;
use kpi::evaluation::{Evaluation, evaluate_one};
use storage::StoreError;

use crate::dashboard::Dashboard;
use crate::read_workers::{Urgency, give_way};
use crate::series::PointIndex;
use crate::snapshot::Snapshot;

/// How old a snapshot may be that alerts are stepped with: they are stepped every few seconds.
const MOST_AGE_MS: i64 = 10_000;

#[async_trait]
impl ConditionSource for Dashboard {
    fn catalogue(&self) -> Arc<Catalogue> {
        Dashboard::catalogue(self)
    }

    /// Computed before everything that readers ask for.
    async fn conditions(&self, catalogue: &Arc<Catalogue>, instant_ms: i64) -> Result<Vec<Condition>, StoreError> {
        let snapshots = Arc::clone(&self.snapshots);
        let (shared, series) = (Arc::clone(catalogue), self.read_series());
        let work = async move {
            let snapshot = snapshots.now().await?;
            let evaluation = if fits(&snapshot, &shared, instant_ms) {
                snapshot.evaluation.clone()
            } else {
                evaluated(&shared, &series, instant_ms).await?
            };
            give_way().await;
            let budgets = series.ask(|source| kpi::budget::budgets(&shared, source, instant_ms)).await?;
            Ok::<_, StoreError>((evaluation, budgets))
        };
        let (evaluation, budgets) = self.read_workers.run(Urgency::Duty, work).await?;
        Ok(conditions(catalogue, &evaluation, &budgets))
    }

    fn failing_sources(&self) -> Vec<FailingSource> {
        self.source_health.failing()
    }
}

/// Whether a snapshot of now says how everything stands at an instant: it is of no other catalogue and of about then.
fn fits(snapshot: &Snapshot, catalogue: &Arc<Catalogue>, now_ms: i64) -> bool {
    let age_ms = now_ms.saturating_sub(snapshot.evaluation.instant_ms);
    Arc::ptr_eq(&snapshot.catalogue, catalogue) && age_ms.abs() < MOST_AGE_MS
}

async fn evaluated(catalogue: &Catalogue, series: &PointIndex, instant_ms: i64) -> Result<Evaluation, StoreError> {
    let mut statuses = Vec::with_capacity(catalogue.kpis.len());
    for position in 0..catalogue.kpis.len() {
        statuses.extend(series.ask(|source| evaluate_one(catalogue, position, source, instant_ms)).await?);
        give_way().await;
    }
    Ok(Evaluation { instant_ms, statuses })
}
