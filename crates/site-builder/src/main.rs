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
mod publish;
mod record;
mod settings;
mod site;
mod style;
mod tools;

use std::path::PathBuf;
use std::process::ExitCode;

const USAGE: &str = "usage: site-builder [--root DIR] [--force]

  --root DIR  the repository (default: the current folder)
  --force     build again although no input changed";

/// What the command line asked for.
struct Arguments {
    root: PathBuf,
    force: bool,
}

fn arguments(words: impl Iterator<Item = String>) -> Result<Arguments, String> {
    let mut parsed = Arguments { root: PathBuf::from("."), force: false };
    let mut words = words;
    while let Some(word) = words.next() {
        match word.as_str() {
            "--force" => parsed.force = true,
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
    match site::build(&arguments.root, arguments.force) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("site-builder: {error}");
            ExitCode::FAILURE
        }
    }
}
