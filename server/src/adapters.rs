//! The adapters that only this program names.

pub mod benchmark;
pub mod channels;
