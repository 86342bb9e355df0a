//! Baselines, ours and those of other scanners.

use tightlip_suppress::{Baseline, Foreign};

/// A baseline: what can be read is written so that it reads the same.
pub fn baseline(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match Baseline::parse(text) {
        Ok(known) => {
            let written = known.to_text();
            let again = Baseline::parse(&written).expect("what was written can be read");
            assert_eq!(again.to_text(), written);
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// What another scanner was told to let pass.
pub fn foreign(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Err(error) = Foreign::parse(text) {
        assert!(!error.to_string().is_empty());
    }
}
