//! The files of the binary that read outside bytes, and their targets; `tests/fuzz.rs` at the root
//! includes the same.

#[path = "../../config.rs"]
#[expect(dead_code, reason = "the targets use the reading half")]
mod config;
#[path = "../../commands/agent/payload.rs"]
#[expect(dead_code, reason = "the targets use the reading half")]
mod payload;
#[path = "../../policy.rs"]
mod policy;
pub mod targets;
