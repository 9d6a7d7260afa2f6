//! Walking the tables of the file while collecting every error with its place.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::errors::Errors;

/// One table, with the keys that have been asked for.
pub(super) struct TableReader<'table, 'text> {
    table: &'table DeTable<'text>,
    span: Range<usize>,
    what: String,
    known: BTreeSet<&'static str>,
}

impl<'table, 'text> TableReader<'table, 'text> {
    pub(super) fn new(table: &'table DeTable<'text>, span: Range<usize>, what: impl Into<String>) -> Self {
        Self { table, span, what: what.into(), known: BTreeSet::new() }
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    pub(super) fn call(&mut self, what: impl Into<String>) {
        self.what = what.into();
    }

    pub(super) fn span(&self) -> &Range<usize> {
        &self.span
    }

    fn value(&mut self, key: &'static str) -> Option<&'table Spanned<DeValue<'text>>> {
        self.known.insert(key);
        self.table.get(key)
    }

    /// The value's place, or the table's where the key is missing.
    pub(super) fn span_of(&self, key: &str) -> Range<usize> {
        self.table.get(key).map_or_else(|| self.span.clone(), Spanned::span)
    }

    pub(super) fn optional_text(&mut self, key: &'static str, errors: &mut Errors<'_>) -> Option<String> {
        let value = self.value(key)?;
        let text = value.get_ref().as_str();
        match text {
            Some(text) if !text.trim().is_empty() => return Some(text.to_owned()),
            Some(_) => errors.add(&value.span(), format!("`{key}` is empty")),
            None => {
                errors
                    .add(&value.span(), format!("`{key}` must be text in quotes, not {}", value.get_ref().type_str()));
            }
        }
        None
    }

    /// Text that must be there.
    pub(super) fn text(&mut self, key: &'static str, would_be_right: &str, errors: &mut Errors<'_>) -> Option<String> {
        if self.value(key).is_none() {
            errors.add(&self.span, format!("{} has no `{key}`; write {key} = {would_be_right}", self.what));
        }
        self.optional_text(key, errors)
    }

    /// The texts of a list with their places; `None` where the key is missing.
    pub(super) fn texts(&mut self, key: &'static str, errors: &mut Errors<'_>) -> Option<Vec<(String, Range<usize>)>> {
        let value = self.value(key)?;
        let Some(items) = value.get_ref().as_array() else {
            errors.add(&value.span(), format!("`{key}` must be a list such as [\"one\", \"two\"]"));
            return None;
        };
        let mut texts = Vec::new();
        for item in items {
            match item.get_ref().as_str() {
                Some(text) => texts.push((text.to_owned(), item.span())),
                None => errors.add(&item.span(), format!("`{key}` must hold texts in quotes")),
            }
        }
        Some(texts)
    }

    /// The texts of a table such as `{ one = "two" }` with their places; `None` where the key is missing.
    pub(super) fn text_table(
        &mut self,
        key: &'static str,
        errors: &mut Errors<'_>,
    ) -> Option<BTreeMap<String, (String, Range<usize>)>> {
        let value = self.value(key)?;
        let Some(table) = value.get_ref().as_table() else {
            errors.add(&value.span(), format!("`{key}` must be a table such as {{ name = \"text\" }}"));
            return None;
        };
        let mut texts = BTreeMap::new();
        for (name, value) in table {
            match value.get_ref().as_str() {
                Some(text) => {
                    texts.insert(name.get_ref().to_string(), (text.to_owned(), value.span()));
                }
                None => errors.add(&value.span(), format!("`{key}` must hold texts in quotes")),
            }
        }
        Some(texts)
    }

    /// The table under `key`.
    pub(super) fn table(
        &mut self,
        key: &'static str,
        would_be_right: &str,
        errors: &mut Errors<'_>,
    ) -> Option<TableReader<'table, 'text>> {
        let value = self.value(key)?;
        let table = value.get_ref().as_table();
        if table.is_none() {
            errors.add(&value.span(), format!("`{key}` must be a table: {would_be_right}"));
        }
        Some(TableReader::new(table?, value.span(), would_be_right))
    }

    /// The tables of `[[key]]`; none where the key is missing.
    pub(super) fn tables(
        &mut self,
        key: &'static str,
        errors: &mut Errors<'_>,
    ) -> Vec<(&'table DeTable<'text>, Range<usize>)> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let mut tables = Vec::new();
        // Inside of a table its name stands before the key's.
        let within = self.what.strip_prefix("[[").and_then(|what| what.split_once("]]")).map(|(name, _)| name);
        let path = within.map_or_else(|| key.to_owned(), |name| format!("{name}.{key}"));
        let wrong = format!("`{key}` is a table of its own: write `[[{path}]]` on a line, and its keys below it");
        let Some(array) = value.get_ref().as_array() else {
            errors.add(&value.span(), wrong);
            return tables;
        };
        for item in array {
            match item.get_ref().as_table() {
                Some(table) => tables.push((table, item.span())),
                None => errors.add(&item.span(), wrong.clone()),
            }
        }
        tables
    }

    /// Reports every key that was never asked for.
    pub(super) fn finish(self, errors: &mut Errors<'_>) {
        for key in self.table.keys().filter(|key| !self.known.contains(key.get_ref().as_ref())) {
            let known: Vec<&str> = self.known.iter().copied().collect();
            errors.add(
                &key.span(),
                format!("{} has no key `{}`; known keys: {}", self.what, key.get_ref(), known.join(", ")),
            );
        }
    }
}
