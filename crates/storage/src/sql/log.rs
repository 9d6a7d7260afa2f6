//! Statements of the log of what was added.

use std::sync::LazyLock;

use crate::bulk_insert::Insert;

pub const MOVE_LOG_HEAD: &str = include_str!("../../queries/move_log_head.sql");
pub const LOG_HEAD: &str = include_str!("../../queries/log_head.sql");
pub const LOG_AFTER: &str = include_str!("../../queries/log_after.sql");
pub static INSERT_LOG: LazyLock<Insert> = LazyLock::new(|| Insert::new(include_str!("../../queries/insert_log.sql")));
