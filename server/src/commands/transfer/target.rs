//! A file that has another name until it is whole, and is removed if it does not get there.

use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// A file that is being filled.
pub struct NewFile {
    path: PathBuf,
}

impl NewFile {
    /// Makes room for it beside the file whose name it will get: what an earlier try has left is removed.
    ///
    /// # Errors
    /// What the file system gives, and where the log of a store that is gone would become the new file's.
    pub fn beside(file: &Path) -> io::Result<Self> {
        let log = with_ending(file, "-wal");
        if log.exists() {
            let message = format!("{} is left over from another store; move it away first", log.display());
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, message));
        }
        let new = Self { path: with_ending(file, ".partial") };
        for path in new.files() {
            match std::fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(new)
    }

    /// Where it is filled.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Gives it its name, on disk when it returns.
    ///
    /// # Errors
    /// What the file system gives.
    pub fn give_name(self, file: &Path) -> io::Result<()> {
        // Closed, a database has moved its log into the file, unless the disk failed: then the file alone is not whole.
        if with_ending(&self.path, "-wal").metadata().is_ok_and(|log| log.len() > 0) {
            return Err(io::Error::other("the database could not move its log into the file"));
        }
        File::open(&self.path)?.sync_all()?;
        std::fs::rename(&self.path, file)?;
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder)?.sync_all()
    }

    fn files(&self) -> [PathBuf; 3] {
        ["", "-wal", "-shm"].map(|ending| with_ending(&self.path, ending))
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        for path in self.files() {
            // After it was named there is nothing to remove; otherwise the command tells its own error already.
            let _ = std::fs::remove_file(path);
        }
    }
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    PathBuf::from(name)
}
