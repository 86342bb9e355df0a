//! The end of the `human` format: what was found, what was read, what could not be.

use std::time::Duration;

use tightlip_model::{Coverage, ScanKind, Severity};

use crate::layout::Closing;
use crate::plain::{Ink, Style, safe, wrapped};
use crate::words::{count, size};

/// Problems listed unless all are asked for.
const LISTED: usize = 20;
/// In front of the lines that continue one.
const INDENT: &str = "  ";

/// The summary for people.
pub(crate) struct Ending<'a> {
    pub(crate) style: Style,
    pub(crate) width: usize,
    pub(crate) verbose: bool,
    /// How long the run took, for readers who do not compare one report with the next.
    pub(crate) elapsed: Option<Duration>,
    pub(crate) closing: &'a Closing<'a>,
}

impl Ending<'_> {
    pub(crate) fn lines(&self) -> Vec<String> {
        let Closing { summary, tally, .. } = self.closing;
        let read = self.read();
        let mut lines = Vec::new();
        if tally.findings == 0 {
            lines.extend(self.clean(&read));
        } else {
            lines.push(self.found());
            lines.extend(self.wrapped(&read));
        }
        for waived in self.closing.waived {
            let label = self.style.paint(Ink::Strong, "newly suppressed");
            let path = safe(&waived.path);
            lines.push(format!("{label}: {path} {}", safe(waived.words().as_bytes())));
        }
        for note in &summary.notes {
            let label = self.style.paint(Ink::Strong, "note");
            lines.push(format!("{label}: {}", safe(note.as_bytes())));
        }
        self.repositories(&mut lines);
        self.incomplete(&summary.coverage, &mut lines);
        lines
    }

    /// A line for each of several repositories, where all are asked for.
    fn repositories(&self, lines: &mut Vec<String>) {
        let Closing { scan, summary, .. } = self.closing;
        for one in summary.repositories.iter().filter(|_| self.verbose) {
            let coverage = &one.coverage;
            let (scope, bytes) = (scope(scan.kind, coverage), size(coverage.bytes));
            let rest = format!("{} ({bytes}){}", clone(coverage), skipped(coverage));
            let state = if summary.is_whole(one) { "" } else { ", not all of it" };
            lines.push(format!("  - {}: {scope}{rest}{state}", safe(one.name.as_bytes())));
        }
    }

    /// What was found and what was read, in one line.
    pub(crate) fn sentence(&self) -> String {
        let tally = self.closing.tally;
        let read = self.read();
        match (tally.findings, tally.suppressed) {
            (0, 0) => read,
            (0, suppressed) => format!("{suppressed} suppressed; {read}"),
            _ => format!("{}; {read}", self.found()),
        }
    }

    fn read(&self) -> String {
        let coverage = &self.closing.summary.coverage;
        let repositories = match self.closing.summary.repositories.len() as u64 {
            0 => String::new(),
            number => format!(" of {}", count(number, "repository")),
        };
        let scope = scope(self.closing.scan.kind, coverage) + &repositories;
        let bytes = size(coverage.bytes);
        let time = self.elapsed.map(|time| format!(" in {:.2} s", time.as_secs_f64()));
        let time = time.unwrap_or_default();
        format!("read {scope}{} ({bytes}){time}{}", clone(coverage), skipped(coverage))
    }

    fn clean(&self, read: &str) -> Vec<String> {
        let Closing { summary, tally, .. } = self.closing;
        let (ink, clean) = match summary.coverage.is_complete() {
            true => (Ink::Good, "no secrets found"),
            false => (Ink::Strong, "no secrets found in what could be read"),
        };
        let clean = match tally.suppressed {
            0 => clean.to_owned(),
            number => format!("{clean}, besides {}", count(number, "suppressed one")),
        };
        let mut lines = self.wrapped(&format!("{clean}: {read}"));
        if let Some(first) = lines.first_mut() {
            *first = first.replacen(&clean, &self.style.paint(ink, &clean), 1);
        }
        lines
    }

    /// Our own words in lines that fit; text from outside is not wrapped, lest it begin a line.
    fn wrapped(&self, text: &str) -> Vec<String> {
        let lines = wrapped(text, self.width.saturating_sub(INDENT.len()));
        let indent = |(index, line)| if index == 0 { line } else { format!("{INDENT}{line}") };
        lines.into_iter().enumerate().map(indent).collect()
    }

    fn found(&self) -> String {
        let Closing { scan, tally, .. } = self.closing;
        let sum = self.style.paint(Ink::Bad, &format!("{} found", count(tally.findings, "secret")));
        let grades = tally.by_severity.iter().rev();
        let grades: Vec<_> = grades.map(|(grade, number)| self.graded(*grade, *number)).collect();
        let places = match scan.kind {
            ScanKind::Stdin => "standard input".to_owned(),
            _ => count(tally.places() as u64, "file"),
        };
        let suppressed = match tally.suppressed {
            0 => String::new(),
            number => format!("; {number} suppressed"),
        };
        format!("{sum} in {places}: {}{suppressed}", grades.join(", "))
    }

    fn graded(&self, grade: Severity, number: u64) -> String {
        format!("{number} {}", self.style.paint(Ink::Grade(grade), grade.as_str()))
    }

    fn incomplete(&self, coverage: &Coverage, lines: &mut Vec<String>) {
        let problems = &coverage.problems;
        if problems.is_empty() {
            return;
        }
        let label = self.style.paint(Ink::Bad, "incomplete");
        let number = count(problems.len() as u64, "problem");
        lines.push(format!("{label}: {number} kept the scan from reading everything"));
        let listed = if self.verbose { problems.len() } else { LISTED };
        for problem in problems.iter().take(listed) {
            let subject = safe(problem.subject.as_bytes());
            let repository = safe(problem.repository.as_bytes());
            let subject = match repository.is_empty() || repository == subject {
                true => subject,
                false => format!("{repository} → {subject}"),
            };
            lines.push(format!("  - {subject}: {}", safe(problem.message.as_bytes())));
        }
        if problems.len() > listed {
            let rest = problems.len() - listed;
            lines.push(format!("  - and {rest} more; `--verbose` lists them all"));
        }
        lines.push("  what to do: mend or exclude what is listed, then scan again".to_owned());
    }
}

/// What was read, in the words of its kind.
fn scope(kind: ScanKind, coverage: &Coverage) -> String {
    match kind {
        ScanKind::Files => count(coverage.blobs, "file"),
        ScanKind::Stdin => "standard input".to_owned(),
        ScanKind::Staged => count(coverage.blobs, "staged file"),
        ScanKind::Diff => {
            let commits = count(coverage.commits, "commit");
            format!("{} in {commits}", count(coverage.blobs, "changed file"))
        }
        ScanKind::History => {
            let refs = count(coverage.refs, "ref");
            let commits = count(coverage.commits, "commit");
            format!("{}, {commits}, {refs}", count(coverage.objects, "object"))
        }
    }
}

fn clone(coverage: &Coverage) -> &'static str {
    match (coverage.shallow, coverage.partial) {
        (false, false) => "",
        (true, false) => " of a shallow clone",
        (false, true) => " of a partial clone",
        (true, true) => " of a shallow and partial clone",
    }
}

fn skipped(coverage: &Coverage) -> String {
    let total: u64 = coverage.skipped.values().sum();
    if total == 0 {
        return String::new();
    }
    let reasons = coverage.skipped.iter();
    let reasons: Vec<_> =
        reasons.map(|(why, number)| format!("{number} {}", why.as_str())).collect();
    format!("; skipped {total} ({})", reasons.join(", "))
}
