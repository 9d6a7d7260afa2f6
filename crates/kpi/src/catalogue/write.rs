//! Writing a catalogue: the canonical document, which reads back as the same catalogue.

use std::fmt::{self, Write};

use super::Catalogue;
use super::rows::{Block, Cell, Row, blocks};

impl Catalogue {
    /// The catalogue as a TOML document that [`Catalogue::parse`] reads back as this very catalogue.
    ///
    /// Two equal catalogues give the same bytes: tables and keys stand in the order of `docs/catalogue.md`, keys that say
    /// what holds without them are left out, and targets stand as they were written. Comments are not part of a
    /// catalogue.
    pub fn to_toml(&self) -> String {
        let written = blocks(self).into_iter().filter(|block| block.is_needed || block.written().next().is_some());
        written.map(|block| block.to_string()).collect::<Vec<_>>().join("\n")
    }
}

impl Block {
    fn written(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| !row.is_default)
    }
}

impl fmt::Display for Block {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{}", self.header)?;
        self.written().try_for_each(|row| writeln!(formatter, "{} = {}", row.key, row.cell))
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => quoted(text, formatter),
            Self::Plain(plain) => formatter.write_str(plain),
            Self::List(texts) => {
                formatter.write_char('[')?;
                for (position, text) in texts.iter().enumerate() {
                    formatter.write_str(if position == 0 { "" } else { ", " })?;
                    quoted(text, formatter)?;
                }
                formatter.write_char(']')
            }
            Self::Table(entries) => {
                for (position, (key, cell)) in entries.iter().enumerate() {
                    formatter.write_str(if position == 0 { "{ " } else { ", " })?;
                    let is_bare = !key.is_empty()
                        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
                    if is_bare {
                        formatter.write_str(key)?;
                    } else {
                        quoted(key, formatter)?;
                    }
                    write!(formatter, " = {cell}")?;
                }
                formatter.write_str(" }")
            }
        }
    }
}

/// A basic string of TOML 1.0.
fn quoted(text: &str, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    formatter.write_char('"')?;
    for character in text.chars() {
        match character {
            '"' | '\\' => write!(formatter, "\\{character}")?,
            '\n' => formatter.write_str("\\n")?,
            '\r' => formatter.write_str("\\r")?,
            '\t' => formatter.write_str("\\t")?,
            '\u{0}'..='\u{1f}' | '\u{7f}' => write!(formatter, "\\u{:04X}", u32::from(character))?,
            _ => formatter.write_char(character)?,
        }
    }
    formatter.write_char('"')
}
