#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tightlip_suppress_fuzz::targets::baseline(data));
