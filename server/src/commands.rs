//! What each command does.

/// Prints a line. A reader that went away (`| head`) wants no more of it; what the command is for goes on all the same.
macro_rules! say {
    ($($part:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stdout(), $($part)*);
    }};
}

mod bench;
mod catalogue;
mod gate;
mod push;
mod reindex;
mod remote;
mod serve;
mod server_token;
mod set_aside;
mod sources;
mod status;
mod token;
mod transfer;
mod verify;
mod view;

use std::fmt;
use std::process::ExitCode;

use crate::cli::{Arguments, Command};

/// Why a command ended without doing its work.
#[derive(Debug)]
pub struct Failure {
    message: String,
    /// 2 everywhere: 1 means "the gate does not pass".
    pub exit_code: u8,
}

impl Failure {
    /// Something that the user can put right.
    pub fn usage(message: impl Into<String>) -> Self {
        Self { message: message.into(), exit_code: 2 }
    }

    /// The store failed.
    pub fn store(error: impl std::error::Error) -> Self {
        Self::usage(with_sources(&error))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::usage(error.to_string())
    }
}

fn with_sources(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

/// Carries out a command.
///
/// # Errors
/// [`Failure`] with a sentence for the user.
pub fn run(arguments: Arguments) -> Result<ExitCode, Failure> {
    match arguments.command {
        Command::Serve(serve) => in_runtime(serve::run(serve)),
        Command::Push(push) => push::run(&push),
        Command::Gate(gate) => in_runtime(gate::run(gate)),
        Command::Status(status) => in_runtime(status::run(status)),
        Command::Bench(bench) => in_runtime(bench::run(bench)),
        Command::Catalogue(catalogue) => catalogue::run(catalogue),
        Command::Sources(sources) => sources::run(&sources),
        Command::Token(command) => token::run(&command),
        Command::Migrate(migrate) => in_runtime(transfer::migrate(migrate)),
        Command::Backup(backup) => in_runtime(transfer::backup(backup)),
        Command::Restore(restore) => in_runtime(transfer::restore(restore)),
        Command::Verify(command) => in_runtime(verify::run(command)),
        Command::Reindex(command) => in_runtime(reindex::run(command)),
        Command::SetAside(command) => in_runtime(set_aside::run(command)),
        Command::BenchScheme(scheme) => bench::one_scheme(&scheme),
    }
}

fn in_runtime<Work>(work: Work) -> Result<ExitCode, Failure>
where
    Work: Future<Output = Result<ExitCode, Failure>>,
{
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let outcome = runtime.block_on(work);
    // A webhook that hangs in a thread of its own must not keep the program from ending.
    runtime.shutdown_background();
    outcome
}
