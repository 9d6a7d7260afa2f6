//! The statements, each written once for every database, and those that are made for a question.
//!
//! A statement is made of the text of its file and of names that this module knows; no value ever becomes part of one.

use std::sync::LazyLock;

use crate::bulk_insert::{Insert, with_list};
use crate::{Observation, PayloadQuery, PayloadState, Recorded};

pub const INSERT_PAYLOAD: &str = include_str!("../queries/insert_payload.sql");
pub const INSERT_PAYLOAD_BODY: &str = include_str!("../queries/insert_payload_body.sql");
pub const PAYLOAD: &str = include_str!("../queries/payload.sql");
pub const PAYLOAD_OF_NUMBER: &str = include_str!("../queries/payload_of_number.sql");
pub const LATEST_PAYLOAD: &str = include_str!("../queries/latest_payload.sql");
pub const PAYLOAD_TO_JUDGE: &str = include_str!("../queries/payload_to_judge.sql");
pub const JUDGE_PAYLOAD: &str = include_str!("../queries/judge_payload.sql");
pub const MARK_BODIES_DROPPED: &str = include_str!("../queries/mark_bodies_dropped.sql");
pub const DROP_BODY: &str = include_str!("../queries/drop_body.sql");
pub const ADD_TO_SOURCE: &str = include_str!("../queries/add_to_source.sql");
pub const CORRECT_SOURCE: &str = include_str!("../queries/correct_source.sql");
pub const SOURCE_SUMMARIES: &str = include_str!("../queries/source_summaries.sql");
pub const POINTS: &str = include_str!("../queries/points.sql");
pub const OBSERVATIONS: &str = include_str!("../queries/observations.sql");
pub const OBSERVATION: &str = include_str!("../queries/observation.sql");
pub const STANDING_OF_REPORT: &str = include_str!("../queries/standing_of_report.sql");
pub const PAYLOADS_OF_REPORT: &str = include_str!("../queries/payloads_of_report.sql");
pub const PUT_BENCHMARK_RUN: &str = include_str!("../queries/put_benchmark_run.sql");
pub const BENCHMARK_RUNS: &str = include_str!("../queries/benchmark_runs.sql");
pub const BENCHMARK_RUN: &str = include_str!("../queries/benchmark_run.sql");
pub const INTERRUPT_RUNNING_BENCHMARKS: &str = include_str!("../queries/interrupt_running_benchmarks.sql");
pub const INSERT_JOURNAL_ENTRY: &str = include_str!("../queries/insert_journal_entry.sql");
pub const JOURNAL: &str = include_str!("../queries/journal.sql");
pub const JOURNAL_OF: &str = include_str!("../queries/journal_of.sql");
pub const JOURNAL_ABOUT: &str = include_str!("../queries/journal_about.sql");
pub const PUT_DOCUMENT: &str = include_str!("../queries/put_document.sql");
pub const DOCUMENT: &str = include_str!("../queries/document.sql");
pub const INSERT_MESSAGE: &str = include_str!("../queries/insert_message.sql");
pub const PUT_MESSAGE: &str = include_str!("../queries/put_message.sql");
pub const DUE_MESSAGES: &str = include_str!("../queries/due_messages.sql");
pub const DUE_CHANNELS: &str = include_str!("../queries/due_channels.sql");
pub const DUE_MESSAGES_OF: &str = include_str!("../queries/due_messages_of.sql");
pub const MAKE_MESSAGES_DUE: &str = include_str!("../queries/make_messages_due.sql");
pub const MESSAGES: &str = include_str!("../queries/messages.sql");
pub const SAMPLE_SERIES: &str = include_str!("../queries/sample_series.sql");
pub const BLOCK_EXTENTS: &str = include_str!("../queries/block_extents.sql");
const BLOCK_EXTENTS_OF: &str = include_str!("../queries/block_extents_of.sql");
const ROLLED_OF: &str = include_str!("../queries/rolled_of.sql");
pub const BLOCKS: &str = include_str!("../queries/blocks.sql");
pub const ROLLED: &str = include_str!("../queries/rolled.sql");
pub const DELETE_BLOCK: &str = include_str!("../queries/delete_block.sql");
pub const PUT_FLUSHED_PAYLOAD: &str = include_str!("../queries/put_flushed_payload.sql");
pub const FLUSHED_PAYLOAD: &str = include_str!("../queries/flushed_payload.sql");
pub const LATEST_BLOCK: &str = include_str!("../queries/latest_block.sql");
pub const DROP_BLOCKS: &str = include_str!("../queries/drop_blocks.sql");
pub const DROP_ROLLED: &str = include_str!("../queries/drop_rolled.sql");
pub const POINT_WATERMARK: &str = include_str!("../queries/point_watermark.sql");
pub const PUT_POINT_WATERMARK: &str = include_str!("../queries/put_point_watermark.sql");
pub const POINT_SERIES: &str = include_str!("../queries/point_series.sql");
pub const POINT_LABEL_SETS: &str = include_str!("../queries/point_label_sets.sql");
pub const POINT_SEGMENTS: &str = include_str!("../queries/point_segments.sql");
const POINT_SEGMENT_BYTES: &str = include_str!("../queries/point_segment_bytes.sql");
const DELETE_POINT_SEGMENTS: &str = include_str!("../queries/delete_point_segments.sql");
const DELETE_POINT_SEGMENT_BYTES: &str = include_str!("../queries/delete_point_segment_bytes.sql");
/// What deletes everything that was settled, in this order.
pub const FORGET_POINTS: [&str; 5] = [
    include_str!("../queries/forget_points/point_watermark.sql"),
    include_str!("../queries/forget_points/point_segment_bytes.sql"),
    include_str!("../queries/forget_points/point_segments.sql"),
    include_str!("../queries/forget_points/point_label_sets.sql"),
    include_str!("../queries/forget_points/point_series.sql"),
];
pub const MIGRATIONS_APPLIED: &str = include_str!("../queries/migrations_applied.sql");
pub const CHECK: &str = include_str!("../queries/check.sql");
pub const LATEST: &str = include_str!("../queries/latest.sql");
pub const DIGESTS_OF: &str = include_str!("../queries/digests_of.sql");
pub const STORED_BODIES: &str = include_str!("../queries/stored_bodies.sql");

