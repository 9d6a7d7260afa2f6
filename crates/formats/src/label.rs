//! Labels of one row on their way to a draft, and the names that labels and series may have.

use crate::Limits;
use crate::text::{control_character, quote, shorten};

/// What stands before a label's name in a CSV header, and in the field of a problem.
pub(crate) const PREFIX: &str = "label.";

const VALUE: &str = "text, a number, true or false";

/// Whether a series or a label may have this name: up to `limit` visible characters of any script, with spaces between them.
pub fn is_name(name: &str, limit: usize) -> bool {
    if name.bytes().all(is_plain_byte) {
        return (1..=limit).contains(&name.len());
    }
    name.chars().nth(limit).is_none() && name.trim().len() == name.len() && hidden(name).is_none()
}

/// The first character that nobody sees and that makes a text look like another one: control characters, line and paragraph
/// separators, what turns the direction of writing around, and what stands for nothing. Joiners are letters' own business.
pub(crate) fn hidden(name: &str) -> Option<char> {
    let is_hidden = |character: &char| {
        character.is_control()
            || matches!(
                *character,
                '\u{ad}'
                    | '\u{61c}'
                    | '\u{180e}'
                    | '\u{200b}'
                    | '\u{200e}'
                    | '\u{200f}'
                    | '\u{2028}'..='\u{202e}'
                    | '\u{2060}'..='\u{206f}'
                    | '\u{feff}'
                    | '\u{fff9}'..='\u{fffd}'
                    | '\u{fdd0}'..='\u{fdef}'
            )
            || u32::from(*character) & 0xfffe == 0xfffe
    };
    name.chars().find(is_hidden)
}

/// Why a name can't be kept: a code, and a sentence that begins with `what` it names.
pub(crate) fn name_problem(what: &str, name: &str, limit: usize) -> (&'static str, String) {
    let chars = name.chars().count();
    if chars > limit {
        return ("too-long", format!("{what} {} has {chars} characters", quote(name)));
    }
    match hidden(name) {
        Some(character) => {
            let code_point = u32::from(character);
            ("bad-name", format!("{what} {} holds the invisible character U+{code_point:04X}", quote(name)))
        }
        None => ("bad-name", format!("{what} {} begins or ends with a space", quote(name))),
    }
}

/// What most names are made of.
fn is_plain_byte(byte: u8) -> bool {
    const FITTING: [bool; 256] = {
        let mut fitting = [false; 256];
        let mut byte = 0_u8;
        while byte < 128 {
            fitting[byte as usize] = byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b':');
            byte += 1;
        }
        fitting
    };
    FITTING[usize::from(byte)]
}

/// The rule of [`is_name`] for a message.
pub fn expected_name(limit: usize) -> String {
    format!("at most {limit} visible characters of any script, with spaces between them alone")
}

/// Whether a value is certainly not empty, short enough and free of control characters, which is seen at a glance.
fn is_usual(value: &str, limits: &Limits) -> bool {
    (1..=limits.label_chars).contains(&value.len()) && value.bytes().all(|byte| matches!(byte, b' '..=b'~'))
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
    pub(crate) fn with_capacity(count: usize) -> Self {
        Self { found: Vec::with_capacity(count), count: 0 }
    }

    /// Takes a label of a text.
    pub(crate) fn add_text(&mut self, name: &str, value: &str, limits: &Limits) -> Result<(), Wrong> {
        let is_next = self.found.last().is_none_or(|(last, _)| last.as_str() < name);
        // What clients send most of the time: names in order, nothing unusual in them.
        if is_next && self.count < limits.labels && is_name(name, limits.name_chars) && is_usual(value, limits) {
            self.count += 1;
            self.found.push((name.to_owned(), value.to_owned()));
            return Ok(());
        }
        self.add(name, Ok(value), limits)
    }

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
            let (_, detail) = match name {
                "" => ("", format!("{} is no name of a label", quote(name))),
                name => name_problem("the label", name, limits.name_chars),
            };
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
