//! `codequality`: the report that GitLab shows as Code Quality in every edition.
//!
//! What could not be read is an entry of its own: a widget without an entry means "clean".

use std::collections::HashMap;
use std::io::{self, Write};

use serde::Serialize;
use tightlip_model::{Problem, Severity};

use crate::ReportOptions;
use crate::layout::{Closing, Layout};
use crate::shown::Shown;
use crate::words;

/// The `codequality` format.
#[derive(Debug)]
pub(crate) struct CodeQuality {
    has_entry: bool,
    /// How often a fingerprint came: GitLab keeps one entry of each.
    told: HashMap<String, u64>,
}

#[derive(Debug, Serialize)]
struct Entry<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Debug, Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Debug, Serialize)]
struct Lines {
    begin: u64,
    end: u64,
}

impl CodeQuality {
    pub(crate) fn new(_: &ReportOptions) -> Self {
        Self { has_entry: false, told: HashMap::new() }
    }

    fn write(&mut self, mut entry: Entry<'_>, out: &mut dyn Write) -> io::Result<()> {
        let before = self.told.entry(entry.fingerprint.clone()).or_default();
        if *before > 0 {
            entry.fingerprint = format!("{}#{before}", entry.fingerprint);
        }
        *before += 1;
        out.write_all(if self.has_entry { b",\n" } else { b"\n" })?;
        self.has_entry = true;
        Ok(serde_json::to_writer(out, &entry)?)
    }
}

impl Layout for CodeQuality {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"[")
    }

    fn finding(&mut self, shown: &Shown<'_>, out: &mut dyn Write) -> io::Result<()> {
        if shown.suppression.is_some() { Ok(()) } else { self.write(entry(shown), out) }
    }

    fn finish(&mut self, closing: &Closing<'_>, out: &mut dyn Write) -> io::Result<()> {
        for problem in &closing.summary.coverage.problems {
            self.write(incomplete(problem), out)?;
        }
        out.write_all(b"]\n")
    }
}

fn entry<'a>(shown: &'a Shown<'_>) -> Entry<'a> {
    let path = shown.path_or_origin();
    let proof = words::proof(shown.proof);
    let of = shown.provenance.commit.as_ref().filter(|_| !shown.is_at_hand());
    let of = of.map(|commit| format!(" (commit {})", commit.id)).unwrap_or_default();
    let asides: String = shown.asides().iter().map(|aside| format!("; {aside}")).collect();
    Entry {
        description: format!("{}: {} ({proof}){of}{asides}", shown.name(), shown.secret.text),
        check_name: &shown.rule.id,
        fingerprint: format!("{}:{path}", shown.fingerprint),
        severity: severity(shown.severity),
        location: location(path, shown.location.line.0, shown.location.end_line.0),
    }
}

fn incomplete(problem: &Problem) -> Entry<'_> {
    let path = problem.subject.to_text();
    Entry {
        description: format!("not scanned: {}", problem.message),
        check_name: "tightlip-incomplete",
        fingerprint: format!("incomplete:{path}"),
        severity: "blocker",
        location: location(path, 1, 1),
    }
}

fn location(path: String, begin: u64, end: u64) -> Location {
    let begin = begin.max(1);
    Location { path, lines: Lines { begin, end: end.max(begin) } }
}

const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "blocker",
        Severity::High => "critical",
        Severity::Medium => "major",
        Severity::Low => "minor",
        Severity::Info => "info",
    }
}
