//! Bytes of files, and the system's cache of them.

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::process::Command;

use crate::Result;

/// The space that the files of a folder take.
pub fn bytes(folder: &Path) -> Result<u64> {
    let mut sum = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let found = entry.metadata()?;
        sum += if found.is_dir() { bytes(&entry.path())? } else { found.blocks() * 512 };
    }
    Ok(sum)
}

/// Waits until everything is on disk: no round should pay for the one before.
pub fn settle() -> Result<()> {
    Command::new("sync").status()?;
    Ok(())
}

/// Lets the system forget what it holds of files; false where that is not allowed.
pub fn forget() -> Result<bool> {
    settle()?;
    Ok(std::fs::write("/proc/sys/vm/drop_caches", "3").is_ok())
}
