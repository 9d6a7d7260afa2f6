//! Statements of documents.

pub const PUT_DOCUMENT: &str = include_str!("../../queries/put_document.sql");
pub const DOCUMENT: &str = include_str!("../../queries/document.sql");
