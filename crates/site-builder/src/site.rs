//! The order of the steps from sources to a finished site, and the decision that nothing needs doing.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use crate::assets::{self, Names};
use crate::clock::Stopwatch;
use crate::compress;
use crate::error::BuildError;
use crate::files;
use crate::frontend;
use crate::inputs;
use crate::publish;
use crate::record::{self, BUILD_FILE, Build, Steps};
use crate::settings::{Folders, Settings};
use crate::style;
use crate::tools::Tools;

/// Builds the site of the repository in `root`, or only what changed since the last time.
///
/// # Errors
/// When a step fails; the site of the last build then stays in place.
pub fn build(root: &Path, force: bool) -> Result<(), BuildError> {
    let watch = Stopwatch::start();
    let root = fs::canonicalize(root).map_err(BuildError::file("find", root))?;
    let settings = Settings::read(&root)?;
    let folders = Folders::new(&root, &settings);
    files::make_folder(&folders.work)?;
    let _lock = lock(&folders.work)?;
    let tools = Tools::find(&root);

    if !force && is_up_to_date(&folders, &settings, &tools)? {
        publish::copy_hash_file(&folders)?;
        println!("site: nothing changed ({} s)", record::seconds(watch.elapsed_ms()));
        return Ok(());
    }
    for warning in tools.warnings() {
        println!("site: {warning}");
    }

    let mut steps = Steps::default();
    let frontend = frontend::build(&folders, &settings, &tools, &mut steps, force)?;
    let stylesheet = folders.work.join("style.css");
    steps.measure("stylesheet", || style::bundle(&root.join(&settings.style_file), &stylesheet, &tools))?;

    let staged = folders.work.join("site");
    files::make_empty_folder(&staged)?;
    let hashes = publish::package(&frontend, &stylesheet, &staged, &settings)?;
    let names = Names {
        build_id: assets::build_id(&root.join(&settings.assets_dir), &hashes.text())?,
        stylesheet: format!("/{}/{}.{}.css", settings.site_pkg_dir, settings.output_name, hashes.css),
    };
    steps.measure("files of public/", || {
        assets::copy(&root.join(&settings.assets_dir), &staged, &folders.work, &names, &tools)
    })?;
    steps.measure("compression", || compress::folder(&staged, &folders.site))?;

    let build = Build::describe(&staged, watch, frontend.complete, steps)?;
    files::write(&staged.join(BUILD_FILE), &serde_json::to_vec_pretty(&build)?)?;
    publish::swap(&staged, &folders)?;
    publish::copy_hash_file(&folders)?;
    let fingerprint = fingerprint(&folders, &settings, &tools)?.unwrap_or_default();
    files::write(&fingerprint_file(&folders), fingerprint.as_bytes())?;
    print_summary(&build, &settings);
    Ok(())
}

/// Two builds at once would take each other's files away; the second waits.
fn lock(work: &Path) -> Result<File, BuildError> {
    let path = work.join("lock");
    let file = File::create(&path).map_err(BuildError::file("create", &path))?;
    file.lock().map_err(BuildError::file("lock", &path))?;
    Ok(file)
}

fn is_up_to_date(folders: &Folders, settings: &Settings, tools: &Tools) -> Result<bool, BuildError> {
    let Some(build) = Build::read(&folders.site) else {
        return Ok(false);
    };
    let Some(now) = fingerprint(folders, settings, tools)? else {
        return Ok(false);
    };
    let last = fs::read_to_string(fingerprint_file(folders)).unwrap_or_default();
    Ok(now == last && build.holds(&folders.site))
}

fn fingerprint_file(folders: &Folders) -> PathBuf {
    folders.work.join("fingerprint")
}

/// A fingerprint over everything the site is made from; `None` before the first build.
fn fingerprint(folders: &Folders, settings: &Settings, tools: &Tools) -> Result<Option<String>, BuildError> {
    let Some(mut paths) = frontend::known_inputs(folders)? else {
        return Ok(None);
    };
    let style_file = folders.root.join(&settings.style_file);
    paths.extend(files::list(style_file.parent().unwrap_or(&folders.root))?);
    paths.extend(files::list(&folders.root.join(&settings.assets_dir))?);
    paths.push(tools.lock_file.clone());
    Ok(Some(inputs::fingerprint(&paths, &[&tools.presence()])))
}

fn print_summary(build: &Build, settings: &Settings) {
    let package = format!("{}/", settings.site_pkg_dir);
    for file in build.files.iter().filter(|file| file.path.starts_with(&package)) {
        println!("site: {} {} bytes, {} with brotli", file.path, file.bytes, file.brotli_bytes);
    }
    println!(
        "site: built in {} s; scripts and WebAssembly {} bytes, {} with brotli",
        record::seconds(build.duration_ms),
        build.javascript_and_wasm_bytes,
        build.javascript_and_wasm_brotli_bytes
    );
}
