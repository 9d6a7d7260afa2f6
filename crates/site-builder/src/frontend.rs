//! The browser's half of the program: cargo, then wasm-bindgen, then wasm-opt and esbuild.
//!
//! Keeps the result in the work folder, so that a changed stylesheet compiles nothing.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use wasm_bindgen_cli_support::Bindgen;

use crate::cargo;
use crate::error::BuildError;
use crate::files;
use crate::inputs;
use crate::record::Steps;
use crate::settings::{Folders, Settings};
use crate::tools::Tools;

/// The finished files, still without hashes in their names.
#[derive(Debug, Clone)]
pub struct Frontend {
    pub script: PathBuf,
    pub wasm: PathBuf,
    /// Scripts that the script imports; empty where a bundler put them into it.
    pub snippets: PathBuf,
    /// True when every crate was compiled for it in this build.
    pub complete: bool,
}

/// What the last build was made from.
#[derive(Debug, Default, Serialize, Deserialize)]
struct State {
    sources: Vec<PathBuf>,
    fingerprint: String,
    raw_hash: String,
}

/// The files that the last build of the frontend was compiled from; `None` before the first.
pub fn known_inputs(folders: &Folders) -> Result<Option<Vec<PathBuf>>, BuildError> {
    let Some(state) = State::read(folders) else {
        return Ok(None);
    };
    let mut paths = state.sources;
    paths.extend(inputs::manifests(&folders.root)?);
    paths.extend(inputs::own_sources(&folders.root)?);
    Ok(Some(paths))
}

/// Builds what is not up to date.
pub fn build(
    folders: &Folders,
    settings: &Settings,
    tools: &Tools,
    steps: &mut Steps,
    force: bool,
) -> Result<Frontend, BuildError> {
    let finished = folders.work.join("frontend");
    let mut frontend = Frontend {
        script: finished.join(format!("{}.js", settings.output_name)),
        wasm: finished.join(format!("{}.wasm", settings.output_name)),
        snippets: finished.join("snippets"),
        complete: false,
    };
    let mut state = State::read(folders).unwrap_or_default();
    let present = frontend.script.exists() && frontend.wasm.exists();
    if present && !force && state.fingerprint == fingerprint(folders, tools)? {
        return Ok(frontend);
    }

    let compiled = steps.measure("cargo build for WebAssembly", || cargo::build(folders, settings))?;
    let raw_hash = raw_hash(folders, &compiled.wasm, tools)?;
    if !present || force || state.raw_hash != raw_hash {
        files::make_empty_folder(&finished)?;
        let generated = folders.work.join("bindgen");
        files::make_empty_folder(&generated)?;
        steps.measure("wasm-bindgen", || bind(&compiled.wasm, &generated, settings))?;
        steps.measure("wasm-opt and esbuild", || shrink(&generated, &frontend, settings, tools))?;
    }
    frontend.complete = compiled.complete;
    let dependency_file = compiled.wasm.with_extension("d");
    state.sources = inputs::dependencies(&files::read_text(&dependency_file)?);
    state.raw_hash = raw_hash;
    state.write(folders)?;
    state.fingerprint = fingerprint(folders, tools)?;
    state.write(folders)?;
    Ok(frontend)
}

fn bind(wasm: &Path, generated: &Path, settings: &Settings) -> Result<(), BuildError> {
    let mut bindgen = Bindgen::new();
    bindgen
        .web(true)
        .map_err(|error| BuildError::Bindgen(format!("{error:#}")))?
        .input_path(wasm)
        .out_name(&settings.output_name)
        .typescript(false)
        .omit_default_module_path(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(generated)
        .map_err(|error| BuildError::Bindgen(format!("{error:#}")))
}

fn shrink(generated: &Path, frontend: &Frontend, settings: &Settings, tools: &Tools) -> Result<(), BuildError> {
    let wasm = generated.join(format!("{}_bg.wasm", settings.output_name));
    if !tools.shrink_wasm(&wasm, &frontend.wasm)? {
        files::write(&frontend.wasm, &files::read(&wasm)?)?;
    }
    let script = generated.join(format!("{}.js", settings.output_name));
    if tools.shrink_text(&script, &frontend.script, &["--bundle", "--format=esm"])? {
        return Ok(());
    }
    files::write(&frontend.script, &files::read(&script)?)?;
    let snippets = generated.join("snippets");
    for path in files::list(&snippets)? {
        if let Ok(relative) = path.strip_prefix(&snippets) {
            files::write(&frontend.snippets.join(relative), &files::read(&path)?)?;
        }
    }
    Ok(())
}

fn fingerprint(folders: &Folders, tools: &Tools) -> Result<String, BuildError> {
    let mut paths = known_inputs(folders)?.unwrap_or_default();
    paths.push(tools.lock_file.clone());
    Ok(inputs::fingerprint(&paths, &[&tools.presence()]))
}

/// Everything that the steps after cargo depend on.
fn raw_hash(folders: &Folders, wasm: &Path, tools: &Tools) -> Result<String, BuildError> {
    let mut paths = inputs::own_sources(&folders.root)?;
    paths.extend([tools.lock_file.clone(), wasm.to_path_buf()]);
    Ok(inputs::fingerprint(&paths, &[&tools.presence()]))
}

impl State {
    fn path(folders: &Folders) -> PathBuf {
        folders.work.join("frontend.json")
    }

    /// The state of the last build; an unreadable one is as good as none.
    fn read(folders: &Folders) -> Option<Self> {
        serde_json::from_slice(&std::fs::read(Self::path(folders)).ok()?).ok()
    }

    fn write(&self, folders: &Folders) -> Result<(), BuildError> {
        files::write(&Self::path(folders), &serde_json::to_vec_pretty(self)?)
    }
}
