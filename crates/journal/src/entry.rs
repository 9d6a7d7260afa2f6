//! What is to be written, before it has a number.

use serde::Serialize;
use storage::{Document, ExpectedVersion, OutboxMessage};

/// An entry before it has a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The stream, one of [`crate::stream`].
    pub stream: &'static str,
    /// What kind of entry it is, in words of the stream.
    pub kind: String,
    /// What it is about, in words of the stream.
    pub subject: String,
    /// Who decided it; `None` for the product itself.
    pub person: Option<String>,
    /// When, in milliseconds since the Unix epoch.
    pub time_ms: i64,
    /// The body as JSON.
    pub body_json: String,
}

impl Draft {
    /// A draft whose body is `body` as JSON.
    ///
    /// # Errors
    /// Where the body can't be written as JSON.
    pub fn new(
        stream: &'static str,
        kind: &str,
        subject: &str,
        person: Option<&str>,
        time_ms: i64,
        body: &impl Serialize,
    ) -> Result<Self, serde_json::Error> {
        Ok(Self {
            stream,
            kind: kind.to_owned(),
            subject: subject.to_owned(),
            person: person.map(str::to_owned),
            time_ms,
            body_json: serde_json::to_string(body)?,
        })
    }
}

/// Everything of one change, kept as a whole or not at all.
#[derive(Debug, Clone, Default)]
pub struct WriteSet {
    /// Entries of the journal, in their order.
    pub entries: Vec<Draft>,
    /// Documents that take the place of those of the same name.
    pub documents: Vec<Document>,
    /// Messages for the outbox.
    pub messages: Vec<OutboxMessage>,
    /// Of which version documents must be that were read before.
    pub expected: Vec<ExpectedVersion>,
}
