//! Writes the same points to `InfluxDB` and to this product, round by round in one run, and asks both for the same charts.
//!
//! A tool for `scripts/measure-samples.sh`; no part of the product. What it starts ends with it, and what it writes goes to temporary
//! folders and to one file of results.
#![expect(clippy::disallowed_methods, reason = "measuring needs a clock")]

mod arguments;
mod charts;
mod disk;
mod http;
mod machine;
mod peer;
mod points;
mod process;
mod rank;
mod report;
mod rounds;
mod server;
mod writers;

use std::process::ExitCode;

/// Whatever stops a measurement: it is told and that is all.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn main() -> ExitCode {
    let arguments = match arguments::read(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(message) => {
            eprintln!("sample-load: {message}\n{}", arguments::USAGE);
            return ExitCode::from(2);
        }
    };
    match measure(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sample-load: {error}");
            ExitCode::FAILURE
        }
    }
}

fn measure(arguments: &arguments::Arguments) -> Result<()> {
    let machine = machine::describe();
    let rounds = rounds::measure(arguments)?;
    let charts = if arguments.charts { charts::measure(arguments)? } else { Vec::new() };
    report::write(arguments, &machine, &rounds, &charts)
}
