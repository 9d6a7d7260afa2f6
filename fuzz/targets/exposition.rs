//! Fuzzes `fuzz_targets::exposition`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz_targets::exposition(data));
