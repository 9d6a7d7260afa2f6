//! What a build was and what came out of it: `build.json`, which the server reads to measure its own bundle and build.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::clock::Stopwatch;
use crate::compress;
use crate::error::BuildError;
use crate::files;
use crate::settings::HASH_FILE;

/// The name of the record in the site.
pub const BUILD_FILE: &str = "build.json";

/// One build of the site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Build {
    /// When it began, in milliseconds since the Unix epoch.
    pub started_ms: u64,
    pub duration_ms: u64,
    /// False when anything was taken over from an earlier build, so that its duration is no build time.
    pub complete: bool,
    pub steps: Vec<Step>,
    /// Every file that a browser can ask for, without its compressed copies.
    pub files: Vec<SiteFile>,
    /// All scripts and WebAssembly of the site, uncompressed.
    pub javascript_and_wasm_bytes: u64,
    pub javascript_and_wasm_brotli_bytes: u64,
}

/// One measured part of the build.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    pub name: String,
    pub duration_ms: u64,
}

/// One file of the site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteFile {
    /// From the site's root, with forward slashes.
    pub path: String,
    pub bytes: u64,
    /// The size of the brotli copy, or of the file itself where compression does not shrink it.
    pub brotli_bytes: u64,
}

/// Runs steps, prints how long each took and remembers it.
#[derive(Debug, Default)]
pub struct Steps {
    done: Vec<Step>,
}

impl Steps {
    /// Runs one step.
    pub fn measure<T>(&mut self, name: &str, step: impl FnOnce() -> Result<T, BuildError>) -> Result<T, BuildError> {
        println!("site: {name} …");
        let watch = Stopwatch::start();
        let result = step()?;
        let duration_ms = watch.elapsed_ms();
        println!("site: {name}: {} s", seconds(duration_ms));
        self.done.push(Step { name: name.to_owned(), duration_ms });
        Ok(result)
    }
}

/// Milliseconds as seconds with one decimal.
pub fn seconds(duration_ms: u64) -> String {
    format!("{}.{}", duration_ms / 1000, duration_ms % 1000 / 100)
}

impl Build {
    /// Describes the finished `site`.
    pub fn describe(site: &Path, watch: Stopwatch, complete: bool, steps: Steps) -> Result<Self, BuildError> {
        let listed = list(site)?;
        let scripts =
            || listed.iter().filter(|file| matches!(files::extension(Path::new(&file.path)).as_str(), "js" | "wasm"));
        Ok(Self {
            started_ms: watch.started_ms,
            duration_ms: watch.elapsed_ms(),
            complete,
            steps: steps.done,
            javascript_and_wasm_bytes: scripts().map(|file| file.bytes).sum(),
            javascript_and_wasm_brotli_bytes: scripts().map(|file| file.brotli_bytes).sum(),
            files: listed,
        })
    }

    /// The record in `site`; `None` where there is none that can be read.
    pub fn read(site: &Path) -> Option<Self> {
        serde_json::from_slice(&std::fs::read(site.join(BUILD_FILE)).ok()?).ok()
    }

    /// Whether every file is still there with its size.
    pub fn holds(&self, site: &Path) -> bool {
        self.files
            .iter()
            .all(|file| std::fs::metadata(site.join(&file.path)).is_ok_and(|found| found.len() == file.bytes))
    }
}

fn list(site: &Path) -> Result<Vec<SiteFile>, BuildError> {
    let mut listed = Vec::new();
    for path in files::list(site)? {
        let Ok(relative) = path.strip_prefix(site) else {
            continue;
        };
        let relative = relative.to_string_lossy().replace('\\', "/");
        if relative == BUILD_FILE || relative == HASH_FILE || matches!(files::extension(&path).as_str(), "br" | "gz") {
            continue;
        }
        let bytes = length(&path)?;
        let packed = compress::with_ending(&path, "br");
        let brotli_bytes = if packed.exists() { length(&packed)? } else { bytes };
        listed.push(SiteFile { path: relative, bytes, brotli_bytes });
    }
    Ok(listed)
}

fn length(path: &Path) -> Result<u64, BuildError> {
    std::fs::metadata(path).map(|found| found.len()).map_err(BuildError::file("read", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_counts_scripts_and_wasm_and_notices_a_changed_file() {
        let folder = tempfile::tempdir().unwrap();
        let site = folder.path();
        files::write(&site.join("pkg/a.js"), &[b'x'; 300]).unwrap();
        files::write(&site.join("pkg/a.js.br"), &[b'x'; 10]).unwrap();
        files::write(&site.join("pkg/a.wasm"), &[b'y'; 50]).unwrap();
        files::write(&site.join("pkg/a.css"), &[b'z'; 7]).unwrap();
        let build = Build::describe(site, Stopwatch::start(), true, Steps::default()).unwrap();
        assert_eq!(build.javascript_and_wasm_bytes, 350);
        assert_eq!(build.javascript_and_wasm_brotli_bytes, 60);
        let paths: Vec<&str> = build.files.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths, ["pkg/a.css", "pkg/a.js", "pkg/a.wasm"]);
        assert!(build.holds(site));
        files::write(&site.join("pkg/a.css"), b"").unwrap();
        assert!(!build.holds(site));
    }

    #[test]
    fn durations_are_printed_in_seconds() {
        assert_eq!(seconds(12_345), "12.3");
        assert_eq!(seconds(40), "0.0");
    }
}
