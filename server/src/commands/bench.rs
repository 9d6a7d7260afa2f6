//! `inferno-kpi bench`: measure the embedded engine here, and record the result here or on a server.

use std::process::ExitCode;
use std::sync::Arc;

use engine::Plan;
use service::benchmark::{BenchmarkEngine as _, BenchmarkReport};
use service::{Dashboard, Settings};
use storage::Store;

use super::Failure;
use super::remote::Server;
use crate::adapters::benchmark::EmbeddedEngine;
use crate::cli::{Bench, BenchScheme};
use crate::http::api::benchmarks::Imported;
use crate::settings;
use crate::system::{SystemClock, UuidIds};

pub async fn run(command: Bench) -> Result<ExitCode, Failure> {
    let plan = if command.tiny { Plan::tiny() } else { Plan::default() };
    // Asked before minutes of measuring, not after.
    let opened = match (&command.remote.url, command.json) {
        (None, false) => Some((settings::hold(&command.data)?, settings::open_store(&command.data, None).await?)),
        _ => None,
    };
    let engine = EmbeddedEngine { executable: std::env::current_exe()?, plan };
    let report_json = tokio::task::spawn_blocking(move || {
        engine.run(&mut |step| eprintln!("[{}/{}] {}", step.done, step.total, step.text), &|| false)
    })
    .await
    .map_err(|error| Failure::usage(error.to_string()))?
    .map_err(|failure| Failure::usage(failure.to_string()))?;
    if command.json {
        say!("{report_json}");
        return Ok(ExitCode::SUCCESS);
    }
    say!("{}", in_words(&report_json)?.trim_end());
    let run_id = if let Some(url) = &command.remote.url {
        let server = Server::new(url, command.remote.token.clone());
        let body = report_json.into_bytes();
        let imported: Imported =
            tokio::task::spawn_blocking(move || server.post("/api/v1/benchmarks/reports", "application/json", &body))
                .await
                .map_err(|error| Failure::usage(error.to_string()))??;
        imported.run_id
    } else {
        let Some((hold, store)) = opened else { return Err(Failure::usage("no store was opened")) };
        let run_id = record_locally(&command, store, report_json).await?;
        drop(hold);
        run_id
    };
    say!("recorded as run {run_id}");
    Ok(ExitCode::SUCCESS)
}

async fn record_locally(command: &Bench, store: Arc<dyn Store>, report_json: String) -> Result<String, Failure> {
    let catalogue = Arc::new(settings::catalogue(command.data.catalogue.as_deref())?);
    let settings = Settings { catalogue: settings::catalogue_source(&command.data), ..Settings::default() };
    let dashboard = Dashboard::open(store, catalogue, Arc::new(SystemClock), Arc::new(UuidIds::default()), settings)
        .await
        .map_err(Failure::store)?;
    let run_id = dashboard.import_benchmark(report_json).await.map_err(Failure::usage)?;
    dashboard.store().close().await;
    Ok(run_id)
}

fn in_words(report_json: &str) -> Result<String, Failure> {
    use std::fmt::Write as _;
    let report = BenchmarkReport::parse(report_json).map_err(Failure::usage)?;
    let mut text = format!(
        "{:<8} {:>12} {:>16} {:>14} {:>10}\n",
        "scheme", "weights MB", "generated tok/s", "prompt tok/s", "error"
    );
    for scheme in report.measured() {
        // Writing to a String can't fail.
        let _ = writeln!(
            text,
            "{:<8} {:>12.1} {:>16.1} {:>14.1} {:>10.4}",
            scheme.scheme,
            scheme.weight_bytes / 1e6,
            scheme.generation.median_tokens_per_second,
            scheme.prompt.median_tokens_per_second,
            scheme.logits_relative_error
        );
    }
    Ok(text)
}

/// The hidden command behind every measurement: one scheme in this process.
pub fn one_scheme(command: &BenchScheme) -> Result<ExitCode, Failure> {
    let answer =
        engine::scheme_command(&command.scheme, &command.plan).map_err(|error| Failure::usage(error.to_string()))?;
    say!("{answer}");
    Ok(ExitCode::SUCCESS)
}
