//! Statements of the store as a whole.

pub const MIGRATIONS_APPLIED: &str = include_str!("../../queries/migrations_applied.sql");
pub const CHECK: &str = include_str!("../../queries/check.sql");
