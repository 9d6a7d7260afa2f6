//! Prints the results of the cases, computed natively: `parity SEED COUNT`.

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let seed = words.next().and_then(|word| word.parse().ok());
    let count = words.next().and_then(|word| word.parse().ok());
    let (Some(seed), Some(count)) = (seed, count) else {
        eprintln!("usage: parity SEED COUNT");
        return ExitCode::from(2);
    };
    print!("{}", parity::results(seed, count));
    ExitCode::SUCCESS
}
