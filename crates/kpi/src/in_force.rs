//! The catalogue in force: what its document says, and what people have decided since.

use crate::catalogue::{Catalogue, Current};

impl Catalogue {
    /// This catalogue with the phase that decisions have reached, and with the baselines that people set.
    ///
    /// `baselines` holds ids of KPIs, each with a number in the base unit of its unit; of two for one KPI the later one
    /// counts. A phase or KPI that the catalogue does not have changes nothing.
    #[must_use]
    pub fn in_force(&self, current_phase: Option<u8>, baselines: &[(String, f64)]) -> Self {
        let mut in_force = self.clone();
        if let Some(phase) = current_phase.filter(|phase| self.phase(*phase).is_some()) {
            in_force.policy.current_phase = phase;
        }
        for (id, baseline) in baselines {
            if let Some(kpi) = in_force.kpis.iter_mut().find(|kpi| kpi.id == *id) {
                kpi.current = Current::Value(*baseline);
            }
        }
        in_force
    }
}
