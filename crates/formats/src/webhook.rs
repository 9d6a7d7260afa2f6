//! Webhooks: who sent them, and what their events become. Signatures are checked on the raw bytes, before anything is read.

pub mod github;
pub mod hubspot;
mod signature;
pub mod stripe;

pub use signature::{HubSpotRequest, Unverified, Verifier, verify_github, verify_hubspot, verify_stripe};