/// What must find no row: the table, the statement that lists ids, and what is wrong with them.
pub const CONTRADICTIONS: [(&str, &str, &str); 8] = [
    (
        "observations",
        include_str!("../queries/contradictions/observations_without_payload.sql"),
        "the payload that brought it is not there",
    ),
    (
        "observations",
        include_str!("../queries/contradictions/superseding_nothing.sql"),
        "the observation whose place it took is not there",
    ),
    (
        "payload_bodies",
        include_str!("../queries/contradictions/bodies_without_payload.sql"),
        "bytes of a payload that is not there",
    ),
    ("payloads", include_str!("../queries/contradictions/payload_numbers.sql"), "a number or a count can't be"),
    (
        "sources",
        include_str!("../queries/contradictions/totals_of_sources.sql"),
        "the totals of the source are not what its payloads come to",
    ),
    (
        "journal",
        include_str!("../queries/contradictions/gaps_in_streams.sql"),
        "the numbers of the stream have a gap: an entry is missing",
    ),
    (
        "sample_series",
        include_str!("../queries/contradictions/blocks_of_no_series.sql"),
        "blocks belong to a series that is not there",
    ),
    (
        "sample_watermark",
        include_str!("../queries/contradictions/watermark.sql"),
        "it is above the number of every payload: samples of later ones would not be read again",
    ),
];

pub static INSERT_OBSERVATIONS: LazyLock<Insert> =
    LazyLock::new(|| Insert::new(include_str!("../queries/insert_observations.sql")));
pub static INSERT_SAMPLE_SERIES: LazyLock<Insert> =
    LazyLock::new(|| Insert::new(include_str!("../queries/insert_sample_series.sql")));
pub static INSERT_BLOCKS: LazyLock<Insert> =
    LazyLock::new(|| Insert::new(include_str!("../queries/insert_blocks.sql")));
pub static PUT_ROLLED: LazyLock<Insert> = LazyLock::new(|| Insert::new(include_str!("../queries/put_rolled.sql")));

pub static PUT_POINT_SERIES: LazyLock<Insert> =
    LazyLock::new(|| Insert::new(include_str!("../queries/put_point_series.sql")));
pub static INSERT_POINT_LABEL_SETS: LazyLock<Insert> =
    LazyLock::new(|| Insert::new(include_str!("../queries/insert_point_label_sets.sql")));
pub static INSERT_POINT_SEGMENTS: LazyLock<Insert> =
    LazyLock::new(|| Insert::new(include_str!("../queries/insert_point_segments.sql")));
pub static INSERT_POINT_SEGMENT_BYTES: LazyLock<Insert> =
    LazyLock::new(|| Insert::new(include_str!("../queries/insert_point_segment_bytes.sql")));

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

/// The statement that reads the bytes of that many segments of points.
pub fn point_segment_bytes(count: usize) -> String {
    with_list(POINT_SEGMENT_BYTES, 1, count)
}

/// The statement that deletes that many segments of points.
pub fn delete_point_segments(count: usize) -> String {
    with_list(DELETE_POINT_SEGMENTS, 1, count)
}

/// The statement that deletes the bytes of that many segments of points.
pub fn delete_point_segment_bytes(count: usize) -> String {
    with_list(DELETE_POINT_SEGMENT_BYTES, 1, count)
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
