//! `inferno-kpi sources check`, and reading that file for the server.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use connect::{Config, StatsD};

use super::Failure;
use crate::cli::{Serve, SourcesAction, SourcesCommand};

pub fn run(command: &SourcesCommand) -> Result<ExitCode, Failure> {
    let SourcesAction::Check { file } = &command.action;
    let report = connect::check(&file.display().to_string(), &read(file)?, &variable);
    println!("{report}");
    Ok(if report.is_right() { ExitCode::SUCCESS } else { ExitCode::from(2) })
}

/// What the server fetches by itself.
///
/// # Errors
/// [`Failure`] with every error of the file.
pub fn config(command: &Serve) -> Result<Config, Failure> {
    let mut config = match &command.sources {
        None => Config::default(),
        Some(file) => Config::read(&read(file)?, &variable).map_err(|errors| {
            let lines: Vec<String> = errors.iter().map(|error| format!("{}:{error}", file.display())).collect();
            Failure::usage(lines.join("\n"))
        })?,
    };
    if let Some(address) = command.statsd {
        let every = config.statsd.as_ref().map_or(Duration::from_secs(10), |statsd| statsd.every);
        let source = config.statsd.map_or_else(|| "statsd".to_owned(), |statsd| statsd.source);
        config.statsd = Some(StatsD { source, address, every });
    }
    Ok(config)
}

fn read(file: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(file).map_err(|error| Failure::usage(format!("{}: {error}", file.display())))
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
