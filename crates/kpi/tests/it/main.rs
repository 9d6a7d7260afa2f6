//! Facts about the core as its callers see it.

mod catalogue;
mod framework;
mod status;
mod support;
mod values;
