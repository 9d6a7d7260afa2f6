//! Runs of the embedded benchmark.

use async_trait::async_trait;

use crate::{BenchmarkRun, StoreError};

/// Keeps benchmark runs.
///
/// # Errors
/// As [`crate::Store`].
#[async_trait]
pub trait BenchmarkStore: Send + Sync {
    /// Keeps a benchmark run, in place of the one with the same id.
    ///
    /// # Errors
    /// [`StoreError::NotStorable`] for an empty id or text with a NUL character.
    async fn put_benchmark_run(&self, run: &BenchmarkRun) -> Result<(), StoreError>;

    /// The `limit` benchmark runs started last, the newest first.
    async fn benchmark_runs(&self, limit: u32) -> Result<Vec<BenchmarkRun>, StoreError>;

    /// The benchmark run of that id.
    async fn benchmark_run(&self, id: &str) -> Result<Option<BenchmarkRun>, StoreError>;

    /// Marks every run that is still `running` as `interrupted` and returns how many there were. For start-up: then no
    /// run can be running, whatever a killed process has left.
    async fn interrupt_running_benchmarks(&self, finished_ms: i64, message: &str) -> Result<u64, StoreError>;
}
