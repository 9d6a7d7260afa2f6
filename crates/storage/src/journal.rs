//! What people and the product decided, the small states that follow from it, and the messages that tell others.
//!
//! One [`Commit`] keeps a decision together with its consequences. Times are milliseconds since the Unix epoch, UTC.

/// One entry of the journal. Entries are added and never changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalEntry {
    /// `UUIDv7` text, ascending in time of recording.
    pub id: String,
    /// The list that it belongs to, such as `gates`.
    pub stream: String,
    /// Its place in the stream; not negative. Of two writers that want the same place one gets it.
    pub version: i64,
    /// What happened.
    pub kind: String,
    /// What it is about; may be empty.
    pub subject: String,
    pub time_ms: i64,
    /// Who did it; `None` for the product itself.
    pub person: Option<String>,
    pub body_json: String,
}

/// A small state under a name, such as which alerts fire. Only its latest body is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub name: String,
    pub body_json: String,
    pub changed_ms: i64,
}

/// A document as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredDocument {
    pub document: Document,
    /// How often it was written, from 1: what a writer names to say which one it has read.
    pub version: i64,
}

/// A document that is written only if the stored one is still of that version; 0 where none may be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedVersion {
    /// The document's name.
    pub name: String,
    pub version: i64,
}

/// How far a message has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MessageState {
    /// To be tried, for the first time or again.
    Pending,
    /// Taken by its recipient.
    Delivered,
    /// Given up.
    Failed,
}

impl MessageState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Pending, Self::Delivered, Self::Failed];

    /// The name under which it is stored.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }

    /// The state of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// A message to somebody outside, and how its delivery goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxMessage {
    pub id: String,
    /// What the message is: another one with the same text here is the same message.
    pub dedupe: String,
    /// How it travels, such as `email` or `webhook`.
    pub channel: String,
    /// Where it goes: an address of the channel.
    pub recipient: String,
    pub subject: String,
    pub body: String,
    pub created_ms: i64,
    pub state: MessageState,
    /// How often it was tried.
    pub attempts: i64,
    /// Not to be tried before.
    pub next_attempt_ms: i64,
    /// Why the last attempt did not succeed.
    pub last_error: Option<String>,
    pub delivered_ms: Option<i64>,
}

/// One way for messages to leave, and where it leads.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OutboxChannel {
    /// How its messages travel, as [`OutboxMessage::channel`].
    pub channel: String,
    /// Where they go, as [`OutboxMessage::recipient`].
    pub recipient: String,
}

/// When a message may be tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueAt {
    /// Now: everything that waits until then or shorter may be tried.
    pub now_ms: i64,
    /// No wait is as long as until after this instant: what seems to wait that long was written under a clock that was wrong.
    pub longest_ms: i64,
}

/// Who is about to deliver messages, and until when nobody else does: if it is not heard of until then, others try them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    pub holder: String,
    pub until_ms: i64,
}

/// What is written at once: everything or nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Commit {
    pub entries: Vec<JournalEntry>,
    pub documents: Vec<Document>,
    pub messages: Vec<OutboxMessage>,
    /// Which of the documents must be of which version before; the others are written whatever is there.
    pub expected: Vec<ExpectedVersion>,
}

impl Commit {
    /// The version that a document must be of before it is written.
    pub fn expected_version(&self, name: &str) -> Option<i64> {
        self.expected.iter().find(|expected| expected.name == name).map(|expected| expected.version)
    }

    /// The entries in the order of their places.
    ///
    /// All writers then wait for each other in the same order, never in a circle; so for documents and messages.
    pub fn entries_in_key_order(&self) -> Vec<&JournalEntry> {
        sorted_by_key(&self.entries, |entry| (entry.stream.as_str(), entry.version))
    }

    /// The documents by name; of two with the same name the later one stands later.
    pub fn documents_in_key_order(&self) -> Vec<&Document> {
        sorted_by_key(&self.documents, |document| document.name.as_str())
    }

    /// The messages by what they are; of two that are the same the earlier one stands first.
    pub fn messages_in_key_order(&self) -> Vec<&OutboxMessage> {
        sorted_by_key(&self.messages, |message| message.dedupe.as_str())
    }
}

fn sorted_by_key<'a, T, K: Ord>(records: &'a [T], key: impl Fn(&'a T) -> K) -> Vec<&'a T> {
    let mut sorted: Vec<&T> = records.iter().collect();
    sorted.sort_by_key(|record| key(record));
    sorted
}
