//! Statements that insert one row, made to insert many.
//!
//! A bulk statement is made of the text of its file alone; no value ever becomes part of a statement.

use std::fmt::Write as _;

const MANY: usize = 100;
const SOME: usize = 10;

/// One `INSERT … VALUES (…)` for one, ten and a hundred rows.
///
/// Only three sizes occur, so that a connection prepares three statements and keeps them.
pub struct Insert {
    one: String,
    some: String,
    many: String,
}

impl Insert {
    /// Widens the statement of one row.
    pub fn new(one: &str) -> Self {
        Self { one: one.to_owned(), some: with_rows(one, SOME), many: with_rows(one, MANY) }
    }

    /// Cuts rows into batches, each with the statement that inserts just as many.
    pub fn batches<'s, 'a, T>(&'s self, mut rows: &'a [T]) -> Vec<(&'s str, &'a [T])> {
        let mut batches = Vec::new();
        while !rows.is_empty() {
            let (statement, count) = match rows.len() {
                MANY.. => (self.many.as_str(), MANY),
                SOME.. => (self.some.as_str(), SOME),
                _ => (self.one.as_str(), 1),
            };
            let (batch, rest) = rows.split_at(count);
            batches.push((statement, batch));
            rows = rest;
        }
        batches
    }
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

/// Replaces the list of one placeholder, such as `($6)`, by one of as many placeholders counting on.
pub fn with_list(statement: &str, first: usize, count: usize) -> String {
    let mut list = format!("(${first}");
    for number in first + 1..first + count {
        let _infallible = write!(list, ", ${number}");
    }
    list.push(')');
    statement.replace(&format!("(${first})"), &list)
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;

    static INSERT: LazyLock<Insert> =
        LazyLock::new(|| Insert::new("INSERT INTO t (a, b)\nVALUES ($1, $2)\nRETURNING a\n"));

    #[test]
    fn rows_are_repeated_with_placeholders_counting_on() {
        assert_eq!(
            with_rows(&INSERT.one, 3),
            "INSERT INTO t (a, b)\nVALUES ($1, $2), ($3, $4), ($5, $6)\nRETURNING a\n"
        );
        assert_eq!(with_rows(&INSERT.one, 1), INSERT.one);
    }

    #[test]
    fn batches_hold_every_row_once_and_in_order() {
        let rows: Vec<usize> = (0..237).collect();
        let batches = INSERT.batches(&rows);
        let sizes: Vec<usize> = batches.iter().map(|(_, batch)| batch.len()).collect();
        assert_eq!(sizes, [100, 100, 10, 10, 10, 1, 1, 1, 1, 1, 1, 1]);
        let seen: Vec<usize> = batches.iter().flat_map(|(_, batch)| batch.to_vec()).collect();
        assert_eq!(seen, rows);
        for (statement, batch) in batches {
            assert_eq!(statement.matches('$').count(), batch.len() * 2);
        }
        assert!(INSERT.batches::<usize>(&[]).is_empty());
    }

    #[test]
    fn a_list_has_a_placeholder_for_each() {
        assert_eq!(with_list("a IN ($3)\nLIMIT $2", 3, 1), "a IN ($3)\nLIMIT $2");
        assert_eq!(with_list("a IN ($3)\nLIMIT $2", 3, 3), "a IN ($3, $4, $5)\nLIMIT $2");
    }
}
