//! `tightlip baseline export`: what an audit found out, as a labelled set.
//!
//! One line of CSV for each finding that somebody has labelled, in the columns that
//! `training/train.py` reads. It says where a value stands, not what it is, unless asked to.

use std::path::Path;

use anyhow::Context as _;
use tightlip_model::Finding;
use tightlip_suppress::{BaselineEntry, Label};

use crate::args::BaselineArgs;
use crate::message;
use crate::root::Root;
use crate::session::INCOMPLETE;
use crate::signals::Signals;

const COLUMNS: &str =
    "Id,RepoName,FilePath,LineStart,LineEnd,GroundTruth,ValueStart,ValueEnd,Category";

pub(super) fn run(args: &BaselineArgs, signals: &Signals) -> anyhow::Result<u8> {
    let known = super::read(&super::path(args)?)?;
    let Some((outcome, setup)) = super::scanned(args, &known, signals)? else {
        return Ok(signals.exit_code().unwrap_or(INCOMPLETE));
    };
    let name = repository(args)?;
    let shows = args.scan.common.show_secrets;
    let mut table = format!("{COLUMNS}{}\n", if shows { ",Value" } else { "" });
    let mut id = 0;
    for finding in outcome.findings.iter().chain(&outcome.parts) {
        let path = setup.suppressor.paths.relative(&finding.provenance.path).to_text();
        let is_it = |entry: &&BaselineEntry| {
            entry.fingerprint == finding.fingerprint.0
                && entry.rule == finding.rule.id
                && entry.path == path
        };
        let Some(truth) = known.entries().find(is_it).and_then(|entry| truth(entry.label)) else {
            continue;
        };
        id += 1;
        let path = quoted(&format!("data/{name}/{path}"));
        let value = if shows { format!(",{}", quoted(&revealed(finding))) } else { String::new() };
        table += &format!("{id},{},{path},{}{value}\n", quoted(&name), place(finding, truth));
    }
    message::print(&table).context("cannot write to standard output")?;
    Ok(0)
}

/// The name of the folder that is scanned, which stands for the repository.
fn repository(args: &BaselineArgs) -> anyhow::Result<String> {
    let target = args.scan.paths.first().map_or(Path::new("."), AsRef::as_ref);
    let folder = Root::of(target)?.folder;
    let folder = folder.canonicalize().unwrap_or(folder);
    Ok(folder.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned()))
}

/// What a label says of a finding; nothing where nobody has looked.
fn truth(label: Label) -> Option<char> {
    match label {
        Label::True | Label::Accepted => Some('T'),
        Label::False => Some('F'),
        Label::Unreviewed => None,
    }
}

fn place(finding: &Finding, truth: char) -> String {
    let at = finding.location;
    let (start, end) = (at.column.0.saturating_sub(1), at.end_column.0.saturating_sub(1));
    format!("{},{},{truth},{start},{end},{}", at.line.0, at.end_line.0, finding.rule.id)
}

fn revealed(finding: &Finding) -> String {
    String::from_utf8_lossy(finding.secret.reveal()).replace(['\r', '\n'], " ")
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}
