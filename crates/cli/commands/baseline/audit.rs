//! `tightlip baseline audit`: walk through the entries that nobody has looked at.
//!
//! Each answer is written at once, so that an audit that is broken off goes on where it was.

use std::io::{self, BufRead as _, Write as _};

use anyhow::Context as _;
use tightlip_model::{Finding, escape_text};
use tightlip_suppress::{Baseline, BaselineEntry, Label};

use crate::args::BaselineArgs;
use crate::message;
use crate::session::INCOMPLETE;
use crate::signals::Signals;

/// The keys, as they are explained.
const KEYS: &str = "t true, f false, a accepted (each with a reason behind it, if you like), s skip, b back, q quit";

/// What somebody answered.
#[derive(Debug, PartialEq, Eq)]
enum Answer {
    Label(Label, String),
    Skip,
    Back,
    Quit,
    Unclear,
}

pub(super) fn run(args: &BaselineArgs, signals: &Signals) -> anyhow::Result<u8> {
    let path = super::path(args)?;
    let mut known = super::read(&path)?;
    let open = |known: &Baseline| -> Vec<BaselineEntry> {
        known.entries().filter(|entry| entry.label == Label::Unreviewed).cloned().collect()
    };
    let entries = open(&known);
    if entries.is_empty() {
        message::print("every entry of the baseline has been looked at\n")?;
        return Ok(0);
    }
    let Some((outcome, setup)) = super::scanned(args, &known, signals)? else {
        return Ok(signals.exit_code().unwrap_or(INCOMPLETE));
    };
    let place =
        |finding: &Finding| setup.suppressor.paths.relative(&finding.provenance.path).to_text();
    message::print(&format!("{KEYS}\n"))?;
    let mut at = 0;
    while let Some(entry) = entries.get(at) {
        let is_it = |finding: &&Finding| {
            finding.fingerprint.0 == entry.fingerprint
                && finding.rule.id == entry.rule
                && place(finding) == entry.path
        };
        let found = outcome.findings.iter().chain(&outcome.parts).find(is_it);
        message::print(&shown(entry, found, at + 1, entries.len()))?;
        match ask()? {
            Answer::Label(label, reason) => {
                known.insert(BaselineEntry { label, reason, ..entry.clone() });
                super::save(&path, &known)?;
                at += 1;
            }
            Answer::Skip => at += 1,
            Answer::Back => at = at.saturating_sub(1),
            Answer::Quit => break,
            Answer::Unclear => message::print(&format!("{KEYS}\n"))?,
        }
    }
    let left = open(&known).len();
    message::print(&format!("{}: {left} entries are left to look at\n", path.display()))?;
    Ok(0)
}

fn shown(entry: &BaselineEntry, found: Option<&Finding>, number: usize, all: usize) -> String {
    let Some(finding) = found else {
        let (rule, path) = (&entry.rule, &entry.path);
        return format!(
            "\n[{number}/{all}] {rule} in {path}: no longer there (`baseline prune` drops it)\n"
        );
    };
    let (rule, line) = (&finding.rule, finding.location.line.0);
    let excerpt = finding.excerpt.as_ref().map(|excerpt| escape_text(excerpt.text.trim()));
    let excerpt = excerpt.unwrap_or_else(|| finding.secret.masked());
    let evidence: String =
        finding.evidence.iter().map(|evidence| format!("  {evidence}\n")).collect();
    format!(
        "\n[{number}/{all}] {} {} ({}, {} confidence)\n  {}:{line}\n  {excerpt}\n{evidence}",
        rule.provider, rule.title, finding.severity, finding.confidence, entry.path,
    )
}

/// One line of standard input; its end is "quit".
fn ask() -> anyhow::Result<Answer> {
    let mut out = io::stdout().lock();
    write!(out, "> ").and_then(|()| out.flush()).context("cannot write to standard output")?;
    let mut line = String::new();
    let read = io::stdin().lock().read_line(&mut line).context("cannot read an answer")?;
    Ok(if read == 0 { Answer::Quit } else { answer(line.trim()) })
}

fn answer(line: &str) -> Answer {
    let (key, reason) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let label = |label| Answer::Label(label, reason.trim().to_owned());
    match key {
        "t" => label(Label::True),
        "f" => label(Label::False),
        "a" => label(Label::Accepted),
        "s" => Answer::Skip,
        "b" => Answer::Back,
        "q" => Answer::Quit,
        _ => Answer::Unclear,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_may_have_a_reason_behind_it() {
        assert_eq!(answer("f  a hash"), Answer::Label(Label::False, "a hash".to_owned()));
        assert_eq!(answer("b"), Answer::Back);
        assert_eq!(answer("yes"), Answer::Unclear);
        assert_eq!(answer(""), Answer::Unclear);
    }
}
