//! Facts about samples, blocks and rollups as their callers see them.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

mod blocks;
mod flushing;
mod rolled;
mod segments;
mod series;
mod support;
