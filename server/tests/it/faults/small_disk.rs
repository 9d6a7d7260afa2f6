//! Small file systems that really become full. Mounting needs rights that not every machine gives; a test says that it could not.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::{NamedTempFile, TempDir};

use crate::running::folder;

/// A mounted file system.
pub struct SmallDisk {
    folder: TempDir,
    _image: Option<NamedTempFile>,
}

impl SmallDisk {
    /// In memory.
    pub fn in_memory(mib: u64) -> Option<Self> {
        let folder = folder();
        let size = format!("size={mib}m");
        let is_mounted = succeeds(Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder.path()));
        told(is_mounted.then_some(Self { folder, _image: None }))
    }

    /// ext4 in a file.
    pub fn ext4(mib: u64, block_bytes: u32) -> Option<Self> {
        let (image, folder) = (NamedTempFile::new().unwrap(), folder());
        image.as_file().set_len(mib << 20).unwrap();
        let block = block_bytes.to_string();
        let is_made = succeeds(Command::new("mkfs.ext4").args(["-q", "-m", "0", "-b", &block]).arg(image.path()));
        let mut mount = Command::new("mount");
        let is_mounted = is_made && succeeds(mount.args(["-o", "loop"]).arg(image.path()).arg(folder.path()));
        told(is_mounted.then_some(Self { folder, _image: Some(image) }))
    }

    /// A folder in it.
    pub fn data(&self) -> PathBuf {
        let data = self.folder.path().join("data");
        std::fs::create_dir_all(&data).unwrap();
        data
    }

    fn filler(&self) -> PathBuf {
        self.folder.path().join("filler")
    }

    /// Takes all room but some bytes.
    pub fn fill(&self, leaving_bytes: u64) {
        self.make_room();
        let mut filler = File::create(self.filler()).unwrap();
        let chunk = vec![0x5a; 1 << 16];
        for size in [1 << 16, 1 << 10] {
            while filler.write_all(&chunk[..size]).and_then(|()| filler.sync_data()).is_ok() {}
        }
        let length = filler.metadata().unwrap().len();
        filler.set_len(length.saturating_sub(leaving_bytes)).unwrap();
        filler.sync_all().unwrap();
    }

    /// Gives the room back.
    pub fn make_room(&self) {
        // At first there is none.
        let _ = std::fs::remove_file(self.filler());
    }

    /// Removes everything in the folder.
    pub fn clear(&self) {
        std::fs::remove_dir_all(self.data()).unwrap();
        self.data();
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        succeeds(Command::new("umount").arg("--lazy").arg(self.folder.path()));
    }
}

fn succeeds(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

fn told(disk: Option<SmallDisk>) -> Option<SmallDisk> {
    if disk.is_none() {
        println!("skipped: this user can't mount a file system here");
    }
    disk
}
