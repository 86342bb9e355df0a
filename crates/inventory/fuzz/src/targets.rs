//! Reports read back.

use tightlip_inventory::SavedReport;

/// A saved `json` or `jsonl` report.
pub fn saved(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Err(error) = SavedReport::parse(text, "fuzzed.json") {
        assert!(!error.to_string().is_empty());
    }
}
