//! Looks at every stored state at the start, before anything is made of it: one that can't be read stops the program with a sentence
//! that says which one it is, why, and what to do.

use std::collections::{BTreeMap, HashMap};

use access::server_key::ServerKey;
use kpi::alert::Machine;
use serde::{Deserialize, Serialize};
use storage::stored_state::{
    ALERT_MACHINE, BENCHMARK_REPORT_VERSIONS, BLOCK_FORMATS, PULL_CHECKPOINTS, SERVER_KEY, StoredState, TABLE_MAPPING,
    TOKEN_USE, UnreadableState, other_version,
};
use storage::{BenchmarkRun, BenchmarkStore, Document, DocumentStore, Store, StoreError};

use crate::benchmark::BenchmarkReport;
use crate::mapping::KeptMapping;

/// How many documents are held at once.
const PAGE: u32 = 200;
/// How many of the latest benchmark runs are looked at: each report is read whole.
const RUNS: u32 = 100;

/// The greatest versions of blocks that were ever written into a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct BlockFormats {
    samples: u8,
    rollups: u8,
}

const WRITTEN: BlockFormats =
    BlockFormats { samples: series_block::BLOCK_VERSION, rollups: series_block::ROLLED_VERSION };

/// Looks at everything; nothing is written.
///
/// # Errors
/// [`StoreError::Unreadable`] for the first state that can't be read.
pub(crate) async fn check(store: &dyn Store) -> Result<(), StoreError> {
    let mut after = String::new();
    loop {
        let page = store.documents(&after, PAGE).await?;
        let Some(last) = page.last() else { break };
        last.document.name.clone_into(&mut after);
        page.iter().try_for_each(|stored| look(&stored.document))?;
    }
    for run in BenchmarkStore::benchmark_runs(store, RUNS).await? {
        report(&run)?;
    }
    Ok(())
}

/// Looks at one document; one of which this release knows nothing is none of its states.
///
/// # Errors
/// [`UnreadableState`].
pub(crate) fn look(document: &Document) -> Result<(), UnreadableState> {
    match StoredState::of(&document.name) {
        Some(ALERT_MACHINE) => ALERT_MACHINE.read::<Machine>(document).map(|_| ()),
        Some(TABLE_MAPPING) => TABLE_MAPPING.read::<KeptMapping>(document).map(|_| ()),
        Some(SERVER_KEY) => ServerKey::read(document).map(|_| ()),
        Some(TOKEN_USE) => TOKEN_USE.read::<BTreeMap<String, i64>>(document).map(|_| ()),
        Some(PULL_CHECKPOINTS) => PULL_CHECKPOINTS.read::<HashMap<String, i64>>(document).map(|_| ()),
        Some(BLOCK_FORMATS) => block_formats(document),
        Some(_) | None => Ok(()),
    }
}

fn block_formats(document: &Document) -> Result<(), UnreadableState> {
    let stored: BlockFormats = BLOCK_FORMATS.read(document)?;
    for (what, stored, written) in
        [("blocks of samples", stored.samples, WRITTEN.samples), ("blocks of rollups", stored.rollups, WRITTEN.rollups)]
    {
        if stored > written {
            return Err(UnreadableState {
                what: what.to_owned(),
                place: "in the database".to_owned(),
                why: other_version(stored.into(), &[written.into()]),
                remedy: "Start the release that wrote them, or a newer one, or restore a backup".to_owned(),
            });
        }
    }
    Ok(())
}

/// The report of a run that is done; `None` where a run has none, and of a run that failed also where it can't be read.
///
/// # Errors
/// [`UnreadableState`].
pub(crate) fn report(run: &BenchmarkRun) -> Result<Option<BenchmarkReport>, UnreadableState> {
    let Some(report_json) = &run.report_json else { return Ok(None) };
    match BenchmarkReport::parse(report_json) {
        Ok(report) => Ok(Some(report)),
        // A report that was refused when it came is kept as it came.
        Err(_) if run.state != "done" => Ok(None),
        Err(why) => Err(UnreadableState {
            what: "the report of a benchmark".to_owned(),
            place: format!("run {} of {}", run.id, kpi::instant::long(run.started_ms)),
            why,
            remedy: format!(
                "Start the release that wrote it (this one reads version {}), or restore a backup",
                BENCHMARK_REPORT_VERSIONS.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ")
            ),
        }),
    }
}

/// Writes down in which formats blocks are written from here on, so that an older release that does not know them says so.
///
/// # Errors
/// [`StoreError`] where the store failed, or holds formats that this release does not know.
pub async fn remember_block_formats(store: &dyn DocumentStore, now_ms: i64) -> Result<(), StoreError> {
    let stored = store.stored_document(BLOCK_FORMATS.name).await?;
    let version = stored.as_ref().map_or(0, |stored| stored.version);
    if let Some(stored) = stored {
        block_formats(&stored.document)?;
        if BLOCK_FORMATS.read::<BlockFormats>(&stored.document)? == WRITTEN {
            return Ok(());
        }
    }
    store.put_document_if(&BLOCK_FORMATS.document("", &WRITTEN, now_ms)?, version).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(name: &str, body_json: &str) -> Document {
        Document { name: name.to_owned(), body_json: body_json.to_owned(), changed_ms: 0 }
    }

    #[test]
    fn every_state_is_looked_at_and_one_that_is_damaged_or_of_a_later_release_is_told() {
        for state in storage::stored_state::STORED_STATES {
            let name = format!("{}{}", state.name, if state.is_one_of_many { "a" } else { "" });
            for body in ["", "{", "null", r#"{"version":1,"state":{"x":"y"}}"#, r#"{"version":77,"state":{}}"#] {
                let told = look(&document(&name, body)).expect_err(&format!("{name}: {body}")).to_string();
                assert!(told.contains(&name) && told.contains("backup"), "{told}");
            }
        }
        assert_eq!(look(&document("probe", "{")), Ok(()));
    }

    #[test]
    fn blocks_of_a_later_format_are_told() {
        let written = BLOCK_FORMATS.document("", &WRITTEN, 0).expect("a document");
        assert_eq!(look(&written), Ok(()));
        let later = BLOCK_FORMATS.document("", &BlockFormats { rollups: 200, ..WRITTEN }, 0).expect("a document");
        let told = look(&later).expect_err("a refusal").to_string();
        assert!(told.starts_with("blocks of rollups (in the database) can't be read: it is of version 200"), "{told}");
    }

    #[test]
    fn a_report_of_a_run_that_is_done_must_be_readable() {
        let run = |state: &str, report: Option<&str>| BenchmarkRun {
            id: "r".to_owned(),
            started_ms: 0,
            finished_ms: None,
            state: state.to_owned(),
            message: None,
            report_json: report.map(str::to_owned),
        };
        for damaged in ["{", "{}", r#"{"schema_version":9}"#] {
            assert!(report(&run("done", Some(damaged))).is_err(), "{damaged}");
            assert_eq!(report(&run("failed", Some(damaged))), Ok(None));
        }
        assert_eq!(report(&run("done", None)), Ok(None));
    }
}
