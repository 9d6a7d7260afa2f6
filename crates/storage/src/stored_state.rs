//! Small states that stand in documents, each with a version of its own, and the one list of the versions that this release reads.
//!
//! A state that can't be read is never replaced by an empty one: whoever reads it is told which one it is, why, and what to do. What
//! the states mean is not known here.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::{Document, StoreError};

/// The version of states from before they had one: the state alone, without the version beside it.
const BARE: i64 = 0;

/// A kind of stored state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredState {
    /// The name of its document; of several documents the beginning of their names.
    pub name: &'static str,
    /// Whether there are several.
    pub is_one_of_many: bool,
    /// What it is, in words.
    pub what: &'static str,
    /// The version that this release writes.
    pub version: i64,
    /// The versions that this release reads.
    pub reads: &'static [i64],
    /// What happens where it is set aside, in words.
    pub without: &'static str,
}

/// Which alerts are pending or firing, and what was told of them.
pub const ALERT_MACHINE: StoredState = StoredState {
    name: "alert-machine",
    is_one_of_many: false,
    what: "the state of the alerts",
    version: 1,
    reads: &[BARE, 1],
    without: "alerts that fire are then told once more, and acknowledgements are forgotten",
};
/// How the tables of a source are read.
pub const TABLE_MAPPING: StoredState = StoredState {
    name: "mapping:",
    is_one_of_many: true,
    what: "how the tables of a source are read",
    version: 1,
    reads: &[BARE, 1],
    without: "tables of that source then wait until somebody says again how they are read",
};
/// A key of the server's own.
pub const SERVER_KEY: StoredState = StoredState {
    name: "key ",
    is_one_of_many: true,
    what: "a key of the server's own",
    version: 1,
    reads: &[BARE, 1],
    without: "another one is then made, and what was named with this one is not recognised any more",
};
/// When tokens were used last.
pub const TOKEN_USE: StoredState = StoredState {
    name: "token-use",
    is_one_of_many: false,
    what: "when tokens were used last",
    version: 1,
    reads: &[BARE, 1],
    without: "tokens are then shown as not used until they are used again",
};
/// Up to when pulled sources were answered.
pub const PULL_CHECKPOINTS: StoredState = StoredState {
    name: "pulled-until",
    is_one_of_many: false,
    what: "up to when sources were asked",
    version: 1,
    reads: &[BARE, 1],
    without: "sources are then asked for their whole look-back once more, which changes nothing that is stored",
};
/// The formats of the blocks of samples that were ever written into the store.
pub const BLOCK_FORMATS: StoredState = StoredState {
    name: "block-formats",
    is_one_of_many: false,
    what: "the formats of the blocks of samples",
    version: 1,
    reads: &[1],
    without: "it is then written anew, for blocks that this release can read",
};

/// Every kind of state in documents. Reports of benchmarks have a version inside ([`BENCHMARK_REPORT_VERSIONS`]), and so have
/// blocks of samples.
pub const STORED_STATES: [StoredState; 6] =
    [ALERT_MACHINE, TABLE_MAPPING, SERVER_KEY, TOKEN_USE, PULL_CHECKPOINTS, BLOCK_FORMATS];

/// The versions of benchmark reports that this release reads; it writes the last one.
pub const BENCHMARK_REPORT_VERSIONS: &[i64] = &[1];

/// A stored state that this release can't read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} ({place}) can't be read: {why}. {remedy}")]
pub struct UnreadableState {
    /// What it is.
    pub what: String,
    /// Where it stands.
    pub place: String,
    /// What is wrong with it.
    pub why: String,
    /// What to do, as a sentence.
    pub remedy: String,
}

impl StoredState {
    /// The kind of state that a document holds; `None` for one of which this release knows nothing.
    pub fn of(document_name: &str) -> Option<Self> {
        STORED_STATES.into_iter().find(|state| {
            if state.is_one_of_many { document_name.starts_with(state.name) } else { document_name == state.name }
        })
    }

    /// The document that holds a state, under its name or, of several, under that name and `which`.
    ///
    /// # Errors
    /// [`StoreError::Failed`] where the state can't be written as JSON.
    pub fn document(&self, which: &str, state: &impl Serialize, now_ms: i64) -> Result<Document, StoreError> {
        let unwritable = |error| StoreError::Failed {
            operation: "write a stored state",
            source: Box::<serde_json::Error>::new(error),
        };
        let state = serde_json::to_value(state).map_err(unwritable)?;
        let body_json = json!({ "version": self.version, "state": state }).to_string();
        Ok(Document { name: format!("{}{which}", self.name), body_json, changed_ms: now_ms })
    }

