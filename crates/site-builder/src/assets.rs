//! Copies `public/` into the site, scripts made small, and tells the service worker which build it belongs to.

use std::path::Path;

use crate::error::BuildError;
use crate::files;
use crate::inputs;
use crate::tools::Tools;

/// What service-worker.js says until the build puts the real words in.
const BUILD_ID: &str = "@BUILD_ID@";
const STYLESHEET: &str = "@STYLESHEET@";

/// The words a script of `public/` may ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    /// Changes whenever a file of the site does.
    pub build_id: String,
    /// The address of the stylesheet, from the root of the site.
    pub stylesheet: String,
}

/// An id that changes with the hashed files, whose `hashes` are given, and with every file of `public`.
pub fn build_id(public: &Path, hashes: &str) -> Result<String, BuildError> {
    let mut bytes = hashes.as_bytes().to_vec();
    for path in files::list(public)? {
        bytes.extend(files::read(&path)?);
    }
    Ok(inputs::short_hash(&bytes))
}

/// Copies every file of `public` to `site`.
pub fn copy(public: &Path, site: &Path, work: &Path, names: &Names, tools: &Tools) -> Result<(), BuildError> {
    for path in files::list(public)? {
        let Ok(relative) = path.strip_prefix(public) else {
            continue;
        };
        let to = site.join(relative);
        if files::extension(&path) == "js" {
            script(&path, &to, work, names, tools)?;
        } else {
            files::write(&to, &files::read(&path)?)?;
        }
    }
    Ok(())
}

fn script(from: &Path, to: &Path, work: &Path, names: &Names, tools: &Tools) -> Result<(), BuildError> {
    let text = with_names(&files::read_text(from)?, names);
    let filled = work.join("script.js");
    files::write(&filled, text.as_bytes())?;
    if !tools.shrink_text(&filled, to, &["--format=iife"])? {
        files::write(to, text.as_bytes())?;
    }
    Ok(())
}

fn with_names(text: &str, names: &Names) -> String {
    text.replace(BUILD_ID, &names.build_id).replace(STYLESHEET, &names.stylesheet)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_service_worker_learns_its_build_and_its_stylesheet() {
        let names = Names { build_id: "abc".to_owned(), stylesheet: "/pkg/x.css".to_owned() };
        assert_eq!(
            with_names("const a = \"@BUILD_ID@\", b = \"@STYLESHEET@\";", &names),
            "const a = \"abc\", b = \"/pkg/x.css\";"
        );
    }

    #[test]
    fn the_build_id_changes_with_public_files_and_with_hashes() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.svg"), "1").unwrap();
        let first = build_id(folder.path(), "js: a").unwrap();
        assert_eq!(first, build_id(folder.path(), "js: a").unwrap());
        assert_ne!(first, build_id(folder.path(), "js: b").unwrap());
        std::fs::write(folder.path().join("a.svg"), "2").unwrap();
        assert_ne!(first, build_id(folder.path(), "js: a").unwrap());
    }

    #[test]
    fn the_service_worker_of_this_repository_asks_for_both() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../public/service-worker.js");
        let text = files::read_text(&path).unwrap();
        assert!(text.contains(BUILD_ID) && text.contains(STYLESHEET));
    }
}
