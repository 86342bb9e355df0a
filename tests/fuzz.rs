//! The fuzz targets of the binary's own parsers, on inputs made from good ones.

#[path = "../crates/cli/config.rs"]
#[expect(dead_code, reason = "the targets use the reading half")]
mod config;
#[path = "fuzzing/mutate.rs"]
mod mutate;
#[path = "../crates/cli/commands/agent/payload.rs"]
#[expect(dead_code, reason = "the targets use the reading half")]
mod payload;
#[path = "../crates/cli/policy.rs"]
mod policy;
#[path = "../crates/cli/fuzz/src/targets.rs"]
pub mod targets;

const SETTINGS: &str = "exclude: ['vendor/**']
skip-rules: [acme-key]
min-confidence: high
max-file-size: 1000000
allow:
  - path: 'docs/*.md'
    rule: acme-key
    reason: made up
    expires: 2031-12-31
inventory:
  max-age-days: {api-key: 90}
  owner-required: true
";

const EDIT: &str = r#"{"hook_event_name":"PreToolUse","cwd":"/src","tool_name":"Edit",
"tool_input":{"file_path":"a.py","old_string":"x","new_string":"y = 1"}}"#;

const COMMAND: &str = r#"{"toolName":"bash","toolArgs":"{\"command\":\"cat .env | head\"}",
"tool_input":{"edits":[{"new_string":"*** Begin Patch\n-old\n+new\n"}]}}"#;

#[test]
fn settings() {
    mutate::replay("settings", targets::settings, &[SETTINGS.as_bytes().to_vec()]);
}

#[test]
fn payloads() {
    let good = [EDIT, COMMAND].map(|text| text.as_bytes().to_vec());
    good.iter().for_each(|text| assert!(serde_json::from_slice::<serde_json::Value>(text).is_ok()));
    mutate::replay("payload", targets::payload, &good);
}
