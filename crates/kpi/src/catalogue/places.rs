//! Where things stand in a document, and which names its tables mention: what the checks need beside the catalogue.

use std::ops::Range;

/// What a name refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    Track,
    Kpi,
    Measure,
}

/// A name that must exist.
pub(super) struct Reference {
    /// What mentions it, as in `audience "board"`.
    pub from: String,
    pub target: Target,
    pub name: String,
    pub span: Range<usize>,
}

/// The places of the tables, in the order of the catalogue's lists, and all references among them.
#[derive(Default)]
pub(super) struct Places {
    pub phases: Vec<Range<usize>>,
    pub tracks: Vec<Range<usize>>,
    pub owners: Vec<Range<usize>>,
    pub audiences: Vec<Range<usize>>,
    pub measures: Vec<Range<usize>>,
    pub feeds: Vec<Range<usize>>,
    pub traps: Vec<Range<usize>>,
    pub kpis: Vec<Range<usize>>,
    /// Ids of KPIs and measurements that were too broken to read; naming them is no further error.
    pub broken: Vec<(Target, String)>,
    pub references: Vec<Reference>,
}

impl Places {
    /// Notes names that `from` mentions, and returns them.
    pub(super) fn refer(&mut self, from: &str, target: Target, names: Vec<(String, Range<usize>)>) -> Vec<String> {
        let mut mentioned = Vec::with_capacity(names.len());
        for (name, span) in names {
            mentioned.push(name.clone());
            self.references.push(Reference { from: from.to_owned(), target, name, span });
        }
        mentioned
    }
}
