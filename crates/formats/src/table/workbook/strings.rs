//! The texts that cells share.

use super::part::{Part, Step};
use crate::Refusal;

#[derive(Default)]
pub(super) struct Strings {
    text: String,
    /// Where in the text each of them ends.
    ends: Vec<usize>,
}

impl Strings {
    pub(super) fn read(text: &str) -> Result<Self, Refusal> {
        let mut part = Part::new(text);
        let mut strings = Self::default();
        let mut is_text = false;
        // Phonetic hints stand beside the text and are none of it.
        let mut hints = 0_usize;
        while let Some(step) = part.step()? {
            match step {
                Step::Open(tag) if tag.name == "t" => is_text = true,
                Step::Open(tag) if tag.name == "rPh" => hints += 1,
                Step::Close(name) => match name.as_str() {
                    "t" => is_text = false,
                    "rPh" => hints = hints.saturating_sub(1),
                    "si" => strings.ends.push(strings.text.len()),
                    _ => {}
                },
                Step::Text(text) if is_text && hints == 0 => strings.text.push_str(&text),
                _ => {}
            }
        }
        Ok(strings)
    }

    pub(super) fn get(&self, index: usize) -> Option<&str> {
        let start = match index.checked_sub(1) {
            None => 0,
            Some(before) => *self.ends.get(before)?,
        };
        self.text.get(start..*self.ends.get(index)?)
    }
}
