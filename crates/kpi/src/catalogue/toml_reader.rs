//! Walking a TOML document while collecting every error with its line and column.

use std::collections::HashSet;
use std::fmt;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

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

    /// Every error in the order of the document.
    pub(super) fn into_sorted(mut self) -> Vec<CatalogueError> {
        self.found.sort();
        let document = self.document;
        self.found
            .into_iter()
            .map(|(offset, message)| {
                let before = document.get(..offset).unwrap_or(document);
                let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
                let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
                CatalogueError { line: before.matches('\n').count() + 1, column, message }
            })
            .collect()
    }
}

/// One table of the document, with the keys that have been asked for.
pub(super) struct TableReader<'table, 'text> {
    table: &'table DeTable<'text>,
    span: Range<usize>,
    what: &'static str,
    known: HashSet<&'static str>,
}

impl<'table, 'text> TableReader<'table, 'text> {
    pub(super) fn new(table: &'table DeTable<'text>, span: Range<usize>, what: &'static str) -> Self {
        Self { table, span, what, known: HashSet::new() }
    }

    pub(super) fn span(&self) -> &Range<usize> {
        &self.span
    }

    pub(super) fn value(&mut self, key: &'static str) -> Option<&'table Spanned<DeValue<'text>>> {
        self.known.insert(key);
        self.table.get(key)
    }

    /// The value's place, or the table's where the key is missing.
    pub(super) fn span_of(&self, key: &str) -> Range<usize> {
        self.table.get(key).map_or_else(|| self.span.clone(), Spanned::span)
    }

    pub(super) fn optional_text(&mut self, key: &'static str, errors: &mut Errors<'_>) -> Option<String> {
        let value = self.value(key)?;
        if let Some(text) = value.get_ref().as_str() {
            return Some(text.to_owned());
        }
        errors.add(&value.span(), format!("`{key}` must be text in quotes, not {}", value.get_ref().type_str()));
        None
    }

    pub(super) fn text(&mut self, key: &'static str, errors: &mut Errors<'_>) -> String {
        if self.value(key).is_none() {
            errors.add(&self.span, format!("{} has no `{key}`", self.what));
            return String::new();
        }
        let text = self.optional_text(key, errors);
        if text.as_deref().is_some_and(|text| text.trim().is_empty()) {
            errors.add(&self.span_of(key), format!("`{key}` is empty"));
        }
        text.unwrap_or_default()
    }

    pub(super) fn number(&mut self, key: &'static str, errors: &mut Errors<'_>) -> Option<f64> {
        let value = self.value(key)?;
        let written = match value.get_ref() {
            DeValue::Integer(integer) => integer.as_str(),
            DeValue::Float(float) => float.as_str(),
            other => {
                errors.add(&value.span(), format!("`{key}` must be a number, not {}", other.type_str()));
                return None;
            }
        };
        let number = written.replace('_', "").parse::<f64>().ok().filter(|number| number.is_finite());
        if number.is_none() {
            errors.add(&value.span(), format!("`{key}` must be a finite decimal number"));
        }
        number
    }

    /// A whole number from 1 to 255.
    pub(super) fn small_number(&mut self, key: &'static str, errors: &mut Errors<'_>) -> Option<u8> {
        let number = self.number(key, errors)?;
        let small = (1..=u8::MAX).find(|candidate| (f64::from(*candidate) - number).abs() < f64::EPSILON);
        if small.is_none() {
            errors.add(&self.span_of(key), format!("`{key}` must be a whole number from 1 to 255"));
        }
        small
    }

    pub(super) fn truth(&mut self, key: &'static str, errors: &mut Errors<'_>) -> Option<bool> {
        let value = self.value(key)?;
        let truth = value.get_ref().as_bool();
        if truth.is_none() {
            errors.add(&value.span(), format!("`{key}` must be true or false, not {}", value.get_ref().type_str()));
        }
        truth
    }

    /// The tables of an array of tables, `[[key]]`; an error where there is none.
    pub(super) fn tables(
        &mut self,
        key: &'static str,
        errors: &mut Errors<'_>,
    ) -> Vec<(&'table DeTable<'text>, Range<usize>)> {
        let Some(value) = self.value(key) else {
            errors.add(&(0..0), format!("the catalogue has no [[{key}]]"));
            return Vec::new();
        };
        let Some(array) = value.get_ref().as_array() else {
            errors.add(&value.span(), format!("write `[[{key}]]` once for each {key}"));
            return Vec::new();
        };
        let mut tables = Vec::new();
        for item in array {
            match item.get_ref().as_table() {
                Some(table) => tables.push((table, item.span())),
                None => errors.add(&item.span(), format!("write `[[{key}]]` once for each {key}")),
            }
        }
        tables
    }

    /// Reports every key that was never asked for.
    pub(super) fn finish(self, errors: &mut Errors<'_>) {
        let mut known: Vec<&str> = self.known.iter().copied().collect();
        known.sort_unstable();
        for key in self.table.keys() {
            if !self.known.contains(key.get_ref().as_ref()) {
                let message = format!("{} has no key `{}`; known keys: {}", self.what, key.get_ref(), known.join(", "));
                errors.add(&key.span(), message);
            }
        }
    }
}
