//! Labels of one row on their way to a draft, and the names that labels and series may have.

use crate::Limits;
use crate::text::{control_character, quote, shorten};

/// What stands before a label's name in a CSV header, and in the field of a problem.
pub(crate) const PREFIX: &str = "label.";

const VALUE: &str = "text, a number, true or false";

/// Whether a series or a label may have this name: ASCII letters, digits and `.`, `_`, `-`, `:`, at most `limit` of them.
pub(crate) fn is_name(name: &str, limit: usize) -> bool {
    let is_fitting = |character: char| character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-' | ':');
    (1..=limit).contains(&name.len()) && name.chars().all(is_fitting)
}

/// The rule of [`is_name`] for a message.
pub(crate) fn expected_name(limit: usize) -> String {
    format!("letters from A to Z, digits and `.`, `_`, `-`, `:`, at most {limit} of them")
}

/// What is wrong with one label: the problem's field, code, detail and what would be right.
pub(crate) type Wrong = (String, &'static str, String, String);

/// The labels of one row.
#[derive(Default)]
pub(crate) struct Labels {
    /// Ordered by name.
    found: Vec<(String, String)>,
    /// How many were given, kept or not.
    count: usize,
}

impl Labels {
    /// Takes a label with its text, or the kind of a value that is no text. An empty text is the same as no label.
    pub(crate) fn add(&mut self, name: &str, value: Result<&str, &str>, limits: &Limits) -> Result<(), Wrong> {
        if value == Ok("") {
            return Ok(());
        }
        self.count += 1;
        // What is too much is told once, by its count.
        if self.count > limits.labels {
            return Ok(());
        }
        let short = shorten(name);
        let field = || format!("{PREFIX}{short}");
        if !is_name(name, limits.name_chars) {
            let detail = format!("{} is no name of a label", quote(name));
            return Err((field(), "bad-name", detail, expected_name(limits.name_chars)));
        }
        let value = value
            .map_err(|kind| (field(), "wrong-type", format!("the label `{short}` is {kind}"), VALUE.to_owned()))?;
        let chars = value.chars().count();
        if chars > limits.label_chars {
            let detail = format!("the label `{short}` has {chars} characters: {}", quote(value));
            return Err((field(), "too-long", detail, format!("at most {} characters", limits.label_chars)));
        }
        if let Some(code_point) = control_character(value, false) {
            let detail =
                format!("the label `{short}` holds the control character U+{code_point:04X}: {}", quote(value));
            return Err((field(), "control-character", detail, "text without control characters".to_owned()));
        }
        match self.found.binary_search_by(|(known, _)| known.as_str().cmp(name)) {
            Ok(_) => {
                let detail = format!("the label `{short}` stands more than once");
                Err((field(), "duplicate-field", detail, "each label once".to_owned()))
            }
            Err(place) => {
                self.found.insert(place, (name.to_owned(), value.to_owned()));
                Ok(())
            }
        }
    }

    /// The labels, ordered by name; an error where there were too many.
    pub(crate) fn finish(self, limits: &Limits) -> Result<Vec<(String, String)>, Wrong> {
        if self.count > limits.labels {
            let detail = format!("there are {} labels", self.count);
            return Err(("labels".to_owned(), "too-many-labels", detail, format!("at most {} labels", limits.labels)));
        }
        Ok(self.found)
    }
}
