//! The program `inferno-kpi`: the server, and the commands that talk to it or to its data.

mod adapters;
mod cli;
mod commands;
mod http;
mod jobs;
mod settings;
mod system;

use std::process::ExitCode;

use clap::Parser as _;

/// Gives memory that was freed back to the system after some seconds, in a thread of its own; the system's own allocator keeps much of
/// it for each thread.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

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
