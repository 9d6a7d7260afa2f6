//! Which series the lines are of that came before, by their text.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::quality::RandomState;

use crate::series_index::SeriesRef;

/// Above this all is forgotten: somebody writes the same tags in ever other ways.
const MOST_BYTES: usize = 64 << 20;

/// What is known of one field of lines with one key.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    /// Bytes of the names and labels of one sample.
    pub(crate) text_bytes: usize,
    pub(crate) taken: Taken,
}

#[derive(Debug, Clone)]
pub(crate) enum Taken {
    /// As samples of this series, times a factor.
    As(SeriesRef, f64),
    /// Not, with field, code, detail and what would be right.
    Refused(Arc<(String, &'static str, String, String)>),
}

/// A field that was met for the first time.
#[derive(Debug)]
pub(crate) struct Learned {
    pub(crate) key: Box<str>,
    pub(crate) field: Box<str>,
    pub(crate) known: Known,
}

/// The fields of lines with one key, in the order in which they were met, which is mostly that of the next line.
pub(crate) type Fields = Vec<(Box<str>, Known)>;

#[derive(Debug, Default)]
pub(crate) struct SeriesCache {
    by_key: HashMap<Box<str>, Fields, RandomState>,
    bytes: usize,
}

impl SeriesCache {
    pub(crate) fn fields(&self, key: &str) -> Option<&Fields> {
        self.by_key.get(key)
    }

    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(crate) fn learn(&mut self, learned: Vec<Learned>) {
        for Learned { key, field, known } in learned {
            if self.bytes > MOST_BYTES {
                *self = Self::default();
            }
            let bytes = key.len() + field.len() + size_of::<(Box<str>, Known)>() + 64;
            let fields = self.by_key.entry(key).or_default();
            if fields.iter().all(|(name, _)| *name != field) {
                fields.push((field, known));
                self.bytes += bytes;
            }
        }
    }
}

/// What is known of a field, which is expected at a place.
pub(crate) fn field<'f>(fields: &'f Fields, place: usize, name: &str) -> Option<&'f Known> {
    match fields.get(place) {
        Some((known, found)) if **known == *name => Some(found),
        _ => fields.iter().find(|(known, _)| **known == *name).map(|(_, found)| found),
    }
}
