//! Statements of messages.

pub const INSERT_MESSAGE: &str = include_str!("../../queries/insert_message.sql");
pub const PUT_MESSAGE: &str = include_str!("../../queries/put_message.sql");
pub const DUE_MESSAGES: &str = include_str!("../../queries/due_messages.sql");
pub const DUE_CHANNELS: &str = include_str!("../../queries/due_channels.sql");
pub const DUE_MESSAGES_OF: &str = include_str!("../../queries/due_messages_of.sql");
pub const MAKE_MESSAGES_DUE: &str = include_str!("../../queries/make_messages_due.sql");
pub const MESSAGES: &str = include_str!("../../queries/messages.sql");
