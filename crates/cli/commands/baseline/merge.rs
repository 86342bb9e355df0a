//! Letting git merge baselines: a line in `.gitattributes`.
//!
//! Lines are sorted by fingerprint, so two branches mostly add theirs in different places; where they
//! add them side by side, `merge=union` keeps both. What no merge can mend is two baselines that were
//! created apart, with a key each.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;

use crate::message;
use crate::setup::BASELINE_NAME;

/// Adds the line beside a baseline at the root of a work tree, unless one speaks of it already.
pub(super) fn advise(baseline: &Path) -> anyhow::Result<()> {
    let folder = baseline.parent().unwrap_or(Path::new("."));
    let is_usual = baseline.file_name().is_some_and(|name| name == BASELINE_NAME);
    let attributes = folder.join(".gitattributes");
    let is_link = attributes.symlink_metadata().is_ok_and(|found| !found.is_file());
    if !is_usual || is_link || !folder.join(".git").exists() {
        return Ok(());
    }
    let before = fs::read(&attributes).unwrap_or_default();
    if String::from_utf8_lossy(&before).contains(BASELINE_NAME) {
        return Ok(());
    }
    let failed = || format!("cannot write `{}`", attributes.display());
    let mut file = fs::OpenOptions::new().create(true).append(true).open(&attributes);
    let file = file.as_mut().map_err(|error| std::io::Error::from(error.kind()));
    let file = file.with_context(failed)?;
    let break_first = if before.last().is_some_and(|byte| *byte != b'\n') { "\n" } else { "" };
    writeln!(file, "{break_first}/{BASELINE_NAME} merge=union").with_context(failed)?;
    message::print(&format!(
        "{}: branches that both change the baseline merge line by line\n",
        attributes.display()
    ))?;
    Ok(())
}