    /// The state in a document.
    ///
    /// # Errors
    /// [`UnreadableState`] where it is damaged, or of a version that this release does not read.
    pub fn read<T: DeserializeOwned>(&self, document: &Document) -> Result<T, UnreadableState> {
        let body =
            serde_json::from_str(&document.body_json).map_err(|error| self.damaged(document, &error.to_string()))?;
        let (version, state) = self.parts(document, body)?;
        if !self.reads.contains(&version) {
            return Err(self.of_another_version(document, version));
        }
        serde_json::from_value(state).map_err(|error| self.damaged(document, &error.to_string()))
    }

    /// Version and state of a body.
    fn parts(&self, document: &Document, body: Value) -> Result<(i64, Value), UnreadableState> {
        let Value::Object(mut fields) = body else { return Ok((BARE, body)) };
        // States from before have other fields, or, under names that people chose, numbers alone.
        if !fields.get("state").is_some_and(|state| state.is_object() || state.is_array()) {
            return Ok((BARE, Value::Object(fields)));
        }
        let state = fields.remove("state").unwrap_or_default();
        match fields.get("version").and_then(Value::as_i64) {
            Some(version) => Ok((version, state)),
            None => Err(self.damaged(document, "its version is no number")),
        }
    }

    /// What to tell of a document that can't be read as this state.
    pub fn damaged(&self, document: &Document, why: &str) -> UnreadableState {
        UnreadableState {
            what: self.what.to_owned(),
            place: format!("the stored document \"{}\"", document.name),
            why: format!("it is damaged ({why})"),
            remedy: format!(
                "Restore a backup; or set it aside with `inferno-kpi set-aside \"{}\"`: {}",
                document.name, self.without
            ),
        }
    }

    fn of_another_version(&self, document: &Document, version: i64) -> UnreadableState {
        UnreadableState {
            what: self.what.to_owned(),
            place: format!("the stored document \"{}\"", document.name),
            why: other_version(version, self.reads),
            remedy: format!(
                "Start the release that wrote it, or a newer one, or restore a backup; or set it aside with `inferno-kpi set-aside \"{}\"`: {}",
                document.name, self.without
            ),
        }
    }
}

/// "it is of version 3, and this release reads 0 and 1".
pub fn other_version(version: i64, reads: &[i64]) -> String {
    let reads: Vec<String> = reads.iter().map(ToString::to_string).collect();
    format!("it is of version {version}, and this release reads {}", reads.join(" and "))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    type State = BTreeMap<String, i64>;

    fn stored(state: &StoredState, body_json: &str) -> Document {
        Document { name: format!("{}x", state.name), body_json: body_json.to_owned(), changed_ms: 0 }
    }

    #[test]
    fn a_state_comes_back_with_its_version_and_from_before_there_were_versions() {
        let state = State::from([("version".to_owned(), 7), ("state".to_owned(), 8)]);
        for kind in STORED_STATES.iter().filter(|kind| kind.reads.contains(&BARE)) {
            let written = kind.document("x", &state, 5).expect("JSON");
            assert!(written.body_json.contains("\"version\":1"), "{}", written.body_json);
            assert_eq!(kind.read::<State>(&written).expect("a state"), state);
            let bare = stored(kind, &serde_json::to_string(&state).expect("JSON"));
            assert_eq!(kind.read::<State>(&bare).expect("a state"), state);
        }
    }

    #[test]
    fn this_release_reads_what_it_writes() {
        assert!(STORED_STATES.iter().all(|kind| kind.reads.last() == Some(&kind.version)));
    }

    #[test]
    fn what_is_damaged_or_of_a_later_release_is_told_with_what_to_do() {
        for kind in STORED_STATES {
            let later = stored(&kind, r#"{"version":99,"state":{}}"#);
            let told = kind.read::<State>(&later).expect_err("a refusal").to_string();
            assert!(told.contains("is of version 99, and this release reads"), "{told}");
            assert!(told.contains("Start the release that wrote it, or a newer one, or restore a backup"), "{told}");
            for damaged in
                ["", "{", "null", "[1]", "{\"a\":true}", r#"{"version":1,"state":{"a":"b"}}"#, r#"{"state":{}}"#]
            {
                let document = stored(&kind, damaged);
                let refused = kind.read::<State>(&document).expect_err(damaged);
                let told = refused.to_string();
                assert!(told.starts_with(kind.what) && told.contains(&document.name), "{told}");
                let set_aside = format!("set-aside \"{}\"`: {}", document.name, kind.without);
                assert!(told.contains("Restore a backup") || told.contains("restore a backup"), "{told}");
                assert!(told.contains(&set_aside), "{told}");
            }
        }
    }

    #[test]
    fn a_document_is_found_by_its_name() {
        assert_eq!(StoredState::of("alert-machine"), Some(ALERT_MACHINE));
        assert_eq!(StoredState::of("alert-machine-2"), None);
        assert_eq!(StoredState::of("mapping:finance"), Some(TABLE_MAPPING));
        assert_eq!(StoredState::of("key channels"), Some(SERVER_KEY));
        assert_eq!(StoredState::of("probe"), None);
    }
}
