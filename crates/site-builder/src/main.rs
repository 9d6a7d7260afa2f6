//! Builds the site that the server hands to browsers: WebAssembly, its script, the stylesheet and the files of `public/`.
//!
//! It drives cargo, wasm-bindgen and, where npm has installed them, wasm-opt and esbuild; it hashes names,
//! compresses ahead and records what it made in `build.json`. It does not build the server.

mod assets;
mod cargo;
mod clock;
mod compress;
mod error;
mod files;
mod frontend;
mod inputs;
mod parity;
mod publish;
mod record;
mod settings;
mod site;
mod style;
mod tools;

use std::path::PathBuf;
use std::process::ExitCode;

const USAGE: &str = "usage: site-builder [--root DIR] [--force] [--parity]

  --root DIR  the repository (default: the current folder)
  --force     build again although no input changed
  --parity    build the cases of crates/parity for Node instead of the site";

/// What the command line asked for.
struct Arguments {
    root: PathBuf,
    force: bool,
    parity: bool,
}

fn arguments(words: impl Iterator<Item = String>) -> Result<Arguments, String> {
    let mut parsed = Arguments { root: PathBuf::from("."), force: false, parity: false };
    let mut words = words;
    while let Some(word) = words.next() {
        match word.as_str() {
            "--force" => parsed.force = true,
            "--parity" => parsed.parity = true,
            "--root" => {
                parsed.root = words.next().ok_or("--root needs a folder")?.into();
            }
            other => return Err(format!("unknown argument {other}")),
        }
    }
    Ok(parsed)
}

fn main() -> ExitCode {
    let arguments = match arguments(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(message) => {
            eprintln!("site-builder: {message}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let built =
        if arguments.parity { parity::build(&arguments.root) } else { site::build(&arguments.root, arguments.force) };
    match built {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("site-builder: {error}");
            ExitCode::FAILURE
        }
    }
}
