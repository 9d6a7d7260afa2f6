//! The product's core: what a KPI's target means, what its status is at an instant, whether a phase gate passes.
//!
//! Everything here is a pure function of a catalogue, observations and an instant. There is no clock, no file, no
//! network and no randomness in this crate, and it builds for the browser.

pub mod aggregate;
pub mod alert;
pub mod baseline;
pub mod budget;
pub mod catalogue;
pub mod display;
pub mod evaluation;
pub mod exact_sum;
pub mod feed;
pub mod gate;
mod in_force;
pub mod instant;
pub mod measure;
pub mod number;
pub mod pace;
pub mod point;
pub mod principal;
pub mod shape;
pub mod status;
pub mod target;
pub mod unit;
pub mod value;
pub mod window;
