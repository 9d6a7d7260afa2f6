//! Walking the tables of a TOML document while collecting every error with its place.

use std::collections::HashSet;
use std::ops::{Range, RangeInclusive};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::errors::Errors;

/// A value of the document and where it stands.
type Placed<'text> = Spanned<DeValue<'text>>;

/// One table of the document, with the keys that have been asked for.
pub(super) struct TableReader<'table, 'text> {
    table: &'table DeTable<'text>,
    span: Range<usize>,
    what: String,
    known: HashSet<&'static str>,
}

impl<'table, 'text> TableReader<'table, 'text> {
    pub(super) fn new(table: &'table DeTable<'text>, span: Range<usize>, what: impl Into<String>) -> Self {
        Self { table, span, what: what.into(), known: HashSet::new() }
    }

    /// Calls the table something else in the errors from here on.
    pub(super) fn call(&mut self, what: impl Into<String>) {
        self.what = what.into();
    }

    pub(super) fn span(&self) -> &Range<usize> {
        &self.span
    }

    pub(super) fn value(&mut self, key: &'static str) -> Option<&'table Placed<'text>> {
        self.known.insert(key);
        self.table.get(key)
    }

    /// The value's place, or the table's where the key is missing.
    pub(super) fn span_of(&self, key: &str) -> Range<usize> {
        self.table.get(key).map_or_else(|| self.span.clone(), Spanned::span)
    }

    /// The value; an error where the key is missing.
    pub(super) fn needed(&mut self, key: &'static str, errors: &mut Errors<'_>) -> Option<&'table Placed<'text>> {
        let value = self.value(key);
        if value.is_none() {
            errors.add(&self.span, format!("{} has no `{key}`", self.what));
        }
        value
    }

    pub(super) fn optional_text(&mut self, key: &'static str, errors: &mut Errors<'_>) -> Option<String> {
        let value = self.value(key)?;
        if let Some(text) = value.get_ref().as_str() {
            return Some(text.to_owned());
        }
        errors.add(&value.span(), format!("`{key}` must be text in quotes, not {}", value.get_ref().type_str()));
        None
    }

    /// Text that must be there and say something; empty where it does not.
    pub(super) fn text(&mut self, key: &'static str, errors: &mut Errors<'_>) -> String {
        if self.needed(key, errors).is_none() {
            return String::new();
        }
        let text = self.optional_text(key, errors);
        if text.as_deref().is_some_and(|text| text.trim().is_empty()) {
            errors.add(&self.span_of(key), format!("`{key}` is empty"));
        }
        text.unwrap_or_default()
    }

    /// The texts of an array such as `["one", "two"]` with their places; none where the key is missing.
    pub(super) fn texts(&mut self, key: &'static str, errors: &mut Errors<'_>) -> Vec<(String, Range<usize>)> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let Some(items) = value.get_ref().as_array() else {
            errors.add(&value.span(), format!("`{key}` must be a list such as [\"one\", \"two\"]"));
            return Vec::new();
        };
        let mut texts = Vec::new();
        for item in items {
            match item.get_ref().as_str() {
                Some(text) => texts.push((text.to_owned(), item.span())),
                None => errors.add(&item.span(), format!("`{key}` must hold texts in quotes")),
            }
        }
        texts
    }

    pub(super) fn number(&mut self, key: &'static str, errors: &mut Errors<'_>) -> Option<f64> {
        let value = self.value(key)?;
        let written = match value.get_ref() {
            DeValue::Integer(integer) if integer.radix() == 10 => integer.as_str(),
            DeValue::Float(float) => float.as_str(),
            other => {
                errors.add(&value.span(), format!("`{key}` must be a decimal number, not {}", other.type_str()));
                return None;
            }
        };
        let number = written.replace('_', "").parse::<f64>().ok().filter(|number| number.is_finite());
        if number.is_none() {
            errors.add(&value.span(), format!("`{key}` must be a finite decimal number"));
        }
        number
    }

    /// A whole number of that range.
    pub(super) fn whole_number(
        &mut self,
        key: &'static str,
        range: RangeInclusive<u32>,
        errors: &mut Errors<'_>,
    ) -> Option<u32> {
        let number = self.number(key, errors)?;
        let inside = number.fract() == 0.0 && (f64::from(*range.start())..=f64::from(*range.end())).contains(&number);
        if !inside {
            let message = format!("`{key}` must be a whole number from {} to {}", range.start(), range.end());
            errors.add(&self.span_of(key), message);
            return None;
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole, and inside a range of u32")]
        let whole = number as u32;
        Some(whole)
    }

    /// A whole number from 1 to 255.
    pub(super) fn small_number(&mut self, key: &'static str, errors: &mut Errors<'_>) -> Option<u8> {
        self.whole_number(key, 1..=u32::from(u8::MAX), errors).and_then(|number| u8::try_from(number).ok())
    }

    pub(super) fn truth(&mut self, key: &'static str, errors: &mut Errors<'_>) -> Option<bool> {
        let value = self.value(key)?;
        let truth = value.get_ref().as_bool();
        if truth.is_none() {
            errors.add(&value.span(), format!("`{key}` must be true or false, not {}", value.get_ref().type_str()));
        }
        truth
    }

    /// The table under `key`, `[key]` or `key = { … }`; an error where something else stands there.
    pub(super) fn table(
        &mut self,
        key: &'static str,
        would_be_right: &str,
        errors: &mut Errors<'_>,
    ) -> Option<TableReader<'table, 'text>> {
        let value = self.value(key)?;
        let table = value.get_ref().as_table();
        if table.is_none() {
            errors.add(&value.span(), format!("`{key}` must be a table such as {would_be_right}"));
        }
        Some(TableReader::new(table?, value.span(), format!("`{key}`")))
    }

    /// The tables of an array of tables, `[[key]]`; none where the key is missing.
    pub(super) fn tables(
        &mut self,
        key: &'static str,
        errors: &mut Errors<'_>,
    ) -> Vec<(&'table DeTable<'text>, Range<usize>)> {
        let Some(value) = self.value(key) else { return Vec::new() };
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

    /// Every key of the table with its value, for tables whose keys the user chooses.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&'table str, Range<usize>, &'table Placed<'text>)> {
        self.table.iter().map(|(key, value)| (key.get_ref().as_ref(), key.span(), value))
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
