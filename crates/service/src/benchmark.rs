//! Running a benchmark on the embedded engine: one at a time, kept from its start, told as it goes, feeding KPIs.

mod feed;
mod report;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError};

use serde_json::json;
use storage::{BenchmarkRun, StoreError};
use thiserror::Error;

use journal::Change;

use crate::dashboard::Dashboard;

pub(crate) use feed::{fed, sentence};
pub use report::{BenchmarkReport, MeasuredRate, MeasuredScheme, SchemeEntry};

/// How far a benchmark is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Steps that are done.
    pub done: usize,
    /// All steps.
    pub total: usize,
    /// What happens now.
    pub text: String,
}

/// Why an engine gave no report.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EngineFailure {
    /// Somebody cancelled it.
    #[error("cancelled")]
    Cancelled,
    /// It failed; the text says why.
    #[error("{0}")]
    Failed(String),
}

/// The port to whatever measures.
pub trait BenchmarkEngine: Send + Sync {
    /// Runs every scheme and returns the report as JSON of [`BenchmarkReport`]'s version. Blocks for minutes.
    ///
    /// # Errors
    /// [`EngineFailure`].
    fn run(
        &self,
        on_step: &mut dyn FnMut(Step),
        is_cancelled: &(dyn Fn() -> bool + Sync),
    ) -> Result<String, EngineFailure>;
}

/// The run under way.
#[derive(Debug, Default)]
pub struct BenchmarkState {
    running: Option<Running>,
}

#[derive(Debug, Clone)]
struct Running {
    run_id: String,
    cancel: Arc<AtomicBool>,
    step: Step,
}

/// Why a benchmark can't start.
#[derive(Debug, Error)]
pub enum StartError {
    /// Another one is under way; two at once would measure each other.
    #[error("benchmark {run_id} is under way; wait for it or cancel it")]
    UnderWay {
        /// Its id.
        run_id: String,
    },
    /// The store failed.
    #[error("the store did not keep the run")]
    Store(#[from] StoreError),
}

impl Dashboard {
    /// The run under way with its latest step.
    pub fn benchmark_under_way(&self) -> Option<(String, Step)> {
        let state = self.benchmark.lock().unwrap_or_else(PoisonError::into_inner);
        state.running.as_ref().map(|running| (running.run_id.clone(), running.step.clone()))
    }

    /// Asks the run under way to stop; false where none is.
    pub fn cancel_benchmark(&self) -> bool {
        let state = self.benchmark.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(running) = &state.running else { return false };
        running.cancel.store(true, Ordering::SeqCst);
        true
    }

    /// Starts a run in the background and returns its id.
    ///
    /// # Errors
    /// [`StartError`] where one is under way, or the store failed.
    pub async fn start_benchmark(self: &Arc<Self>, engine: Arc<dyn BenchmarkEngine>) -> Result<String, StartError> {
        let started_ms = self.now_ms();
        let run_id = self.ids.next(started_ms);
        let cancel = Arc::new(AtomicBool::new(false));
        self.claim(&run_id, &cancel)?;
        let run = BenchmarkRun {
            id: run_id.clone(),
            started_ms,
            finished_ms: None,
            state: "running".to_owned(),
            message: None,
            report_json: None,
        };
        if let Err(error) = self.store.put_benchmark_run(&run).await {
            self.release();
            return Err(error.into());
        }
        self.tell(&run_id, "running", &Step { done: 0, total: 0, text: "Starting".to_owned() });
        let dashboard = Arc::clone(self);
        tokio::spawn(async move { dashboard.carry_out(run, engine, cancel).await });
        Ok(run_id)
    }

    fn claim(&self, run_id: &str, cancel: &Arc<AtomicBool>) -> Result<(), StartError> {
        let mut state = self.benchmark.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(running) = &state.running {
            return Err(StartError::UnderWay { run_id: running.run_id.clone() });
        }
        let step = Step { done: 0, total: 0, text: "Starting".to_owned() };
        state.running = Some(Running { run_id: run_id.to_owned(), cancel: Arc::clone(cancel), step });
        Ok(())
    }

    fn release(&self) {
        self.benchmark.lock().unwrap_or_else(PoisonError::into_inner).running = None;
    }

    async fn carry_out(
        self: Arc<Self>,
        mut run: BenchmarkRun,
        engine: Arc<dyn BenchmarkEngine>,
        cancel: Arc<AtomicBool>,
    ) {
        let measuring = Arc::clone(&self);
        let run_id = run.id.clone();
        let outcome = tokio::task::spawn_blocking(move || {
            engine.run(
                &mut |step| {
                    measuring.tell(&run_id, "running", &step);
                    let mut state = measuring.benchmark.lock().unwrap_or_else(PoisonError::into_inner);
                    if let Some(running) = &mut state.running {
                        running.step = step;
                    }
                },
                &|| cancel.load(Ordering::SeqCst),
            )
        })
        .await
        .unwrap_or_else(|error| Err(EngineFailure::Failed(format!("the engine ended unexpectedly: {error}"))));
        run.finished_ms = Some(self.now_ms());
        match outcome {
            Ok(report_json) => self.finish(&mut run, report_json).await,
            Err(failure) => {
                let state = if failure == EngineFailure::Cancelled { "cancelled" } else { "failed" };
                state.clone_into(&mut run.state);
                run.message = Some(failure.to_string());
            }
        }
        if let Err(error) = self.store.put_benchmark_run(&run).await {
            tracing::error!(
                run = run.id,
                error = &error as &dyn std::error::Error,
                "the benchmark's result was not kept"
            );
        }
        self.release();
        let step = Step { done: 1, total: 1, text: run.message.clone().unwrap_or_else(|| "Done".to_owned()) };
        self.tell(&run.id, &run.state, &step);
    }

    async fn finish(&self, run: &mut BenchmarkRun, report_json: String) {
        match self.record_benchmark(&run.id, &report_json).await {
            Ok(message) => {
                "done".clone_into(&mut run.state);
                run.message = Some(message);
                run.report_json = Some(report_json);
            }
            Err(message) => {
                "failed".clone_into(&mut run.state);
                run.message = Some(message);
                run.report_json = Some(report_json);
            }
        }
    }

    /// Keeps a report that was measured elsewhere (by `inferno-kpi bench`) as a finished run and feeds its KPIs.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the report or the store.
    pub async fn import_benchmark(&self, report_json: String) -> Result<String, String> {
        let finished_ms = self.now_ms();
        let report = BenchmarkReport::parse(&report_json)?;
        let id = self.ids.next(finished_ms);
        let mut run = BenchmarkRun {
            id: id.clone(),
            started_ms: finished_ms.saturating_sub(report.duration_ms()),
            finished_ms: Some(finished_ms),
            state: String::new(),
            message: None,
            report_json: None,
        };
        self.finish(&mut run, report_json).await;
        self.store.put_benchmark_run(&run).await.map_err(|error| error.to_string())?;
        self.tell(&id, &run.state, &Step { done: 1, total: 1, text: run.message.clone().unwrap_or_default() });
        if run.state == "done" { Ok(id) } else { Err(run.message.unwrap_or_default()) }
    }

    fn tell(&self, run_id: &str, state: &str, step: &Step) {
        let percent = (step.done * 100).checked_div(step.total).unwrap_or(0);
        let json = json!({
            "run_id": run_id, "state": state, "step": step.done, "steps": step.total, "percent": percent, "text": step.text,
        });
        // Nobody listening is no failure.
        let _ = self.changes.send(Change::Benchmark { json: json.to_string() });
    }
}
