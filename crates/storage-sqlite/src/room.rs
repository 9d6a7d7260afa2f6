//! Room on the disk for what must never run out of it.
//!
//! `SQLite` shares the index of its write-ahead log between connections through mapped memory (`-shm`), which it makes longer by a byte
//! for each 4 KiB. On a file system with smaller blocks that leaves holes, and to write into a hole of mapped memory on a full disk
//! ends the program with SIGBUS. So the file is filled here before it is needed, and opening on a full disk is refused.

use std::path::{Path, PathBuf};

use storage::StoreError;

/// What opening needs at least: the index below and some pages of the log.
const LEAST_FREE_BYTES: u64 = 2 * 1024 * 1024;
/// The index of a log of 512 MiB, eight times the length at which it is moved into the file.
#[cfg(unix)]
const INDEX_BYTES: u64 = 1024 * 1024;
/// The index of a page of the log takes a little more than 8 bytes.
#[cfg(unix)]
const LOG_BYTES_PER_INDEX_BYTE: u64 = 256;

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn failed(operation: &'static str, error: impl Into<storage::Cause>) -> StoreError {
    StoreError::Failed { operation, source: error.into() }
}

/// Refuses where the disk is as good as full.
#[cfg(unix)]
pub fn look_for(path: &Path) -> Result<(), StoreError> {
    use std::io::ErrorKind::StorageFull;
    let trial = beside(path, "-room");
    let outcome = (|| {
        let file = std::fs::File::create(&trial)?;
        allocate(&file, LEAST_FREE_BYTES)
    })();
    // Whether it could be made or not, and whoever has left one behind: it is nobody's.
    let removed = std::fs::remove_file(&trial);
    match outcome {
        Ok(()) => removed.map_err(|error| failed("remove what tried whether the disk has room", error)),
        Err(error) if matches!(error.kind(), StorageFull | std::io::ErrorKind::QuotaExceeded) => Err(failed(
            "open the database",
            format!(
                "its disk is full: {} needs at least {} MiB free to be opened; make room and start again",
                path.display(),
                LEAST_FREE_BYTES / 1024 / 1024
            ),
        )),
        // Opening says better what is wrong: no rights, a read-only file system.
        Err(_) => Ok(()),
    }
}

/// Which file it is, whatever its name: its device and its number there.
pub type FileIdentity = (u64, u64);

/// The file of that name now; `None` where there is none, or where the system can't tell files apart.
#[cfg(unix)]
pub fn identity(path: &Path) -> Option<FileIdentity> {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata(path).ok().map(|file| (file.dev(), file.ino()))
}

/// Refuses where the opened file is no longer the one of that name: what is written then is gone with the program.
pub fn is_still(path: &Path, opened: Option<FileIdentity>) -> Result<(), StoreError> {
    if identity(path) == opened {
        return Ok(());
    }
    let what = format!("{} was removed or replaced while it was in use; start the server again", path.display());
    Err(failed("write to the database", what))
}

/// The indexes that were filled by this process. None is ever closed: closing a file takes away every lock that the process has on
/// it, `SQLite`'s own too, and then the next process that opens the database takes the index for left over and cuts it, which ends
/// this one with SIGBUS.
#[cfg(unix)]
static INDEXES: std::sync::Mutex<Vec<(FileIdentity, std::fs::File)>> = std::sync::Mutex::new(Vec::new());

/// Fills the index of the log, as long as the log needs it now and for a good while.
#[cfg(unix)]
pub fn keep_index(path: &Path) -> Result<(), StoreError> {
    let log_bytes = std::fs::metadata(beside(path, "-wal")).map_or(0, |log| log.len());
    let wanted = INDEX_BYTES.max(2 * log_bytes / LOG_BYTES_PER_INDEX_BYTE);
    let index = beside(path, "-shm");
    let mut indexes = INDEXES.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    // Nobody has used the log yet where there is none.
    let Some(identity) = identity(&index) else { return Ok(()) };
    if let Some((_, known)) = indexes.iter().find(|(known, _)| *known == identity) {
        return allocate(known, wanted).map_err(|error| failed("keep room for the index of the log", error));
    }
    let opened = std::fs::OpenOptions::new().write(true).open(&index);
    let opened = opened.map_err(|error| failed("keep room for the index of the log", error))?;
    let filled = allocate(&opened, wanted).map_err(|error| failed("keep room for the index of the log", error));
    indexes.push((identity, opened));
    filled
}

/// Gives a file its blocks from the beginning; what is in it stays.
#[cfg(unix)]
fn allocate(file: &std::fs::File, bytes: u64) -> std::io::Result<()> {
    use rustix::fs::{FallocateFlags, fallocate};
    match fallocate(file, FallocateFlags::empty(), 0, bytes) {
        // A file system that can't says nothing about how full it is.
        Err(rustix::io::Errno::OPNOTSUPP | rustix::io::Errno::NOSYS) => Ok(()),
        other => other.map_err(Into::into),
    }
}

#[cfg(not(unix))]
pub fn identity(_path: &Path) -> Option<FileIdentity> {
    None
}

#[cfg(not(unix))]
pub fn look_for(_path: &Path) -> Result<(), StoreError> {
    Ok(())
}

#[cfg(not(unix))]
pub fn keep_index(_path: &Path) -> Result<(), StoreError> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn trying_for_room_leaves_nothing_behind() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        look_for(&folder.path().join("kpis.sqlite")).expect("room");
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0);
    }

    #[test]
    fn the_index_is_filled_and_its_content_stays() {
        use std::os::unix::fs::MetadataExt as _;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("kpis.sqlite");
        std::fs::write(beside(&path, "-shm"), b"index").expect("a file");
        keep_index(&path).expect("room");
        let index = beside(&path, "-shm");
        assert_eq!(std::fs::read(&index).expect("a file")[..5], *b"index");
        assert!(std::fs::metadata(&index).expect("a file").blocks() * 512 >= INDEX_BYTES);
    }
}
