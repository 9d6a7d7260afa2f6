//! Asks cargo for the frontend's WebAssembly, with rustup's target or, where that can't be had, with Debian's packages.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;

use crate::error::BuildError;
use crate::settings::{Folders, Settings};

const TARGET: &str = "wasm32-unknown-unknown";

/// What cargo made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compiled {
    /// The raw WebAssembly, before wasm-bindgen.
    pub wasm: PathBuf,
    /// True when every crate was compiled, false when some were reused from an earlier build.
    pub complete: bool,
}

/// Which compiler can emit WebAssembly on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Toolchain {
    /// The cargo on the PATH, whose target has its standard library.
    Default,
    /// Debian's cargo, which compiles the standard library from rust-web-src.
    DebianBuildStd,
}

#[derive(Deserialize)]
struct Message {
    reason: String,
    #[serde(default)]
    fresh: bool,
    #[serde(default)]
    filenames: Vec<PathBuf>,
    target: Option<Target>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

/// Builds the frontend.
///
/// # Errors
/// When no compiler can emit WebAssembly, or cargo fails.
pub fn build(folders: &Folders, settings: &Settings) -> Result<Compiled, BuildError> {
    let mut command = command(toolchain()?);
    command
        .current_dir(&folders.root)
        .args(["build", "--lib", "--package", &settings.lib_package])
        .args(["--target", TARGET, "--profile", &settings.lib_profile_release])
        .arg("--message-format=json-render-diagnostics")
        .env("LEPTOS_OUTPUT_NAME", &settings.output_name)
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    let start = |source| BuildError::Start { program: "cargo".to_owned(), source };
    let mut child = command.spawn().map_err(start)?;
    let mut lines = Vec::new();
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).lines() {
            lines.push(line.map_err(start)?);
        }
    }
    let status = child.wait().map_err(start)?;
    if !status.success() {
        return Err(BuildError::Failed { program: "cargo build".to_owned(), status: status.to_string() });
    }
    compiled(&lines, &settings.lib_package).ok_or(BuildError::NoWasm)
}

/// Reads cargo's messages; nothing when there is no .wasm file among them.
fn compiled(lines: &[String], package: &str) -> Option<Compiled> {
    let mut complete = true;
    let mut wasm = None;
    for line in lines {
        let Ok(message) = serde_json::from_str::<Message>(line) else {
            continue;
        };
        if message.reason != "compiler-artifact" {
            continue;
        }
        complete &= !message.fresh;
        if message.target.is_some_and(|target| target.name == package) {
            wasm =
                message.filenames.into_iter().find(|path| path.extension().is_some_and(|end| end == "wasm")).or(wasm);
        }
    }
    wasm.map(|wasm| Compiled { wasm, complete })
}

fn toolchain() -> Result<Toolchain, BuildError> {
    if library_folder("rustc", &["--print", "target-libdir", "--target", TARGET]).is_some() {
        return Ok(Toolchain::Default);
    }
    let source = library_folder("/usr/bin/rustc", &["--print", "sysroot"])
        .map(|sysroot| sysroot.join("lib/rustlib/src/rust/library"));
    match source {
        Some(source) if source.is_dir() && Path::new("/usr/bin/cargo").exists() => Ok(Toolchain::DebianBuildStd),
        _ => Err(BuildError::NoWasmTarget),
    }
}

/// The folder that a compiler prints, if it is there.
fn library_folder(compiler: &str, arguments: &[&str]) -> Option<PathBuf> {
    let output = Command::new(compiler).args(arguments).output().ok()?;
    let folder = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
    (output.status.success() && folder.is_dir()).then_some(folder)
}

fn command(toolchain: Toolchain) -> Command {
    match toolchain {
        Toolchain::Default => Command::new("cargo"),
        Toolchain::DebianBuildStd => {
            let mut command = Command::new("/usr/bin/cargo");
            let path = std::env::var("PATH").unwrap_or_default();
            command
                .env("PATH", format!("/usr/bin:{path}"))
                .env("RUSTC", "/usr/bin/rustc")
                .env("RUSTC_BOOTSTRAP", "1")
                .env_remove("RUSTUP_TOOLCHAIN")
                .arg("-Zbuild-std=std,panic_abort");
            command
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn artifact(name: &str, file: &str, fresh: bool) -> String {
        format!(
            r#"{{"reason":"compiler-artifact","fresh":{fresh},"filenames":["{file}"],"target":{{"name":"{name}"}}}}"#
        )
    }

    #[test]
    fn a_build_is_complete_only_when_no_crate_was_reused() {
        let cold = [artifact("serde", "/t/libserde.rlib", false), artifact("frontend", "/t/frontend.wasm", false)];
        assert_eq!(compiled(&cold, "frontend"), Some(Compiled { wasm: "/t/frontend.wasm".into(), complete: true }));
        let warm = [artifact("serde", "/t/libserde.rlib", true), artifact("frontend", "/t/frontend.wasm", false)];
        assert_eq!(compiled(&warm, "frontend").map(|made| made.complete), Some(false));
    }

    #[test]
    fn a_library_without_wasm_is_refused() {
        assert_eq!(compiled(&[artifact("frontend", "/t/libfrontend.rlib", false)], "frontend"), None);
        assert_eq!(compiled(&["not json".to_owned()], "frontend"), None);
    }
}
