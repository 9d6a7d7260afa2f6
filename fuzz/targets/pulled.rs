//! Fuzzes `fuzz_targets::pulled`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz_targets::pulled(data));
