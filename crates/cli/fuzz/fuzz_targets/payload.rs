#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tightlip_cli_fuzz::targets::payload(data));
