//! Fuzzes `fuzz_targets::observations`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz_targets::observations(data));
