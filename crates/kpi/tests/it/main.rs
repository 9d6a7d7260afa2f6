//! Facts about the core as its callers see it.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that panics has failed, as it should"
)]

mod alerts;
mod as_of;
mod budget;
mod catalogue;
mod derived;
mod derived_kpi;
mod feeds;
mod framework;
mod gates;
mod pace;
mod status;
mod support;
mod values;
mod windows;
