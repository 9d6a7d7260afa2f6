//! Facts about forecasts as their callers see them.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

mod calibration;
mod facts;
mod properties;
mod support;
