//! The end of the `human` format: what was found, what was read, what could not be.

use tightlip_model::{Coverage, ScanKind, Severity, Summary};

use crate::layout::Closing;
use crate::plain::{Ink, Style, safe};
use crate::tally::Tally;
use crate::words::{count, size};

/// Problems listed unless all are asked for.
const LISTED: usize = 20;

/// The summary for people.
pub(crate) struct Ending<'a> {
    pub(crate) style: Style,
    pub(crate) verbose: bool,
    pub(crate) closing: &'a Closing<'a>,
}

impl Ending<'_> {
    pub(crate) fn lines(&self) -> Vec<String> {
        let Closing { scan, summary, tally } = self.closing;
        let read = format!("read {}", read(scan.kind, summary));
        let mut lines = Vec::new();
        if tally.findings == 0 {
            lines.push(format!("{}: {read}", self.clean(summary, tally)));
        } else {
            lines.push(self.found(tally));
            lines.push(read);
        }
        for note in &summary.notes {
            let label = self.style.paint(Ink::Strong, "note");
            lines.push(format!("{label}: {}", safe(note.as_bytes())));
        }
        self.incomplete(&summary.coverage, &mut lines);
        lines
    }

    fn clean(&self, summary: &Summary, tally: &Tally) -> String {
        let suppressed = match tally.suppressed {
            0 => String::new(),
            number => format!(" besides {} suppressed", count(number, "secret")),
        };
        let text = format!("no secrets found{suppressed}");
        let ink = if summary.coverage.is_complete() { Ink::Good } else { Ink::Strong };
        self.style.paint(ink, &text)
    }

    fn found(&self, tally: &Tally) -> String {
        let sum = self.style.paint(Ink::Bad, &format!("{} found", count(tally.findings, "secret")));
        let grades = tally.by_severity.iter().rev();
        let grades: Vec<_> = grades.map(|(grade, number)| self.graded(*grade, *number)).collect();
        let files = count(tally.places() as u64, "file");
        let suppressed = match tally.suppressed {
            0 => String::new(),
            number => format!("; {number} suppressed"),
        };
        format!("{sum} in {files}: {}{suppressed}", grades.join(", "))
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
            lines.push(format!("  - {subject}: {}", safe(problem.message.as_bytes())));
        }
        if problems.len() > listed {
            let rest = problems.len() - listed;
            lines.push(format!("  - and {rest} more; `--verbose` lists them all"));
        }
        lines.push("  mend or exclude what is listed, then scan again".to_owned());
    }
}

/// What was read, and how long that took.
fn read(kind: ScanKind, summary: &Summary) -> String {
    let coverage = &summary.coverage;
    let what = match kind {
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
    };
    let bytes = size(coverage.bytes);
    let seconds = summary.elapsed.as_secs_f64();
    format!("{what} ({bytes}) in {seconds:.2} s{}{}", clone(coverage), skipped(coverage))
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
