#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tightlip_source_fuzz::targets::short_reads(data));
