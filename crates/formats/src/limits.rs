//! How much of a body the readers of observations accept. The size in bytes is limited by whoever receives the body.

/// Upper bounds, each inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Rows in one body, good and bad; and samples, of which a row may give several.
    pub rows: usize,
    /// Levels of brackets in JSON.
    pub depth: usize,
    /// Characters of a KPI's id, an external id, a unit, a person, an origin, a time, and a value in words.
    pub id_chars: usize,
    /// Characters of the name of a series or a label.
    pub name_chars: usize,
    /// Labels of one observation.
    pub labels: usize,
    /// Characters of a label's value.
    pub label_chars: usize,
    /// Characters of a note.
    pub note_chars: usize,
    /// Characters of an evidence.
    pub evidence_chars: usize,
    /// Bytes of a body once it is decompressed.
    pub body_bytes: usize,
    /// Bytes of the names, labels and units of all samples of one body: a few bytes on the wire may repeat many of them.
    pub text_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            rows: 10_000,
            depth: 16,
            id_chars: 200,
            name_chars: 120,
            labels: 20,
            label_chars: 200,
            note_chars: 2_000,
            evidence_chars: 2_000,
            body_bytes: 32 << 20,
            text_bytes: 64 << 20,
        }
    }
}
