//! Statements of the journal.

pub const INSERT_JOURNAL_ENTRY: &str = include_str!("../../queries/insert_journal_entry.sql");
pub const JOURNAL: &str = include_str!("../../queries/journal.sql");
pub const JOURNAL_OF: &str = include_str!("../../queries/journal_of.sql");
pub const JOURNAL_ABOUT: &str = include_str!("../../queries/journal_about.sql");
