//! The errors of a catalogue document, each with its place.

use std::fmt;
use std::ops::Range;

/// One error of a catalogue document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueError {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong and what would be right.
    pub message: String,
}

impl fmt::Display for CatalogueError {
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

    pub(super) fn count(&self) -> usize {
        self.found.len()
    }

    /// Every error in the order of the document.
    pub(super) fn into_sorted(mut self) -> Vec<CatalogueError> {
        self.found.sort();
        let document = self.document;
        // One way through the document for all of them, of which there may be as many as it has keys.
        let (mut line, mut column, mut seen) = (1, 1, 0);
        self.found
            .into_iter()
            .map(|(offset, message)| {
                let between = document.get(seen..offset).unwrap_or_default();
                line += between.matches('\n').count();
                column = match between.rsplit_once('\n') {
                    Some((_, tail)) => tail.chars().count() + 1,
                    None => column + between.chars().count(),
                };
                seen += between.len();
                CatalogueError { line, column, message }
            })
            .collect()
    }
}
