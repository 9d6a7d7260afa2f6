//! A catalogue as the tables and keys of its document: one list that writing and comparing both walk.

mod feed;
mod kpi;
mod measure;
mod top;

use std::fmt::Display;

use super::Catalogue;

/// What stands behind a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cell {
    /// Text in quotes.
    Text(String),
    /// A number or a truth.
    Plain(String),
    /// Texts in brackets, whose order means nothing.
    List(Vec<String>),
    /// A table in braces.
    Table(Vec<(String, Cell)>),
}

/// One key of a table.
#[derive(Debug)]
pub(super) struct Row {
    pub key: &'static str,
    pub cell: Cell,
    /// Whether leaving the key out means the same.
    pub is_default: bool,
}

/// One table of the document.
#[derive(Debug)]
pub(super) struct Block {
    /// Its header, as in `[[kpi]]`.
    pub header: &'static str,
    /// What a sentence calls it, as in `KPI "build-time"`.
    pub name: String,
    pub rows: Vec<Row>,
    /// Whether it must be there even without a key.
    pub is_needed: bool,
}

impl Block {
    fn new(header: &'static str, name: impl Into<String>) -> Self {
        Self { header, name: name.into(), rows: Vec::new(), is_needed: true }
    }

    fn cell(mut self, key: &'static str, cell: Cell) -> Self {
        self.rows.push(Row { key, cell, is_default: false });
        self
    }

    fn cell_if(self, key: &'static str, cell: Option<Cell>) -> Self {
        match cell {
            Some(cell) => self.cell(key, cell),
            None => self,
        }
    }

    /// A key that is left out where it says what would hold without it.
    fn cell_unless(mut self, key: &'static str, cell: Cell, is_default: bool) -> Self {
        self.rows.push(Row { key, cell, is_default });
        self
    }

    fn text(self, key: &'static str, text: &str) -> Self {
        self.cell(key, Cell::text(text))
    }
}

impl Cell {
    fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    fn plain(number: impl Display + Copy) -> Self {
        Self::Plain(number.to_string())
    }
}

/// Every table of the catalogue, in the order of the document.
pub(super) fn blocks(catalogue: &Catalogue) -> Vec<Block> {
    let zone = &catalogue.policy.time_zone;
    let mut blocks = top::blocks(catalogue);
    blocks.extend(catalogue.kpis.iter().map(kpi::block));
    blocks.extend(catalogue.measures.iter().map(|measure| measure::block(measure, zone)));
    blocks.extend(catalogue.feeds.iter().map(feed::block));
    blocks.extend(catalogue.traps.iter().map(feed::trap));
    blocks
}
