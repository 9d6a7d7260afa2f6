//! Fuzzes `fuzz_targets::blocks`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz_targets::blocks(data));
