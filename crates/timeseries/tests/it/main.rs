//! The desk over a store in memory.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

mod bodies;
mod limits;
mod memory_store;
mod model;
mod points;
mod reading;
mod retention;
mod support;
mod writers;
