//! The chain of gate decisions, from the last one back: each names the hash of the one before it.

use governance::{Link, is_sound};
use journal::stream::DECISIONS;
use storage::{Store, StoreError};

use super::{Pace, Verification};

/// How many are held at once: each carries its evidence.
const PAGE: u32 = 20;

pub(super) async fn look(store: &dyn Store, pace: &dyn Pace, found: &mut Verification) -> Result<bool, StoreError> {
    let mut before = None;
    // What the decision behind says of the hash of this one.
    let mut named: Option<String> = None;
    let mut tell = |version: i64, problem: &str| {
        found.tell("journal", format!("{DECISIONS} {version}"), problem, "gate decisions; see `gate verify`");
    };
    loop {
        let entries = match store.journal_of(DECISIONS, before, PAGE).await {
            Ok(entries) => entries,
            Err(error) => {
                found.unreadable("journal", format!("decisions before {before:?}"), error)?;
                return Ok(true);
            }
        };
        let Some(last) = entries.last() else { break };
        before = Some(last.version);
        for entry in &entries {
            let Ok(link) = serde_json::from_str::<Link>(&entry.body_json) else {
                tell(entry.version, "a decision can't be read");
                named = None;
                continue;
            };
            if named.as_ref().is_some_and(|named| *named != link.hash) {
                tell(entry.version, "the decision behind it names another one: one was changed, left out or put in");
            }
            if !is_sound(&link) {
                tell(entry.version, "its record is not the one that was hashed");
            }
            named = Some(link.previous);
        }
        if !pace.turn().await {
            return Ok(false);
        }
    }
    if named.is_some_and(|named| !named.is_empty()) {
        tell(1, "the first decision names one before it, which is missing");
    }
    Ok(true)
}
