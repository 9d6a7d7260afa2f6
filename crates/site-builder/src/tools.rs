//! The two npm programs that shrink the site, where `npm ci` in end2end/ has installed them.
//!
//! The site is complete without them, only larger.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::error::BuildError;

/// What was found in `end2end/node_modules`.
#[derive(Debug, Clone)]
pub struct Tools {
    wasm_opt: Option<PathBuf>,
    esbuild: Option<PathBuf>,
    /// Pins the versions of both.
    pub lock_file: PathBuf,
}

/// What the Rust compiler emits for the browser since 1.87, named so that wasm-opt neither refuses nor adds to it.
const WASM_FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-extended-const",
];

impl Tools {
    /// Looks for the programs in the repository.
    pub fn find(root: &Path) -> Self {
        let folder = root.join("end2end/node_modules/.bin");
        let present = |name: &str| {
            let path = folder.join(name);
            path.exists().then_some(path)
        };
        Self {
            wasm_opt: present("wasm-opt"),
            esbuild: present("esbuild"),
            lock_file: root.join("end2end/package-lock.json"),
        }
    }

    /// Says what is missing and what that costs, one sentence each.
    pub fn warnings(&self) -> Vec<&'static str> {
        let mut warnings = Vec::new();
        if self.wasm_opt.is_none() {
            warnings.push("wasm-opt is not installed: the WebAssembly stays larger (`npm ci` in end2end/ installs it)");
        }
        if self.esbuild.is_none() {
            warnings
                .push("esbuild is not installed: scripts and styles stay larger (`npm ci` in end2end/ installs it)");
        }
        warnings
    }

    /// A word for fingerprints: which of the programs take part.
    pub fn presence(&self) -> String {
        format!("wasm-opt {} esbuild {}", self.wasm_opt.is_some(), self.esbuild.is_some())
    }

    /// Shrinks `input` into `output`; false where wasm-opt is not installed.
    pub fn shrink_wasm(&self, input: &Path, output: &Path) -> Result<bool, BuildError> {
        let Some(program) = &self.wasm_opt else {
            return Ok(false);
        };
        let mut command = Command::new(program);
        command.arg(input).arg("-o").arg(output).arg("-Oz").args(WASM_FEATURES);
        run(command, "wasm-opt")?;
        Ok(true)
    }

    /// Bundles and shrinks a script or stylesheet into `output` with esbuild and these extra arguments;
    /// false where esbuild is not installed.
    pub fn shrink_text(&self, input: &Path, output: &Path, arguments: &[&str]) -> Result<bool, BuildError> {
        let Some(program) = &self.esbuild else {
            return Ok(false);
        };
        let mut command = Command::new(program);
        command
            .arg(input)
            .args(["--minify", "--log-level=warning", "--legal-comments=none"])
            .args(arguments)
            .arg(format!("--outfile={}", output.display()));
        run(command, "esbuild")?;
        Ok(true)
    }
}

fn run(mut command: Command, program: &str) -> Result<(), BuildError> {
    let status = command
        .stdin(Stdio::null())
        .status()
        .map_err(|source| BuildError::Start { program: program.to_owned(), source })?;
    if status.success() {
        return Ok(());
    }
    Err(BuildError::Failed { program: program.to_owned(), status: status.to_string() })
}
