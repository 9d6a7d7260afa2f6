//! Small parts of English sentences.

use std::fmt::Arguments;

/// Series told one by one; more are left to the table.
pub(crate) const MOST_SERIES_TOLD: usize = 6;

/// Appends formatted text; unlike `write!` it has no error to handle.
pub(crate) fn append(text: &mut String, part: Arguments<'_>) {
    text.push_str(&part.to_string());
}

/// `1 point`, `2 points`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    match (count, noun) {
        (1, _) => format!("1 {noun}"),
        (_, "series") => format!("{count} series"),
        (_, "category") => format!("{count} categories"),
        _ => format!("{count} {noun}s"),
    }
}

/// The text with a capital first letter.
pub(crate) fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
