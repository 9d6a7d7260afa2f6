//! The arrows between the layers of ARCHITECTURE.md, read from the manifests, and the purity of the core, read from its
//! sources. What a crate's own tests use is left out.
#![expect(clippy::expect_used, reason = "a test may stop at the first surprise")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

const CORE: [&str; 6] = ["kpi", "series-block", "stats", "formats", "chart", "forecast"];

/// Every crate and the crates of this repository that it may name.
const MAY_NAME: [(&str, &[&str]); 25] = [
    ("kpi", &[]),
    ("series-block", &["kpi"]),
    ("stats", &[]),
    ("formats", &["kpi"]),
    ("chart", &["kpi", "stats"]),
    ("forecast", &["kpi", "stats"]),
    ("storage", &["kpi"]),
    ("connect", &["kpi", "formats"]),
    ("timeseries", &["kpi", "series-block", "formats", "storage"]),
    ("storage-sqlite", &["kpi", "storage"]),
    ("storage-postgres", &["kpi", "storage"]),
    ("engine", &["kpi", "stats"]),
    ("journal", &["storage"]),
    ("access", &["kpi", "storage", "journal"]),
    ("governance", &["kpi", "storage", "journal"]),
    ("alerting", &["kpi", "storage", "journal"]),
    (
        "service",
        &[
            "kpi",
            "series-block",
            "stats",
            "formats",
            "chart",
            "forecast",
            "storage",
            "timeseries",
            "journal",
            "access",
            "governance",
            "alerting",
        ],
    ),
    ("app", &["kpi", "chart", "service"]),
    ("frontend", &["app"]),
    (
        "server",
        &[
            "kpi",
            "stats",
            "formats",
            "chart",
            "forecast",
            "storage",
            "timeseries",
            "connect",
            "storage-sqlite",
            "storage-postgres",
            "engine",
            "journal",
            "access",
            "governance",
            "alerting",
            "service",
            "app",
        ],
    ),
    ("attack", &[]),
    ("fuzz-targets", &["kpi", "series-block", "formats"]),
    ("parity", &["kpi", "forecast"]),
    ("sample-load", &[]),
    ("site-builder", &[]),
];

/// Crates that bring time, chance, network, files or a framework with them.
const NOT_IN_CORE: [&str; 13] = [
    "async-trait",
    "axum",
    "candle-core",
    "candle-nn",
    "getrandom",
    "leptos",
    "rand",
    "sqlx",
    "tokio",
    "tower-http",
    "tracing",
    "ureq",
    "uuid",
];

/// Parts of the standard library that do the same.
const NOT_SAID_IN_CORE: [&str; 7] =
    ["std::env", "std::fs", "std::net", "std::process", "std::thread", "SystemTime", "Instant::now"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn folder(name: &str) -> PathBuf {
    let top = root().join(name);
    if top.is_dir() { top } else { root().join("crates").join(name) }
}

/// The names of a crate's dependencies, without those of its tests.
fn dependencies(name: &str) -> BTreeSet<String> {
    let text = std::fs::read_to_string(folder(name).join("Cargo.toml")).expect("the manifest can be read");
    let manifest: toml::Table = toml::from_str(&text).expect("the manifest is TOML");
    ["dependencies", "build-dependencies"]
        .iter()
        .filter_map(|section| manifest.get(*section)?.as_table())
        .flat_map(|table| table.keys().cloned())
        .collect()
}

fn crates() -> BTreeSet<String> {
    let entries = std::fs::read_dir(root().join("crates")).expect("crates/ can be listed");
    let mut names: BTreeSet<String> =
        entries.map(|entry| entry.expect("an entry can be read").file_name().to_string_lossy().into_owned()).collect();
    names.extend(["app", "frontend", "server"].map(str::to_owned));
    names
}

#[test]
fn every_arrow_points_down() {
    let crates = crates();
    let table: BTreeMap<&str, &[&str]> = MAY_NAME.into_iter().collect();
    for name in &crates {
        let allowed = table.get(name.as_str()).copied();
        assert!(allowed.is_some(), "{name} has no place among the layers yet: add it to this table");
        for other in dependencies(name).intersection(&crates) {
            assert!(allowed.is_some_and(|allowed| allowed.contains(&other.as_str())), "{name} must not name {other}");
        }
    }
}

#[test]
fn only_the_server_names_adapters() {
    for name in crates().iter().filter(|name| *name != "server") {
        for adapter in ["storage-sqlite", "storage-postgres", "engine", "connect"] {
            assert!(!dependencies(name).contains(adapter), "{name} names {adapter}");
        }
    }
}

#[test]
fn the_core_depends_on_nothing_that_acts() {
    for name in CORE {
        for dependency in dependencies(name) {
            assert!(!NOT_IN_CORE.contains(&dependency.as_str()), "{name} depends on {dependency}");
        }
    }
}

#[test]
fn the_core_asks_for_no_time_no_file_and_no_network() {
    for name in CORE {
        let mut pending = vec![folder(name).join("src")];
        while let Some(path) = pending.pop() {
            if path.is_dir() {
                let entries = std::fs::read_dir(&path).expect("a folder can be listed");
                pending.extend(entries.map(|entry| entry.expect("an entry can be read").path()));
                continue;
            }
            if path.extension().is_none_or(|end| end != "rs") {
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("a source can be read");
            let product = text.split("#[cfg(test)]").next().unwrap_or_default();
            for said in NOT_SAID_IN_CORE {
                assert!(!product.contains(said), "{} says {said}", path.display());
            }
        }
    }
}
