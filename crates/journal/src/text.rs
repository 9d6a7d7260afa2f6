//! Texts that people enter: trimmed, not too long, without control characters.

use thiserror::Error;

/// The most characters of a name.
pub const MOST_NAME_CHARACTERS: usize = 200;
/// The most characters of a reason, comment or other text.
pub const MOST_TEXT_CHARACTERS: usize = 2_000;

/// What is wrong with a text.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{field}: {detail}")]
pub struct TextError {
    /// The field.
    pub field: &'static str,
    /// What is wrong and what would be right.
    pub detail: String,
}

/// The text without space around it.
///
/// # Errors
/// [`TextError`] where it is empty, too long, or holds control characters other than line breaks and tabs.
pub fn required(field: &'static str, text: &str) -> Result<String, TextError> {
    let trimmed = text.trim();
    let most = if field == "person" { MOST_NAME_CHARACTERS } else { MOST_TEXT_CHARACTERS };
    let detail = if trimmed.is_empty() {
        "it is missing".to_owned()
    } else if trimmed.chars().count() > most {
        format!("it has more than {most} characters")
    } else if trimmed.chars().any(|character| character.is_control() && !matches!(character, '\n' | '\r' | '\t')) {
        "it holds control characters".to_owned()
    } else {
        return Ok(trimmed.to_owned());
    };
    Err(TextError { field, detail })
}

/// [`required`], where nothing but space means none.
///
/// # Errors
/// As [`required`].
pub fn optional(field: &'static str, text: Option<&str>) -> Result<Option<String>, TextError> {
    text.filter(|text| !text.trim().is_empty()).map(|text| required(field, text)).transpose()
}
