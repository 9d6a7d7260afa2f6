//! What every reader needs of text: decoding, places in it, and short quotations for messages.

use crate::Refusal;

/// How many characters of the input a message quotes.
const QUOTED_CHARS: usize = 60;

/// How many characters of a parser's message are kept: it may quote a whole value.
const MESSAGE_CHARS: usize = 160;

/// The bytes as text, without a byte order mark.
pub(crate) fn utf8(bytes: &[u8]) -> Result<&str, Refusal> {
    let text = std::str::from_utf8(bytes).map_err(|error| Refusal::NotUtf8 { byte_offset: error.valid_up_to() })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim().is_empty() { Err(Refusal::Empty) } else { Ok(text) }
}

/// Line and column of a byte offset, both from 1, the column in characters. `\n`, `\r\n` and a lone `\r` end a line.
pub(crate) fn place(text: &str, offset: usize) -> (usize, usize) {
    let before = &text.as_bytes()[..offset.min(text.len())];
    let line_start = before.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')).map_or(0, |at| at + 1);
    // Continuation bytes are of the form 10xxxxxx; every other byte begins a character.
    let column = before[line_start..].iter().filter(|byte| **byte & 0xc0 != 0x80).count();
    (line_breaks(before) + 1, column + 1)
}

/// How many line ends there are; a `\r\n` counts once.
pub(crate) fn line_breaks(bytes: &[u8]) -> usize {
    let mut breaks = 0;
    let mut previous = 0;
    for &byte in bytes {
        if byte == b'\r' || (byte == b'\n' && previous != b'\r') {
            breaks += 1;
        }
        previous = byte;
    }
    breaks
}

/// The code point of the first control character; line breaks and tabs are none where the text may have lines.
pub(crate) fn control_character(text: &str, has_lines: bool) -> Option<u32> {
    let is_wrong = |character: &char| character.is_control() && !(has_lines && matches!(character, '\n' | '\r' | '\t'));
    text.chars().find(is_wrong).map(u32::from)
}

/// What a parser says, on one line and cut where it quotes much of the input.
pub(crate) fn in_few_words(message: &str) -> String {
    message.chars().map(|character| if character.is_control() { ' ' } else { character }).take(MESSAGE_CHARS).collect()
}

/// The beginning of what the input says, on one line, in quotation marks.
pub(crate) fn quote(text: &str) -> String {
    format!("\"{}\"", shorten(text))
}

/// The first 60 characters, with an ellipsis where more follow; control characters are replaced.
pub(crate) fn shorten(text: &str) -> String {
    let mut short: String = text
        .chars()
        .take(QUOTED_CHARS)
        .map(|character| if character.is_control() { '\u{fffd}' } else { character })
        .collect();
    if text.chars().nth(QUOTED_CHARS).is_some() {
        short.push('…');
    }
    short
}
