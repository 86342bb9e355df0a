#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tightlip_inventory_fuzz::targets::saved(data));
