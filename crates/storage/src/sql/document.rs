//! Statements of documents.

pub const PUT_DOCUMENT: &str = include_str!("../../queries/put_document.sql");
pub const INSERT_DOCUMENT: &str = include_str!("../../queries/insert_document.sql");
pub const REPLACE_DOCUMENT: &str = include_str!("../../queries/replace_document.sql");
pub const RENAME_DOCUMENT: &str = include_str!("../../queries/rename_document.sql");
pub const DOCUMENTS: &str = include_str!("../../queries/documents.sql");
pub const DOCUMENT: &str = include_str!("../../queries/document.sql");
