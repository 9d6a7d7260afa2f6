//! Names files by their contents, as leptos expects them, and puts a finished site in the place of the old one.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::BuildError;
use crate::files;
use crate::frontend::Frontend;
use crate::inputs;
use crate::settings::{Folders, HASH_FILE, Settings};

/// The hashes in the names of the three files that every page loads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hashes {
    pub js: String,
    pub wasm: String,
    pub css: String,
}

impl Hashes {
    /// The text of leptos' hash.txt.
    pub fn text(&self) -> String {
        format!("js: {}\nwasm: {}\ncss: {}\n", self.js, self.wasm, self.css)
    }
}

/// Copies script, WebAssembly and stylesheet into the site's package folder under names with hashes.
pub fn package(frontend: &Frontend, stylesheet: &Path, site: &Path, settings: &Settings) -> Result<Hashes, BuildError> {
    let folder = site.join(&settings.site_pkg_dir);
    let put = |from: &Path, ending: &str| -> Result<String, BuildError> {
        let bytes = files::read(from)?;
        let hash = inputs::short_hash(&bytes);
        files::write(&folder.join(format!("{}.{hash}.{ending}", settings.output_name)), &bytes)?;
        Ok(hash)
    };
    let hashes =
        Hashes { js: put(&frontend.script, "js")?, wasm: put(&frontend.wasm, "wasm")?, css: put(stylesheet, "css")? };
    for path in files::list(&frontend.snippets)? {
        if let Ok(relative) = path.strip_prefix(&frontend.snippets) {
            files::write(&folder.join("snippets").join(relative), &files::read(&path)?)?;
        }
    }
    files::write(&site.join(HASH_FILE), hashes.text().as_bytes())?;
    Ok(hashes)
}

/// Puts the finished `staged` site in the place of the old one.
pub fn swap(staged: &Path, folders: &Folders) -> Result<(), BuildError> {
    let old = folders.work.join("old-site");
    files::remove_folder(&old)?;
    if folders.site.exists() {
        fs::rename(&folders.site, &old).map_err(BuildError::file("move away", &folders.site))?;
    } else if let Some(parent) = folders.site.parent() {
        files::make_folder(parent)?;
    }
    fs::rename(staged, &folders.site).map_err(BuildError::file("put in place", &folders.site))?;
    files::remove_folder(&old)
}

/// Where leptos looks for hash.txt: beside the server's program, which cargo puts into one of these.
pub fn hash_file_copies(folders: &Folders) -> Vec<PathBuf> {
    ["debug", "release"].iter().map(|profile| folders.target.join(profile).join(HASH_FILE)).collect()
}

/// Writes the copies of the site's hash.txt that are missing or different.
pub fn copy_hash_file(folders: &Folders) -> Result<(), BuildError> {
    let text = files::read(&folders.site.join(HASH_FILE))?;
    for copy in hash_file_copies(folders) {
        if fs::read(&copy).ok().as_ref() != Some(&text) {
            files::write(&copy, &text)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_as_leptos_asks_for_them() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for (name, text) in [("a.js", "j"), ("a.wasm", "w"), ("a.css", "c")] {
            files::write(&at(name), text.as_bytes()).unwrap();
        }
        let settings = Settings {
            output_name: "house".to_owned(),
            lib_package: String::new(),
            lib_profile_release: String::new(),
            site_root: PathBuf::new(),
            site_pkg_dir: "pkg".to_owned(),
            style_file: PathBuf::new(),
            assets_dir: PathBuf::new(),
        };
        let frontend = Frontend { script: at("a.js"), wasm: at("a.wasm"), snippets: at("none"), complete: true };
        let site = at("site");
        let hashes = package(&frontend, &at("a.css"), &site, &settings).unwrap();
        let text = fs::read_to_string(site.join("hash.txt")).unwrap();
        for (kind, hash) in [("js", &hashes.js), ("wasm", &hashes.wasm), ("css", &hashes.css)] {
            assert!(text.lines().any(|line| line == format!("{kind}: {hash}")), "{text}");
            assert!(site.join(format!("pkg/house.{hash}.{kind}")).exists());
        }
    }
}
