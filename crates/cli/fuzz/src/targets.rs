//! Settings and the messages of agents: any text is read or refused with a reason.

use std::path::Path;

use crate::{config::Config, payload};

/// A settings file, or a policy, which has the same form.
pub fn settings(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Err(error) = Config::parse(Path::new("fuzzed.yaml"), text) {
        assert!(!format!("{error:#}").is_empty());
    }
}

/// What an agent says it is about to do.
pub fn payload(data: &[u8]) {
    let Ok(said) = serde_json::from_slice::<serde_json::Value>(data) else { return };
    let _ = (payload::parts(&said), payload::folder(&said));
}
