//! The statements, each written once for every database, and those that are made for a question.
//!
//! A statement is made of the text of its file and of names that this module knows; no value ever becomes part of one.

mod benchmark;
mod document;
mod examine;
mod journal;
mod lifecycle;
mod log;
mod observation;
mod outbox;
mod payload;
mod point;
mod sample;

use std::sync::LazyLock;

use crate::bulk_insert::{Insert, with_list};
use crate::{Observation, PayloadQuery, PayloadState, Recorded};

pub use benchmark::*;
pub use document::*;
pub use examine::*;
pub use journal::*;
pub use lifecycle::*;
pub use log::*;
pub use observation::*;
pub use outbox::*;
pub use payload::*;
pub use point::*;
pub use sample::*;

const BLOCK_EXTENTS_OF: &str = include_str!("../queries/block_extents_of.sql");
const ROLLED_OF: &str = include_str!("../queries/rolled_of.sql");

pub static INSERT_OBSERVATIONS: LazyLock<Insert> =
    LazyLock::new(|| Insert::new(include_str!("../queries/insert_observations.sql")));
pub static INSERT_SAMPLE_SERIES: LazyLock<Insert> =
    LazyLock::new(|| Insert::new(include_str!("../queries/insert_sample_series.sql")));
pub static INSERT_BLOCKS: LazyLock<Insert> =
    LazyLock::new(|| Insert::new(include_str!("../queries/insert_blocks.sql")));
pub static PUT_ROLLED: LazyLock<Insert> = LazyLock::new(|| Insert::new(include_str!("../queries/put_rolled.sql")));

const OBSERVATIONS_OF_SERIES: &str = include_str!("../queries/observations_of_series.sql");
const PAYLOADS: &str = include_str!("../queries/payloads.sql");
const PAYLOADS_AFTER: &str = include_str!("../queries/payloads_after.sql");

/// Greater than every id, so that a list without a cursor begins at its first row.
pub const BEHIND_EVERY_ID: &str = "\u{10FFFF}";

/// The observations in the order of their unique key, the earlier first where two have the same.
///
/// Transactions that insert the same readings then wait for each other in the same order, never in a circle.
pub fn in_key_order(observations: &[Observation]) -> Vec<&Observation> {
    let mut ordered: Vec<&Observation> = observations.iter().collect();
    ordered.sort_by(|a, b| (&a.source, &a.external_id).cmp(&(&b.source, &b.external_id)));
    ordered
}

/// Says which of the observations are new, given the ids that the database returned.
pub fn recorded(observations: &[Observation], returned_ids: Vec<String>) -> Recorded {
    let mut new: std::collections::HashSet<String> = returned_ids.into_iter().collect();
    // Taken out when met: a second one with the same id in this call was not what the database inserted.
    let inserted_ids: Vec<String> = observations.iter().filter_map(|observation| new.take(&observation.id)).collect();
    Recorded { duplicates: observations.len() - inserted_ids.len(), inserted_ids }
}

/// The statement that lists the observations of that many series, the series being `$6` and up.
pub fn observations_of_series(series_count: usize) -> String {
    with_list(OBSERVATIONS_OF_SERIES, 6, series_count)
}

/// How many series are asked for at once, few and many: only two statements are prepared and kept.
const LISTED: [usize; 2] = [16, 512];

/// Series cut into lists of a few fixed lengths; the last one stands several times where a list is longer than what is left.
pub fn lists(series: &[i64]) -> impl Iterator<Item = Vec<i64>> {
    let [few, many] = LISTED;
    series.chunks(many).map(move |part| {
        let length = if part.len() <= few { few } else { many };
        let last = part.last().copied().unwrap_or_default();
        part.iter().copied().chain(std::iter::repeat(last)).take(length).collect()
    })
}

/// The statement that lists the blocks of that many series.
pub fn block_extents_of(series_count: usize) -> String {
    with_list(BLOCK_EXTENTS_OF, 1, series_count)
}

/// The statement that reads the rollups of that many series, the series being `$4` and up.
pub fn rolled_of(series_count: usize) -> String {
    with_list(ROLLED_OF, 4, series_count)
}

/// The statement that reads the payloads of that many formats, the formats being `$3` and up.
pub fn payloads_after(format_count: usize) -> String {
    with_list(PAYLOADS_AFTER, 3, format_count)
}

/// The statement that lists the payloads wanted, the source, if there is one, being `$3`.
///
/// The conditions that do not hold are left out and the states stand in it by name, so that a database can choose the index
/// that fits.
pub fn payloads(query: &PayloadQuery) -> String {
    let mut conditions = String::from("WHERE number < $1");
    if query.source.is_some() {
        conditions.push_str(" AND source = $3");
    }
    if !query.states.is_empty() {
        // As the index of those that are not read has it.
        if !query.states.contains(&PayloadState::Read) {
            conditions.push_str(" AND state <> 'read'");
        }
        let names: Vec<String> = query.states.iter().map(|state| format!("'{}'", state.name())).collect();
        conditions.extend([" AND state IN (", &names.join(", "), ")"]);
    }
    PAYLOADS.replace("WHERE number < $1", &conditions)
}

/// The greatest version that comes before the given one; of all where none is given. Versions are not negative.
pub fn latest_version(before_version: Option<i64>) -> i64 {
    before_version.map_or(i64::MAX, |version| version.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_of_a_bulk_statement_has_a_placeholder() {
        for (insert, columns) in [
            (&INSERT_OBSERVATIONS, 19),
            (&INSERT_SAMPLE_SERIES, 6),
            (&INSERT_BLOCKS, 6),
            (&PUT_ROLLED, 4),
            (&PUT_POINT_SERIES, 4),
            (&INSERT_POINT_LABEL_SETS, 3),
            (&INSERT_POINT_SEGMENTS, 3),
            (&INSERT_POINT_SEGMENT_BYTES, 3),
            (&INSERT_LOG, 3),
        ] {
            for (statement, rows) in insert.batches(&[(); 111]) {
                assert_eq!(statement.matches('$').count(), columns * rows.len(), "{statement}");
                assert!(statement.contains(&format!("${})", columns * rows.len())), "{statement}");
            }
        }
    }

    #[test]
    fn the_list_of_series_has_a_placeholder_for_each() {
        assert!(observations_of_series(1).contains("series IN ($6)\n"));
        assert!(observations_of_series(3).contains("series IN ($6, $7, $8)\n"));
        assert!(payloads_after(2).contains("format IN ($3, $4)\n"));
    }

    #[test]
    fn a_list_of_payloads_has_the_conditions_that_were_asked_for() {
        let query = |source: Option<&str>, states: &[PayloadState]| {
            let source = source.map(str::to_owned);
            payloads(&PayloadQuery { source, states: states.to_vec(), before_number: None, limit: 1 })
        };
        assert_eq!(query(None, &[]), PAYLOADS);
        assert!(query(Some("ci"), &[PayloadState::Read]).contains("$1 AND source = $3 AND state IN ('read')\n"));
        let waiting = query(None, &[PayloadState::Dead, PayloadState::Partly]);
        assert!(waiting.contains("$1 AND state <> 'read' AND state IN ('dead', 'partly')\n"), "{waiting}");
    }
}
