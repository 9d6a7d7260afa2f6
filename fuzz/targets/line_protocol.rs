//! Fuzzes `fuzz_targets::line_protocol`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz_targets::line_protocol(data));
