#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tightlip_rules_fuzz::targets::rules(data));
