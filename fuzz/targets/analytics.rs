//! Fuzzes `fuzz_targets::analytics`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz_targets::analytics(data));
