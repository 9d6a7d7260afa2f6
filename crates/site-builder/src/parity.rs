//! The cases of `crates/parity` as a module for Node, so that a test can compare WebAssembly's results with this machine's.

use std::fs;
use std::path::Path;

use wasm_bindgen_cli_support::Bindgen;

use crate::cargo;
use crate::error::BuildError;
use crate::files;
use crate::settings::{Folders, Settings};

const PACKAGE: &str = "parity";

/// Builds `target/site-build/parity/parity.js` and its WebAssembly.
///
/// # Errors
/// When no compiler can emit WebAssembly, or a step fails.
pub fn build(root: &Path) -> Result<(), BuildError> {
    let root = fs::canonicalize(root).map_err(BuildError::file("find", root))?;
    let settings = Settings {
        lib_package: PACKAGE.to_owned(),
        // Not the profile of the site: whole-program optimisation would take longer than the test.
        lib_profile_release: "release".to_owned(),
        ..Settings::read(&root)?
    };
    let folders = Folders::new(&root, &settings);
    let compiled = cargo::build(&folders, &settings)?;
    let generated = folders.work.join(PACKAGE);
    files::make_empty_folder(&generated)?;
    let bindgen_error = |error| BuildError::Bindgen(format!("{error:#}"));
    Bindgen::new()
        .nodejs(true)
        .map_err(bindgen_error)?
        .input_path(&compiled.wasm)
        .out_name(PACKAGE)
        .typescript(false)
        .generate(&generated)
        .map_err(bindgen_error)
}
