//! `markdown`: a page of bounded size for the summary of a job or a comment on a pull request.
//!
//! All text from outside is cut to a length, and each of its characters that Markdown, HTML or GitHub
//! could read as anything but itself is written as an entity.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use tightlip_model::{Confidence, Coverage, Severity};

use crate::ReportOptions;
use crate::ending::Ending;
use crate::layout::{Closing, Layout};
use crate::plain::{Style, safe};
use crate::shown::Shown;
use crate::words;

/// Findings listed: with the lengths below this keeps the page under the 1 MiB of a job summary.
const MOST_ROWS: usize = 200;
/// Entries of every other list.
const MOST_ENTRIES: usize = 20;
/// Characters of a path, a name, a secret.
const FIELD: usize = 160;
/// Characters of advice or of a message.
const PROSE: usize = 600;

/// The `markdown` format.
#[derive(Debug)]
pub(crate) struct Markdown {
    rows: Vec<Row>,
    advice: BTreeMap<String, String>,
}

/// A finding as a row of the table; the order of rows is that of their grades.
#[derive(Debug)]
struct Row {
    rank: (Reverse<Severity>, Reverse<Confidence>),
    text: String,
}

impl Markdown {
    pub(crate) fn new(_: &ReportOptions) -> Self {
        Self { rows: Vec::new(), advice: BTreeMap::new() }
    }

    /// Keeps the most severe rows, in the order in which they came.
    fn cut(&mut self) {
        self.rows.sort_by_key(|row| row.rank);
        self.rows.truncate(MOST_ROWS);
    }

    fn table(&self, findings: u64, page: &mut String) {
        page.push_str("\n| Severity | What | Where | Secret | Confidence |\n");
        page.push_str("|:--|:--|:--|:--|:--|\n");
        self.rows.iter().for_each(|row| page.push_str(&row.text));
        let rest = findings.saturating_sub(self.rows.len() as u64);
        if rest > 0 {
            page.push_str(&format!(
                "\nAnd {} more, none of them more severe.\n",
                words::grouped(rest)
            ));
        }
    }

    fn what_to_do(&self, page: &mut String) {
        page.push_str("\n**What to do**\n\n");
        for (name, revoke) in self.advice.iter().take(MOST_ENTRIES) {
            page.push_str(&format!("- {name}: {revoke}\n"));
        }
        if self.advice.len() > MOST_ENTRIES {
            page.push_str(&format!(
                "- and for {} other kinds: see the full report\n",
                self.advice.len() - MOST_ENTRIES
            ));
        }
    }
}

impl Layout for Markdown {
    fn finding(&mut self, shown: &Shown<'_>, _out: &mut dyn Write) -> io::Result<()> {
        if shown.suppression.is_some() {
            return Ok(());
        }
        let name = prose(shown.name().as_bytes());
        let rank = (Reverse(shown.severity), Reverse(shown.confidence));
        self.rows.push(Row { rank, text: row(shown, &name) });
        if self.rows.len() >= 2 * MOST_ROWS {
            self.cut();
        }
        let revoke = &shown.rule.revoke;
        if !revoke.is_empty() {
            self.advice.entry(name).or_insert_with(|| prose(revoke.as_bytes()));
        }
        Ok(())
    }

    fn finish(&mut self, closing: &Closing<'_>, out: &mut dyn Write) -> io::Result<()> {
        self.cut();
        let ending = Ending {
            style: Style { color: false },
            width: usize::MAX,
            verbose: false,
            elapsed: None,
            closing,
        };
        let mut page = format!(
            "### {}\n\n{}\n",
            words::title(closing),
            prose(words::capitalized(&ending.sentence()).as_bytes())
        );
        if !self.rows.is_empty() {
            self.table(closing.tally.findings, &mut page);
        }
        if !self.advice.is_empty() {
            self.what_to_do(&mut page);
        }
        if !closing.waived.is_empty() {
            page.push_str("\n**Newly suppressed by this change**\n\n");
        }
        for waived in closing.waived {
            let words = prose(waived.words().as_bytes());
            page.push_str(&format!("- {} {words}\n", code(&waived.path)));
        }
        problems(&closing.summary.coverage, &mut page);
        notes(&closing.summary.notes, &mut page);
        out.write_all(page.as_bytes())
    }
}

fn row(shown: &Shown<'_>, name: &str) -> String {
    let at = &shown.location;
    let path = code(shown.path_or_origin_bytes());
    let commit = shown.provenance.commit.as_ref();
    let commit = commit.map(|commit| commit.id.to_string().chars().take(10).collect::<String>());
    let commit = commit.map(|id| format!(" in <code>{id}</code>")).unwrap_or_default();
    let secret = code(shown.secret.text.as_bytes());
    let (severity, confidence) = (shown.severity, shown.confidence);
    let asides = shown.asides().into_iter().map(|aside| format!("<br>{}", prose(aside.as_bytes())));
    format!(
        "| {severity} | {name}{} | {path} line {}{commit} | {secret} | {confidence}: {} |\n",
        asides.collect::<String>(),
        at.line.0,
        words::proof(shown.proof),
    )
}

fn problems(coverage: &Coverage, page: &mut String) {
    if coverage.problems.is_empty() {
        return;
    }
    page.push_str("\n**What could not be read**\n\n");
    for problem in coverage.problems.iter().take(MOST_ENTRIES) {
        let subject = code(problem.subject.as_bytes());
        page.push_str(&format!("- {subject}: {}\n", prose(problem.message.as_bytes())));
    }
    let rest = coverage.problems.len().saturating_sub(MOST_ENTRIES);
    if rest > 0 {
        page.push_str(&format!("- and {rest} more: see the log\n"));
    }
}

fn notes(notes: &[String], page: &mut String) {
    for note in notes.iter().take(MOST_ENTRIES) {
        page.push_str(&format!("\n> {}\n", prose(note.as_bytes())));
    }
}

pub(crate) fn code(text: &[u8]) -> String {
    format!("<code>{}</code>", escaped(&safe(text), FIELD))
}

pub(crate) fn prose(text: &[u8]) -> String {
    escaped(&safe(text), PROSE)
}

/// The first characters of `text`, all punctuation that could mean something as entities.
fn escaped(text: &str, most: usize) -> String {
    let mut out = String::with_capacity(text.len());
    for (index, c) in text.chars().enumerate() {
        if index == most {
            out.push('…');
            break;
        }
        if c.is_ascii_punctuation() && !matches!(c, '-' | '/' | ',' | ';' | '(' | ')') {
            write!(out, "&#{};", u32::from(c)).expect("writing to a string does not fail");
        } else {
            out.push(c);
        }
    }
    out
}
