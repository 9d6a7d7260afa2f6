//! The statements, each written once for every database, and the two ways in which one is widened for many values.
//!
//! A widened statement is made of the text of its file alone; no value ever becomes part of a statement.

use std::fmt::Write as _;
use std::sync::LazyLock;

use crate::{Observation, Recorded};

pub const INSERT_PAYLOAD: &str = include_str!("../queries/insert_payload.sql");
pub const POINTS: &str = include_str!("../queries/points.sql");
pub const OBSERVATIONS: &str = include_str!("../queries/observations.sql");
pub const OBSERVATION: &str = include_str!("../queries/observation.sql");
pub const PAYLOAD: &str = include_str!("../queries/payload.sql");
pub const SOURCE_SUMMARIES: &str = include_str!("../queries/source_summaries.sql");
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
pub const MESSAGES: &str = include_str!("../queries/messages.sql");
pub const MIGRATIONS_APPLIED: &str = include_str!("../queries/migrations_applied.sql");
pub const CHECK: &str = include_str!("../queries/check.sql");

const INSERT_OBSERVATIONS: &str = include_str!("../queries/insert_observations.sql");
const OBSERVATIONS_OF_SERIES: &str = include_str!("../queries/observations_of_series.sql");

/// Greater than every id, so that a list without a cursor begins at its first row.
pub const BEHIND_EVERY_ID: &str = "\u{10FFFF}";

const MANY: usize = 100;
const SOME: usize = 10;
static INSERT_MANY: LazyLock<String> = LazyLock::new(|| with_rows(INSERT_OBSERVATIONS, MANY));
static INSERT_SOME: LazyLock<String> = LazyLock::new(|| with_rows(INSERT_OBSERVATIONS, SOME));

/// Cuts rows into batches, each with the statement that inserts just as many.
///
/// Only three sizes occur (100, 10 and 1), so that a connection prepares three statements and keeps them.
pub fn insert_batches<T>(mut rows: &[T]) -> Vec<(&'static str, &[T])> {
    let mut batches = Vec::new();
    while !rows.is_empty() {
        let (statement, count) = match rows.len() {
            MANY.. => (INSERT_MANY.as_str(), MANY),
            SOME.. => (INSERT_SOME.as_str(), SOME),
            _ => (INSERT_OBSERVATIONS, 1),
        };
        let (batch, rest) = rows.split_at(count);
        batches.push((statement, batch));
        rows = rest;
    }
    batches
}

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
    let mut list = String::from("($6");
    for number in 7..6 + series_count {
        let _infallible = write!(list, ", ${number}");
    }
    list.push(')');
    OBSERVATIONS_OF_SERIES.replace("($6)", &list)
}

/// The greatest version that comes before the given one; of all where none is given. Versions are not negative.
pub fn latest_version(before_version: Option<i64>) -> i64 {
    before_version.map_or(i64::MAX, |version| version.saturating_sub(1))
}

/// Repeats the one row of an `INSERT … VALUES (…)`, numbering the placeholders on.
fn with_rows(statement: &str, row_count: usize) -> String {
    let columns = statement.matches('$').count();
    let mut rows = String::new();
    for row in 0..row_count {
        rows.push_str(if row == 0 { "(" } else { ", (" });
        for column in 1..=columns {
            let separator = if column == 1 { "" } else { ", " };
            let _infallible = write!(rows, "{separator}${}", row * columns + column);
        }
        rows.push(')');
    }
    let one_row_at = statement.find("($1,");
    let behind_it_at = statement.find(&format!("${columns})"));
    match (one_row_at, behind_it_at) {
        (Some(start), Some(last)) => {
            let end = last + format!("${columns})").len();
            format!("{}{rows}{}", &statement[..start], &statement[end..])
        }
        _ => statement.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_repeated_with_placeholders_counting_on() {
        assert_eq!(
            with_rows("INSERT INTO t (a, b)\nVALUES ($1, $2)\nRETURNING a\n", 3),
            "INSERT INTO t (a, b)\nVALUES ($1, $2), ($3, $4), ($5, $6)\nRETURNING a\n"
        );
    }

    #[test]
    fn the_insert_of_a_hundred_has_a_placeholder_for_every_value() {
        assert_eq!(with_rows(INSERT_OBSERVATIONS, 1), INSERT_OBSERVATIONS);
        assert_eq!(INSERT_MANY.matches('$').count(), 1600);
        assert!(INSERT_MANY.contains("$1600)\nON CONFLICT"));
    }

    #[test]
    fn batches_hold_every_row_once_and_in_order() {
        let rows: Vec<usize> = (0..237).collect();
        let batches = insert_batches(&rows);
        let sizes: Vec<usize> = batches.iter().map(|(_, batch)| batch.len()).collect();
        assert_eq!(sizes, [100, 100, 10, 10, 10, 1, 1, 1, 1, 1, 1, 1]);
        let seen: Vec<usize> = batches.iter().flat_map(|(_, batch)| batch.to_vec()).collect();
        assert_eq!(seen, rows);
        for (statement, batch) in batches {
            assert_eq!(statement.matches('$').count(), batch.len() * 16);
        }
        assert!(insert_batches::<usize>(&[]).is_empty());
    }

    #[test]
    fn the_list_of_series_has_a_placeholder_for_each() {
        assert!(observations_of_series(1).contains("series IN ($6)\n"));
        assert!(observations_of_series(3).contains("series IN ($6, $7, $8)\n"));
    }
}
