//! Facts about the core as its callers see it.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that panics has failed, as it should"
)]

mod catalogue;
mod framework;
mod status;
mod support;
mod values;
