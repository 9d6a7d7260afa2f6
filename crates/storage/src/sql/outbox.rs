//! Statements of messages.

pub const INSERT_MESSAGE: &str = include_str!("../../queries/insert_message.sql");
pub const PUT_MESSAGE: &str = include_str!("../../queries/put_message.sql");
pub const DUE_MESSAGES: &str = include_str!("../../queries/due_messages.sql");
pub const DUE_CHANNELS: &str = include_str!("../../queries/due_channels.sql");
pub const DUE_MESSAGES_OF: &str = include_str!("../../queries/due_messages_of.sql");
pub const MAKE_MESSAGES_DUE: &str = include_str!("../../queries/make_messages_due.sql");
pub const MESSAGES: &str = include_str!("../../queries/messages.sql");
pub const RELEASE_CLAIMS: &str = include_str!("../../queries/release_claims.sql");
const CLAIM_MESSAGES: &str = include_str!("../../queries/claim_messages.sql");

/// The statement that claims messages; `locking` is how a database passes over rows that others lock, empty where only one writes.
pub fn claim_messages(locking: &str) -> String {
    CLAIM_MESSAGES.replace("-- rows that others lock", locking)
}
