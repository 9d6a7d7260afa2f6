//! Every file of every corpus goes through its target; and target, program and corpus belong together.
#![expect(clippy::expect_used, reason = "a test may stop at the first surprise")]

use std::collections::BTreeSet;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

use fuzz_targets::TARGETS;

const MOST_BYTES: u64 = 64 << 10;
const MOST_BYTES_OF_ALL: u64 = 1_500_000;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz").join(name)
}

fn entries(folder: &Path) -> BTreeSet<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder can be listed");
    entries.map(|entry| entry.expect("an entry can be read").path()).collect()
}

/// The names in a folder, without what stands behind the first dot.
fn names(folder: &Path) -> BTreeSet<String> {
    let name = |path: &PathBuf| path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    entries(folder).iter().filter_map(name).collect()
}

fn targets() -> BTreeSet<String> {
    TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect()
}

#[test]
fn no_input_that_was_ever_kept_breaks_its_target() {
    let mut broken = Vec::new();
    for (name, target) in TARGETS {
        for path in entries(&folder("corpus").join(name)) {
            let input = std::fs::read(&path).expect("an input can be read");
            if catch_unwind(|| target(&input)).is_err() {
                broken.push(path);
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn every_target_has_a_corpus_and_every_corpus_a_target() {
    assert_eq!(names(&folder("corpus")), targets());
    for name in targets() {
        assert!(!entries(&folder("corpus").join(&name)).is_empty(), "{name} has no input");
    }
}

#[test]
fn every_target_has_a_program_and_every_program_a_target() {
    assert_eq!(names(&folder("targets")), targets());
    let manifest = std::fs::read_to_string(folder("Cargo.toml")).expect("the manifest can be read");
    for name in targets() {
        let source = std::fs::read_to_string(folder("targets").join(format!("{name}.rs"))).expect("a program");
        assert!(source.contains(&format!("fuzz_targets::{name}(data)")), "{name} calls another target");
        assert!(manifest.contains(&format!("path = \"targets/{name}.rs\"")), "{name} is not in fuzz/Cargo.toml");
    }
}

#[test]
fn the_corpora_stay_small() {
    let sizes = TARGETS.iter().flat_map(|(name, _)| entries(&folder("corpus").join(name))).map(|path| {
        let bytes = path.metadata().expect("an input has a size").len();
        assert!(bytes <= MOST_BYTES, "{} has {bytes} bytes", path.display());
        bytes
    });
    let bytes: u64 = sizes.sum();
    assert!(bytes <= MOST_BYTES_OF_ALL, "{bytes} bytes");
}
