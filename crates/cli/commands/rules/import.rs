//! `tightlip rules import`: settings of another scanner as a rule file on standard output; what does
//! not come over is said on standard error.

use std::path::Path;

use anyhow::Context as _;
use tightlip_rules::import::{Dialect, import};

use crate::config::MOST_BYTES;
use crate::message;
use crate::place::read_file;
use crate::setup::with_rules;

/// Exit code 2 says that rules were left out.
pub(super) fn run(from: Dialect, file: &Path) -> anyhow::Result<u8> {
    let text = read_file(file, MOST_BYTES)?;
    let imported = import(from, &text, &with_rules(&[])?)
        .map_err(anyhow::Error::msg)
        .with_context(|| format!("cannot import `{}`", file.display()))?;
    for note in &imported.notes {
        message::tell(&note.to_string());
    }
    let (rules, left_out) = (imported.rules, imported.left_out);
    message::tell(&format!("{rules} rules came over, {left_out} were left out"));
    super::print(&imported.yaml)?;
    Ok(if left_out == 0 { 0 } else { 2 })
}
