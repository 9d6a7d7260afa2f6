//! The errors of the file, each with its place.

use std::fmt;
use std::ops::Range;

/// One error of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong and what would be right.
    pub message: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}: {}", self.line, self.column, self.message)
    }
}

/// The errors found so far, and the document they are in.
pub(super) struct Errors<'text> {
    document: &'text str,
    found: Vec<(usize, String)>,
}

impl<'text> Errors<'text> {
    pub(super) fn new(document: &'text str) -> Self {
        Self { document, found: Vec::new() }
    }

    pub(super) fn add(&mut self, span: &Range<usize>, message: impl Into<String>) {
        self.found.push((span.start, message.into()));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Every error in the order of the document.
    pub(super) fn into_sorted(mut self) -> Vec<ConfigError> {
        self.found.sort();
        self.found.dedup();
        let document = self.document;
        let placed = self.found.into_iter().map(|(offset, message)| {
            let before = document.get(..offset).unwrap_or(document);
            let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
            let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
            ConfigError { line: before.matches('\n').count() + 1, column, message }
        });
        placed.collect()
    }
}
