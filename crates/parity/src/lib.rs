//! The same random cases through the core, for a comparison of this machine's code with WebAssembly's.
//!
//! `scripts/parity.sh` runs [`results`] natively and in Node, and compares every line. Numbers are printed as their bits,
//! so that a difference in the last one shows.

mod cases;
mod chance;
mod world;

use wasm_bindgen::prelude::wasm_bindgen;

/// The results of `count` cases, a line each; the same seed gives the same cases.
#[wasm_bindgen]
pub fn results(seed: u64, count: u32) -> String {
    cases::lines(seed, count)
}
