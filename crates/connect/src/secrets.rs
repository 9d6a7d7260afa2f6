//! Texts with `${NAME}` in them, which stands for a variable of the environment. What it holds is never shown.

use std::fmt;

/// What stands in place of a user and password that were encoded.
const DERIVED: &str = "credentials";

/// Values shorter than this may stand in a message by chance.
const SHORTEST_SCRUBBED: usize = 4;

/// A text as it was written, and as it is used.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Text {
    written: String,
    filled: String,
}

impl Text {
    /// A text without secrets.
    pub fn plain(text: impl Into<String>) -> Self {
        let written = text.into();
        Self { filled: written.clone(), written }
    }

    /// A text that was made of others, with how it may be shown.
    pub(crate) fn made(shown: String, filled: String) -> Self {
        Self { written: shown, filled }
    }

    /// The text with the names of its secrets.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// The text with its secrets. It must not be shown.
    pub(crate) fn filled(&self) -> &str {
        &self.filled
    }

    /// Fills in the variables; the error names those that are missing or wrongly written.
    pub(crate) fn fill(
        written: &str,
        environment: &dyn Fn(&str) -> Option<String>,
        secrets: &mut Secrets,
    ) -> Result<Self, String> {
        Self::fill_with(written, environment, secrets, &|_, value| value.to_owned())
    }

    /// As [`Self::fill`], with values changed by `change`, which is told what stands before each.
    pub(crate) fn fill_with(
        written: &str,
        environment: &dyn Fn(&str) -> Option<String>,
        secrets: &mut Secrets,
        change: &dyn Fn(&str, &str) -> String,
    ) -> Result<Self, String> {
        let (mut filled, mut rest) = (String::new(), written);
        while let Some((before, after)) = rest.split_once("${") {
            filled.push_str(before);
            let Some((name, behind)) = after.split_once('}') else {
                return Err("`${` without `}`; write ${NAME_OF_A_VARIABLE}".to_owned());
            };
            let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            if !is_name {
                return Err("between `${` and `}` stands no name of a variable; write ${NAME_OF_A_VARIABLE}".to_owned());
            }
            let value = environment(name).filter(|value| !value.is_empty());
            let value =
                value.ok_or_else(|| format!("the environment has no {name}; set it where the server starts"))?;
            secrets.add(name, &value);
            let value = change(&filled, &value);
            secrets.add_derived(&value);
            filled.push_str(&value);
            rest = behind;
        }
        filled.push_str(rest);
        Ok(Self { written: written.to_owned(), filled })
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.written, formatter)
    }
}

/// The secrets of a file, by name.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Secrets(Vec<(String, String)>);

impl Secrets {
    fn add(&mut self, name: &str, value: &str) {
        if self.0.iter().all(|(known, _)| known != name) {
            self.0.push((name.to_owned(), value.to_owned()));
        }
    }

    /// A secret that was made of others.
    pub(crate) fn add_derived(&mut self, value: &str) {
        if self.0.iter().any(|(_, known)| known == value) {
            return;
        }
        self.0.push((DERIVED.to_owned(), value.to_owned()));
    }

    /// The names of the variables that were used.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str()).filter(|name| *name != DERIVED)
    }

    /// A message with the name in place of each secret: another system may repeat what it was sent.
    pub fn scrub(&self, message: &str) -> String {
        // The longest first, so that none is left in part.
        let mut longest_first: Vec<_> = self.0.iter().filter(|(_, value)| value.len() >= SHORTEST_SCRUBBED).collect();
        longest_first.sort_by_key(|(_, value)| std::cmp::Reverse(value.len()));
        longest_first
            .iter()
            .fold(message.to_owned(), |text, (name, value)| text.replace(value.as_str(), &format!("${{{name}}}")))
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.names()).finish()
    }
}
