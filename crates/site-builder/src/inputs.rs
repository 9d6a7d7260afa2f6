//! Which files a build depends on, and one fingerprint over their contents.
//!
//! The frontend's sources are the ones the compiler itself named in its dependency file after the last build, so nothing
//! has to be listed by hand.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::error::BuildError;
use crate::files;

/// A fingerprint over names and contents of files and over other words that matter.
///
/// A file that is not there counts as such: adding or removing one changes the fingerprint.
pub fn fingerprint(paths: &[PathBuf], words: &[&str]) -> String {
    let mut digest = Sha256::new();
    for word in words {
        digest.update(word.as_bytes());
        digest.update([0]);
    }
    for path in paths {
        digest.update(path.to_string_lossy().as_bytes());
        digest.update([0]);
        match std::fs::read(path) {
            Ok(bytes) => {
                digest.update(bytes.len().to_le_bytes());
                digest.update(&bytes);
            }
            Err(_) => digest.update([1]),
        }
    }
    hex(&digest.finalize())
}

/// The first 16 hexadecimal digits of the SHA-256 of some bytes: enough to tell builds apart in a file's name.
pub fn short_hash(bytes: &[u8]) -> String {
    let mut text = hex(&Sha256::digest(bytes));
    text.truncate(16);
    text
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing into a String can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The manifests that decide what the frontend is compiled from.
pub fn manifests(root: &Path) -> Result<Vec<PathBuf>, BuildError> {
    let mut paths: Vec<PathBuf> = ["Cargo.toml", "Cargo.lock", "rust-toolchain.toml", ".cargo/config.toml"]
        .iter()
        .map(|name| root.join(name))
        .collect();
    paths.extend(["app/Cargo.toml", "frontend/Cargo.toml"].iter().map(|name| root.join(name)));
    let crates = root.join("crates");
    if crates.is_dir() {
        let mut folders: Vec<PathBuf> = std::fs::read_dir(&crates)
            .map_err(BuildError::file("list", &crates))?
            .filter_map(|entry| entry.ok().map(|entry| entry.path().join("Cargo.toml")))
            .collect();
        folders.sort();
        paths.extend(folders);
    }
    Ok(paths)
}

/// This task's own sources: a changed step must run again.
pub fn own_sources(root: &Path) -> Result<Vec<PathBuf>, BuildError> {
    files::list(&root.join("crates/site-builder/src"))
}

/// The prerequisites that a makefile-like dependency file (`frontend.d`) names.
pub fn dependencies(text: &str) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    for line in text.lines() {
        let Some((_, list)) = line.split_once(": ") else {
            continue;
        };
        let mut path = String::new();
        let mut letters = list.chars();
        while let Some(letter) = letters.next() {
            match letter {
                '\\' => path.extend(letters.next()),
                ' ' if path.is_empty() => {}
                ' ' => paths.push(PathBuf::from(std::mem::take(&mut path))),
                other => path.push(other),
            }
        }
        if !path.is_empty() {
            paths.push(PathBuf::from(path));
        }
    }
    paths.sort();
    paths.dedup();
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dependency_file_names_paths_with_escaped_spaces() {
        let text = "/t/frontend.wasm: /r/app/a.rs /r/my\\ house/b.rs /r/app/a.rs\n";
        assert_eq!(dependencies(text), [PathBuf::from("/r/app/a.rs"), PathBuf::from("/r/my house/b.rs")]);
    }

    #[test]
    fn a_fingerprint_changes_with_contents_with_words_and_with_removal() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.css");
        let paths = [path.clone()];
        std::fs::write(&path, "a{}").unwrap();
        let first = fingerprint(&paths, &["x"]);
        assert_eq!(first, fingerprint(&paths, &["x"]));
        assert_ne!(first, fingerprint(&paths, &["y"]));
        std::fs::write(&path, "b{}").unwrap();
        let second = fingerprint(&paths, &["x"]);
        assert_ne!(first, second);
        std::fs::remove_file(&path).unwrap();
        assert_ne!(second, fingerprint(&paths, &["x"]));
    }
}
