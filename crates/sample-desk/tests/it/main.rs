//! The desk over a store in memory.

mod bodies;
mod limits;
mod memory_store;
mod model;
mod reading;
mod retention;
mod support;
mod writers;
