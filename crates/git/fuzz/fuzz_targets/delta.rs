#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tightlip_git_fuzz::targets::delta(data));
