//! Faults of the disk on demand: builds `shim.c`, has it loaded into a server, and tells it what fails.

use std::fs::File;
use std::os::unix::fs::{FileExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use tempfile::TempDir;

use crate::running::folder;

const SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/faults/shim.c");

/// The words of the control file, in the order of `struct control`.
#[derive(Debug, Clone, Copy)]
enum Word {
    Loaded,
    Calls,
    Faults,
    Classes,
    Error,
    Flags,
    Countdown,
    Armed,
}

const WRITE: i64 = 1;
const SYNC: i64 = 2;
const RESIZE: i64 = 4;
const OPEN: i64 = 8;
const NAME: i64 = 16;

const FOR_EVER: i64 = 1;
const ONLY_GROWING: i64 = 2;
const SHORT: i64 = 4;

// Linux' own numbers.
const EIO: i64 = 5;
const ENOSPC: i64 = 28;
const EROFS: i64 = 30;
const EDQUOT: i64 = 122;

/// What fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// No space: every write that makes a file longer.
    Full,
    /// No space: every write, as on file systems that never write in place.
    FullForAll,
    /// The quota is used up.
    Quota,
    /// The file system became read-only.
    ReadOnly,
    /// An I/O error at one write, flush or change of length: the how manieth from now, from 1.
    IoAt(i64),
    /// An I/O error at every write from now on.
    Io,
    /// An I/O error at one flush, the how manieth from now.
    SyncAt(i64),
    /// An I/O error at every flush.
    Sync,
    /// One write is cut in half, and after it nothing fits any more.
    Short(i64),
}

impl Fault {
    /// Classes, errno, flags, countdown.
    fn words(self) -> [i64; 4] {
        match self {
            Self::Full => [WRITE | RESIZE | OPEN | NAME, ENOSPC, FOR_EVER | ONLY_GROWING, 1],
            Self::FullForAll => [WRITE | RESIZE, ENOSPC, FOR_EVER, 1],
            Self::Quota => [WRITE | RESIZE, EDQUOT, FOR_EVER | ONLY_GROWING, 1],
            Self::ReadOnly => [WRITE | RESIZE | OPEN | NAME, EROFS, FOR_EVER, 1],
            Self::IoAt(call) => [WRITE | SYNC | RESIZE, EIO, 0, call],
            Self::Io => [WRITE | RESIZE, EIO, FOR_EVER, 1],
            Self::SyncAt(call) => [SYNC, EIO, 0, call],
            Self::Sync => [SYNC, EIO, FOR_EVER, 1],
            Self::Short(call) => [WRITE, ENOSPC, FOR_EVER | SHORT, call],
        }
    }
}

/// The shim of one server.
pub struct Shim {
    watched: PathBuf,
    control: File,
    folder: TempDir,
}

impl Shim {
    /// A shim for the files below a folder, or for one file, that is there already.
    pub fn of(watched: &Path) -> Self {
        let folder = folder();
        // A database's server runs as another user.
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let path = folder.path().join("control");
        std::fs::write(&path, [0; 64]).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o666)).unwrap();
        let control = File::options().read(true).write(true).open(&path).unwrap();
        Self { watched: watched.canonicalize().unwrap(), control, folder }
    }

    /// The environment that loads it.
    pub fn environment(&self) -> Vec<(String, String)> {
        let text = |path: &Path| path.to_str().unwrap().to_owned();
        vec![
            ("LD_PRELOAD".to_owned(), text(library())),
            ("INFERNO_KPI_FAULT_FOLDER".to_owned(), text(&self.watched)),
            ("INFERNO_KPI_FAULT_CONTROL".to_owned(), text(&self.folder.path().join("control"))),
        ]
    }

    fn get(&self, word: Word) -> i64 {
        let mut bytes = [0; 8];
        self.control.read_exact_at(&mut bytes, word as u64 * 8).unwrap();
        i64::from_ne_bytes(bytes)
    }

    fn set(&self, word: Word, value: i64) {
        self.control.write_all_at(&value.to_ne_bytes(), word as u64 * 8).unwrap();
    }

    /// Fails where the shim is not in the server: a program without dynamic linking would pass every test of faults.
    pub fn must_be_loaded(&self) {
        assert!(
            self.get(Word::Loaded) > 0 && self.get(Word::Calls) > 0,
            "the shim sees no call: the program is linked statically, so no fault can be injected into it"
        );
    }

    /// Lets calls fail from now on.
    pub fn arm(&self, fault: Fault) {
        self.free();
        self.set(Word::Faults, 0);
        let [classes, error, flags, countdown] = fault.words();
        let words = [
            (Word::Classes, classes),
            (Word::Error, error),
            (Word::Flags, flags),
            (Word::Countdown, countdown),
            (Word::Armed, 1),
        ];
        for (word, value) in words {
            self.set(word, value);
        }
    }

    /// Everything succeeds again.
    pub fn free(&self) {
        self.set(Word::Armed, 0);
    }

    /// How many calls failed since it was armed.
    pub fn faults(&self) -> i64 {
        self.get(Word::Faults)
    }
}

/// The library, built once for each state of its source.
fn library() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let built = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let library = built.join("inferno-kpi-fault-shim.so");
        let is_newer = |one: &Path, other: &Path| {
            let changed = |path: &Path| path.metadata().and_then(|it| it.modified()).ok();
            changed(one) > changed(other)
        };
        if is_newer(&library, Path::new(SOURCE)) {
            return library;
        }
        // Other processes may build it too: each gives its own the name at the end.
        let own = built.join(format!("inferno-kpi-fault-shim-{}.so", std::process::id()));
        let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".to_owned());
        let output = Command::new(compiler).args(["-shared", "-fPIC", "-O1", SOURCE, "-ldl", "-o"]).arg(&own).output();
        let output = output.expect("a C compiler, which building the program needs too");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        std::fs::rename(&own, &library).unwrap();
        library
    })
}
