//! Reading, writing and listing files with errors that name them.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::BuildError;

/// The bytes of a file.
pub fn read(path: &Path) -> Result<Vec<u8>, BuildError> {
    fs::read(path).map_err(BuildError::file("read", path))
}

/// The text of a UTF-8 file.
pub fn read_text(path: &Path) -> Result<String, BuildError> {
    fs::read_to_string(path).map_err(BuildError::file("read", path))
}

/// Writes a file and makes the folders above it.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), BuildError> {
    if let Some(folder) = path.parent() {
        make_folder(folder)?;
    }
    fs::write(path, bytes).map_err(BuildError::file("write", path))
}

/// Makes a folder and those above it; one that exists already is fine.
pub fn make_folder(path: &Path) -> Result<(), BuildError> {
    fs::create_dir_all(path).map_err(BuildError::file("create", path))
}

/// Makes a folder that is empty, whatever was there before.
pub fn make_empty_folder(path: &Path) -> Result<(), BuildError> {
    remove_folder(path)?;
    make_folder(path)
}

/// Removes a folder with all in it; one that is not there is fine.
pub fn remove_folder(path: &Path) -> Result<(), BuildError> {
    if path.exists() {
        fs::remove_dir_all(path).map_err(BuildError::file("remove", path))?;
    }
    Ok(())
}

/// Every file below a folder, sorted; empty where there is no such folder.
pub fn list(folder: &Path) -> Result<Vec<PathBuf>, BuildError> {
    let mut found = Vec::new();
    let mut pending = vec![folder.to_path_buf()];
    while let Some(folder) = pending.pop() {
        if !folder.is_dir() {
            continue;
        }
        for entry in fs::read_dir(&folder).map_err(BuildError::file("list", &folder))? {
            let path = entry.map_err(BuildError::file("list", &folder))?.path();
            if path.is_dir() {
                pending.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The extension in lower case, or nothing.
pub fn extension(path: &Path) -> String {
    path.extension().unwrap_or_default().to_string_lossy().to_lowercase()
}
