//! The embedded engine behind the service's port: every scheme is measured in a process of its own.

use std::path::PathBuf;

use engine::{EngineError, Plan, Progress, ProgressEvent};
use service::benchmark::{BenchmarkEngine, EngineFailure, Step};

/// Runs a plan with the program at `executable`.
pub struct EmbeddedEngine {
    pub executable: PathBuf,
    pub plan: Plan,
}

impl BenchmarkEngine for EmbeddedEngine {
    fn run(
        &self,
        on_step: &mut dyn FnMut(Step),
        is_cancelled: &(dyn Fn() -> bool + Sync),
    ) -> Result<String, EngineFailure> {
        let child = |plan: &Plan, scheme| engine::child_process(&self.executable, plan, scheme, is_cancelled);
        let report = engine::run(&self.plan, &child, &mut |progress| on_step(step(&progress)), &is_cancelled).map_err(
            |error| match error {
                EngineError::Cancelled => EngineFailure::Cancelled,
                other => EngineFailure::Failed(other.to_string()),
            },
        )?;
        serde_json::to_string(&report).map_err(|error| EngineFailure::Failed(error.to_string()))
    }
}

fn step(progress: &Progress) -> Step {
    let text = match &progress.event {
        ProgressEvent::Started { scheme } => format!("Measuring {scheme}"),
        ProgressEvent::Finished { result } => format!("Measured {}", result.scheme()),
    };
    Step { done: progress.completed_schemes, total: progress.total_schemes, text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::Scheme;
    use service::benchmark::BenchmarkReport;

    #[test]
    fn a_report_of_the_engine_is_read_by_the_service() {
        let plan = Plan { schemes: vec![Scheme::F32, Scheme::Q8_0], ..Plan::tiny() };
        let in_process = |plan: &Plan, scheme| engine::measure_scheme(plan, scheme);
        let report = engine::run(&plan, &in_process, &mut |_| {}, &|| false).unwrap();
        let read = BenchmarkReport::parse(&serde_json::to_string(&report).unwrap()).unwrap();
        assert_eq!(read.measured().map(|scheme| scheme.scheme.as_str()).collect::<Vec<_>>(), ["f32", "q8_0"]);
        assert_eq!(
            read.headline.map(|headline| headline.scheme),
            report.headline.map(|headline| headline.scheme.to_string())
        );
    }
}
