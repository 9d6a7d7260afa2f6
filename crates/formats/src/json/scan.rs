//! A first look over a JSON text that may be wrong: how deep it is nested, and whether it spells a number that JSON doesn't
//! have. It accepts everything; whether the text is JSON is for the parser to say.

use std::borrow::Cow;

enum Token<'a> {
    /// A string's content, escapes as written.
    Text(&'a str),
    /// Letters, digits, signs and points.
    Word(&'a str),
    Mark(u8),
}

struct Tokens<'a> {
    text: &'a str,
    offset: usize,
}

impl<'a> Iterator for Tokens<'a> {
    type Item = (usize, Token<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let bytes = self.text.as_bytes();
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.' | b'_');
        while bytes.get(self.offset).is_some_and(u8::is_ascii_whitespace) {
            self.offset += 1;
        }
        let start = self.offset;
        let first = bytes.get(start)?;
        if *first == b'"' {
            let end = string_end(bytes, start + 1);
            self.offset = (end + 1).min(bytes.len());
            return Some((start, Token::Text(self.text.get(start + 1..end).unwrap_or_default())));
        }
        if is_word(first) {
            let length = bytes[start..].iter().take_while(|byte| is_word(byte)).count();
            self.offset += length;
            return Some((start, Token::Word(self.text.get(start..self.offset).unwrap_or_default())));
        }
        self.offset += 1;
        Some((start, Token::Mark(*first)))
    }
}

/// Where the closing quote stands, or the end of the text.
fn string_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// Where the first bracket stands that opens one level more than `limit`.
pub(crate) fn too_deep(text: &str, limit: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (offset, token) in (Tokens { text, offset: 0 }) {
        match token {
            Token::Mark(b'{' | b'[') => depth += 1,
            Token::Mark(b'}' | b']') => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > limit {
            return Some(offset);
        }
    }
    None
}

/// Whether there are more than `limit` values: each is the first one, or follows a bracket or a comma.
pub(crate) fn has_more_values(text: &str, limit: usize) -> bool {
    // Most rows are shorter than that.
    if text.len() <= limit {
        return false;
    }
    let marks = (Tokens { text, offset: 0 }).filter(|(_, token)| matches!(token, Token::Mark(b'{' | b'[' | b',')));
    marks.take(limit + 1).count() > limit
}

/// A number that JSON can't write, and the name before it.
pub(crate) struct Spelled<'a> {
    pub(crate) offset: usize,
    pub(crate) written: &'a str,
    pub(crate) field: &'a str,
}

/// The text with `null` where a `NaN`, `Infinity` or the like stands outside strings: some programs write them, and they mean that there
/// is no number.
pub(crate) fn without_not_finite(text: &str) -> Cow<'_, str> {
    let mut plain = String::new();
    let mut copied = 0;
    for (offset, token) in (Tokens { text, offset: 0 }) {
        if let Token::Word(written) = token
            && is_not_finite(written)
        {
            plain.push_str(text.get(copied..offset).unwrap_or_default());
            plain.push_str("null");
            copied = offset + written.len();
        }
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    plain.push_str(text.get(copied..).unwrap_or_default());
    Cow::Owned(plain)
}

fn is_not_finite(written: &str) -> bool {
    let name = written.trim_start_matches(['+', '-']);
    ["nan", "inf", "infinity"].iter().any(|other| name.eq_ignore_ascii_case(other))
}

/// The first `NaN`, `Infinity` or the like outside strings.
pub(crate) fn not_finite(text: &str) -> Option<Spelled<'_>> {
    let mut field = "value";
    for (offset, token) in (Tokens { text, offset: 0 }) {
        match token {
            Token::Text(name) => field = name,
            Token::Word(written) => {
                if is_not_finite(written) {
                    return Some(Spelled { offset, written, field });
                }
            }
            Token::Mark(_) => {}
        }
    }
    None
}
