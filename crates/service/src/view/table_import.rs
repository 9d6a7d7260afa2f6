//! The import of a table with columns of its own: which file, what its columns hold, and what that would give.

/// The page of an import.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TablePage {
    /// Sources whose mapping is kept.
    pub sources: Vec<String>,
    /// The source as it was chosen.
    pub source: String,
    /// The KPIs that a table can be about, as id and name.
    pub kpis: Vec<(String, String)>,
    /// The file, once one was sent.
    pub file: Option<TableFile>,
    /// What was recorded just now, in a sentence.
    pub recorded: Option<String>,
}

/// A file with what a mapping makes of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TableFile {
    /// Its name.
    pub name: String,
    /// Its bytes in URL-safe base64, to be sent again.
    pub encoded: String,
    /// The sheets of a workbook.
    pub sheets: Vec<String>,
    /// The names in the header.
    pub columns: Vec<String>,
    /// The first rows as they stand there, each with its number.
    pub first: Vec<Vec<String>>,
    /// How many rows there are.
    pub row_count: usize,
    /// What a workbook hides of them, sentences.
    pub remarks: Vec<String>,
    /// Where the mapping comes from: who made it and when, or that it is a guess.
    pub mapping_from: String,
    /// The mapping that was looked at, as JSON; empty before the first look.
    pub previewed: String,
    /// The first rows that would be recorded: row, KPI or series, value as shown, time, labels.
    pub rows: Vec<[String; 5]>,
    /// How many would be recorded.
    pub accepted: usize,
    /// What is wrong: row, column, what is wrong, what would be right.
    pub problems: Vec<[String; 4]>,
    /// How many rows have a problem.
    pub refused: usize,
}
