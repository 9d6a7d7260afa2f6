//! The life of a benchmark run.

use super::samples::benchmark_run;
use super::{Backend, Outcome};
use crate::BenchmarkRun;

pub async fn a_benchmark_run_goes_from_running_to_done(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let running = benchmark_run("r", 10);
    store.put_benchmark_run(&running).await?;
    assert_eq!(store.benchmark_run("r").await?, Some(running.clone()));
    let done = BenchmarkRun {
        finished_ms: Some(20),
        state: "done".to_owned(),
        message: Some("6 schemes".to_owned()),
        report_json: Some("{\"unit\":\"µs\"}".to_owned()),
        ..running
    };
    store.put_benchmark_run(&done).await?;
    assert_eq!(store.benchmark_run("r").await?, Some(done.clone()));
    assert_eq!(store.benchmark_runs(10).await?, [done]);
    Ok(())
}

pub async fn benchmark_runs_come_newest_first(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    for (id, started_ms) in [("a", 20), ("b", 10), ("c", 30), ("d", 20)] {
        store.put_benchmark_run(&benchmark_run(id, started_ms)).await?;
    }
    let runs = store.benchmark_runs(3).await?;
    let ids: Vec<&str> = runs.iter().map(|run| run.id.as_str()).collect();
    assert_eq!(ids, ["c", "d", "a"]);
    Ok(())
}

pub async fn only_running_benchmarks_are_interrupted(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let failed = BenchmarkRun {
        finished_ms: Some(11),
        state: "failed".to_owned(),
        message: Some("no memory".to_owned()),
        ..benchmark_run("failed", 10)
    };
    store.put_benchmark_run(&failed).await?;
    store.put_benchmark_run(&benchmark_run("one", 20)).await?;
    store.put_benchmark_run(&benchmark_run("two", 30)).await?;
    assert_eq!(store.interrupt_running_benchmarks(99, "killed").await?, 2);
    assert_eq!(store.interrupt_running_benchmarks(100, "again").await?, 0);
    let interrupted = |id: &str, started_ms| BenchmarkRun {
        finished_ms: Some(99),
        state: "interrupted".to_owned(),
        message: Some("killed".to_owned()),
        ..benchmark_run(id, started_ms)
    };
    let expected = [interrupted("two", 30), interrupted("one", 20), failed];
    assert_eq!(store.benchmark_runs(10).await?, expected);
    Ok(())
}
