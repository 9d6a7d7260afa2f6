//! Statements of benchmark runs.

pub const PUT_BENCHMARK_RUN: &str = include_str!("../../queries/put_benchmark_run.sql");
pub const BENCHMARK_RUNS: &str = include_str!("../../queries/benchmark_runs.sql");
pub const BENCHMARK_RUN: &str = include_str!("../../queries/benchmark_run.sql");
pub const INTERRUPT_RUNNING_BENCHMARKS: &str = include_str!("../../queries/interrupt_running_benchmarks.sql");
