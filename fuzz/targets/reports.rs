//! Fuzzes `fuzz_targets::reports`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz_targets::reports(data));
