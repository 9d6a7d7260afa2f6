//! How the site is built, as `[[workspace.metadata.leptos]]` of the root Cargo.toml says: the section that cargo-leptos
//! reads too, so that both build the same site.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::error::BuildError;
use crate::files;

/// The name leptos looks for beside the server's program.
pub const HASH_FILE: &str = "hash.txt";

/// The keys of the section that this task needs.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Settings {
    pub output_name: String,
    pub lib_package: String,
    pub lib_profile_release: String,
    pub site_root: PathBuf,
    pub site_pkg_dir: String,
    pub style_file: PathBuf,
    pub assets_dir: PathBuf,
}

#[derive(Deserialize)]
struct Manifest {
    workspace: Workspace,
}

#[derive(Deserialize)]
struct Workspace {
    metadata: Metadata,
}

#[derive(Deserialize)]
struct Metadata {
    leptos: Vec<Settings>,
}

impl Settings {
    /// Reads the section from the Cargo.toml in `root`.
    ///
    /// # Errors
    /// When the file can't be read, or has no such section with these keys.
    pub fn read(root: &Path) -> Result<Self, BuildError> {
        let text = files::read_text(&root.join("Cargo.toml"))?;
        let manifest: Manifest =
            toml::from_str(&text).map_err(|error| BuildError::Settings(error.message().to_owned()))?;
        manifest
            .workspace
            .metadata
            .leptos
            .into_iter()
            .next()
            .ok_or_else(|| BuildError::Settings("[[workspace.metadata.leptos]] is missing".to_owned()))
    }
}

/// The folders of one build.
#[derive(Debug, Clone)]
pub struct Folders {
    /// The repository.
    pub root: PathBuf,
    /// Cargo's target folder.
    pub target: PathBuf,
    /// What this task keeps between builds.
    pub work: PathBuf,
    /// The finished site.
    pub site: PathBuf,
}

impl Folders {
    /// The folders for the repository in `root`; `CARGO_TARGET_DIR` moves cargo's.
    pub fn new(root: &Path, settings: &Settings) -> Self {
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
        Self { root: root.to_path_buf(), work: target.join("site-build"), site: root.join(&settings.site_root), target }
    }
}
