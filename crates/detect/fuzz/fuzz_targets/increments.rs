#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tightlip_detect_fuzz::targets::increments(data));
