//! Writes the seeds of the corpora: recorded bodies of other systems and short texts, each with the byte that picks its variant.
//!
//! `cargo run -p fuzz-targets --example seeds -- FOLDER` always writes the same files, `FOLDER/TARGET/seed-NAME`.
//! `scripts/fuzz-corpus.sh` makes the corpora of them and of what the fuzzer found.

mod messages;
mod recorded;
mod series;
mod written;

use std::error::Error;
use std::path::{Path, PathBuf};

/// A seed: its target, its name, and the input with the byte in front that picks the variant.
pub struct Seed {
    target: &'static str,
    name: String,
    input: Vec<u8>,
}

impl Seed {
    fn new(target: &'static str, name: impl Into<String>, pick: u8, content: &[u8]) -> Self {
        let mut input = vec![pick];
        input.extend_from_slice(content);
        Self { target, name: name.into(), input }
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn main() -> Result<(), Box<dyn Error>> {
    let all = std::env::args_os().nth(1).map(PathBuf::from).ok_or("name the folder to write to")?;
    let mut seeds = recorded::seeds()?;
    seeds.extend(written::seeds());
    seeds.extend(messages::seeds());
    seeds.extend(series::seeds()?);
    for Seed { target, name, input } in &seeds {
        let folder = all.join(target);
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join(format!("seed-{name}")), input)?;
    }
    println!("{} seeds", seeds.len());
    Ok(())
}
