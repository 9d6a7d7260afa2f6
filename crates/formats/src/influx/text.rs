//! Escapes of line protocol, and how a line is quoted in an error.

use std::borrow::Cow;

use crate::text::shorten;

/// A name or tag without its escapes. A backslash before any other character stands for itself.
pub(super) fn unescape<'a>(written: &'a str, escaped: &[char]) -> Cow<'a, str> {
    if memchr::memchr(b'\\', written.as_bytes()).is_none() {
        return Cow::Borrowed(written);
    }
    let mut text = String::with_capacity(written.len());
    let mut characters = written.chars().peekable();
    while let Some(character) = characters.next() {
        match characters.peek() {
            Some(next) if character == '\\' && escaped.contains(next) => {}
            _ => text.push(character),
        }
    }
    Cow::Owned(text)
}

/// As `InfluxDB` words it, with a long line cut.
pub(super) fn told(line: &str, words: &str) -> String {
    format!("unable to parse '{}': {words}", shorten(line))
}
