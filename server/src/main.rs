//! The program `inferno-kpi`: the server, and the commands that talk to it or to its data.

mod adapters;
mod cli;
mod commands;
mod http;
mod settings;
mod system;
mod work;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let arguments = cli::Arguments::parse();
    match commands::run(arguments) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("inferno-kpi: {failure}");
            ExitCode::from(failure.exit_code)
        }
    }
}
