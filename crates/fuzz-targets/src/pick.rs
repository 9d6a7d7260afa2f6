//! What the first bytes of an input pick.

use formats::Limits;

/// Set in the first byte, it picks limits so tight that a small input reaches them.
const TIGHT: u8 = 0x80;

/// The first byte, which picks the variant, and the rest, which is read.
pub(crate) fn picked(data: &[u8]) -> Option<(u8, &[u8])> {
    data.split_first().map(|(pick, rest)| (*pick, rest))
}

/// The limits of the product, or tight ones.
pub(crate) fn limits(pick: u8) -> Limits {
    if pick & TIGHT == 0 {
        return Limits { rows: 100_000, ..Limits::default() };
    }
    Limits {
        rows: 12,
        depth: 6,
        id_chars: 20,
        name_chars: 30,
        labels: 5,
        label_chars: 20,
        note_chars: 30,
        evidence_chars: 30,
        body_bytes: 20_000,
        text_bytes: 2_000,
    }
}

/// The first line as text, and all that follows it; nothing where it is no text.
pub(crate) fn first_line(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    Some((std::str::from_utf8(bytes.get(..end)?).ok()?, bytes.get(end + 1..)?))
}
