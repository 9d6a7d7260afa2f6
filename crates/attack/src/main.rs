//! Attacks a server of its own on loopback, measures what that does to everybody else, and says which promise held.
//!
//! A tool for `scripts/attack.sh`; no part of the product. Every attack has a fresh server on a fresh temporary folder, is bounded in
//! time and memory, and goes to loopback alone. docs/security.md holds the table that it writes.
#![expect(clippy::disallowed_methods, reason = "measuring needs a clock")]

mod arguments;
mod attack;
mod attacks;
mod bodies;
mod http;
mod judge;
mod limits;
mod load;
mod memory;
mod report;
mod server;
mod stage;
mod tally;
mod witness;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use arguments::Asked;

/// Whatever stops a measurement: it is told and that is all.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// How long all attacks together may wait for memory to come back.
const WAITING: Duration = Duration::from_mins(4);

#[tokio::main(worker_threads = 2)]
async fn main() -> ExitCode {
    let asked = match arguments::read(std::env::args().skip(1)) {
        Ok(asked) => asked,
        Err(message) => {
            eprintln!("attack: {message}\n{}", arguments::USAGE);
            return ExitCode::from(2);
        }
    };
    match all(&asked).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("attack: {error}");
            ExitCode::from(2)
        }
    }
}

/// Whether everything held.
async fn all(asked: &Asked) -> Result<bool> {
    let attacks = attacks::chosen(&asked.names)?;
    if asked.list {
        for attack in attacks {
            println!("{:<20} {}", attack.name, attack.what);
        }
        return Ok(true);
    }
    let began = Instant::now();
    let mut waiting = WAITING;
    let mut outcomes = Vec::new();
    for attack in attacks {
        let outcome = attack::carry_out(attack, asked, &mut waiting).await;
        report::tell(&outcome);
        outcomes.push(outcome);
    }
    report::write(asked, &outcomes, began.elapsed())?;
    Ok(outcomes.iter().all(attack::Outcome::held))
}
