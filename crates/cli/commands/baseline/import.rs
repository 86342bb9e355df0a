//! `tightlip baseline import`: take over what another scanner knows.
//!
//! A scan decides: an entry is taken over where a finding fits it, and what fits none is told.

use std::path::Path;

use anyhow::{Context as _, bail};
use tightlip_model::Finding;
use tightlip_suppress::{Baseline, BaselineEntry, Candidate, Foreign};

use crate::args::BaselineImportArgs;
use crate::config::MOST_BYTES;
use crate::message;
use crate::place::read_file;
use crate::session::INCOMPLETE;
use crate::signals::Signals;

/// Entries that are named when they cannot be taken over.
const MOST_NAMED: usize = 20;

pub(super) fn run(args: &BaselineImportArgs, signals: &Signals) -> anyhow::Result<u8> {
    let mut foreign = Vec::new();
    for file in &args.from {
        foreign.extend(read(file)?);
    }
    let path = super::path(&args.baseline)?;
    let mut known = match path.exists() {
        true => super::read(&path)?,
        false => Baseline::new(super::salt()?),
    };
    let Some((outcome, setup)) = super::scanned(&args.baseline, &known, signals)? else {
        return Ok(signals.exit_code().unwrap_or(INCOMPLETE));
    };
    let findings: Vec<(&Finding, String)> = outcome
        .findings
        .iter()
        .chain(&outcome.parts)
        .map(|one| (one, setup.suppressor.paths.relative(&one.provenance.path).to_text()))
        .collect();
    let mut taken: Vec<BaselineEntry> = Vec::new();
    let mut left = Vec::new();
    for entry in &foreign {
        let fitting: Vec<&(&Finding, String)> =
            findings.iter().filter(|(finding, path)| fits(entry, finding, path)).collect();
        // What else stands on the line is not what was meant, and which one was cannot be told.
        let is_vague = entry.is_by_line() && are_several(&fitting);
        if fitting.is_empty() || is_vague {
            left.push((
                entry,
                if is_vague { "several secrets stand there" } else { "not found there" },
            ));
            continue;
        }
        let fitting = fitting.into_iter();
        taken.extend(fitting.map(|(finding, path)| BaselineEntry {
            label: entry.label,
            ..super::entry(finding, path.clone())
        }));
    }
    let count = foreign.len() - left.len();
    let before: Vec<BaselineEntry> = known.entries().cloned().collect();
    taken.into_iter().for_each(|entry| known.insert(entry));
    before
        .into_iter()
        .filter(|one| one.label != Default::default())
        .for_each(|one| known.insert(one));
    super::save(&path, &known)?;
    tell(&path, count, &left)?;
    Ok(0)
}

fn read(file: &Path) -> anyhow::Result<Vec<Foreign>> {
    let text = read_file(file, MOST_BYTES)?;
    let foreign =
        Foreign::parse(&text).with_context(|| format!("cannot import `{}`", file.display()))?;
    if foreign.is_empty() {
        bail!("`{}` holds no known finding", file.display());
    }
    Ok(foreign)
}

fn fits(entry: &Foreign, finding: &Finding, path: &str) -> bool {
    let commit = finding.provenance.commit.as_ref().map(|commit| commit.id.to_string());
    entry.fits(&Candidate {
        path,
        line: finding.location.line.0,
        commit: commit.as_deref(),
        secret: &finding.secret,
    })
}

/// Whether the findings are of more than one secret.
fn are_several(fitting: &[&(&Finding, String)]) -> bool {
    let mut secrets = fitting.iter().map(|(finding, _)| &finding.secret);
    let first = secrets.next();
    secrets.any(|secret| Some(secret) != first)
}

fn tell(path: &Path, count: usize, left: &[(&Foreign, &str)]) -> anyhow::Result<()> {
    message::print(&format!("{}: {count} entries taken over\n", path.display()))?;
    for (entry, why) in left.iter().take(MOST_NAMED) {
        let of = entry.commit.as_ref().map(|id| format!(" of commit {id}")).unwrap_or_default();
        message::warning(&format!("not taken over: `{}`{of}: {why}", entry.path));
    }
    if left.len() > MOST_NAMED {
        message::warning(&format!("and {} more were not taken over", left.len() - MOST_NAMED));
    }
    if left.iter().any(|(entry, _)| entry.commit.is_some()) {
        message::warning("entries of commits are looked for with `--history`");
    }
    Ok(())
}
