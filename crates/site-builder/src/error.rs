//! Why a site could not be built, in sentences that say what to do.

use std::io;
use std::path::{Path, PathBuf};

/// Everything that can stop the build.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    #[error("could not {action} {}: {source}", path.display())]
    File { action: &'static str, path: PathBuf, source: io::Error },
    #[error("could not start {program}: {source}")]
    Start { program: String, source: io::Error },
    #[error("{program} failed ({status}); its own message stands above")]
    Failed { program: String, status: String },
    #[error("Cargo.toml: {0}")]
    Settings(String),
    #[error("cargo built the frontend without giving a .wasm file: is `crate-type` still [\"cdylib\", \"rlib\"]?")]
    NoWasm,
    #[error(
        "wasm-bindgen: {0}; if the versions differ, wasm-bindgen and wasm-bindgen-cli-support must be pinned to the same one"
    )]
    Bindgen(String),
    #[error("{}: {message}", path.display())]
    Style { path: PathBuf, message: String },
    #[error(
        "the WebAssembly standard library is missing: run `rustup target add wasm32-unknown-unknown`, \
         or on Debian `sudo apt-get install rustc-web cargo-web rust-web-src lld-22`"
    )]
    NoWasmTarget,
    #[error("could not write JSON: {0}")]
    Json(#[from] serde_json::Error),
}

impl BuildError {
    /// Turns an I/O error into one that names the file and what was being done with it.
    pub fn file(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::File { action, path, source }
    }
}
