//! `junit`: a test-suite in which each finding is a failed test, each suppressed one a skipped test,
//! and each thing that could not be read an error.
//!
//! Cases wait as text, as their counts stand in front of them.

use std::io::{self, Write};

use tightlip_model::Suppression;

use crate::ReportOptions;
use crate::ending::Ending;
use crate::layout::{Closing, Layout};
use crate::markup::text;
use crate::plain::Style;
use crate::shown::Shown;
use crate::words;

/// The `junit` format.
#[derive(Debug)]
pub(crate) struct Junit {
    cases: String,
}

impl Junit {
    pub(crate) const fn new(_: &ReportOptions) -> Self {
        Self { cases: String::new() }
    }

    fn case(&mut self, class: &str, name: &str, outcome: &str) {
        let case = format!("<testcase classname=\"{class}\" name=\"{name}\">{outcome}</testcase>");
        self.cases += &format!("  {case}\n");
    }
}

impl Layout for Junit {
    fn finding(&mut self, shown: &Shown<'_>, _out: &mut dyn Write) -> io::Result<()> {
        let path = text(shown.path_or_origin_bytes());
        let name = format!("{} line {}", shown.rule.id, shown.location.line.0);
        let outcome = match &shown.suppression {
            Some(why) => skipped(why),
            None => failure(shown),
        };
        self.case(&path, &text(name.as_bytes()), &outcome);
        Ok(())
    }

    fn finish(&mut self, closing: &Closing<'_>, out: &mut dyn Write) -> io::Result<()> {
        let problems = &closing.summary.coverage.problems;
        for problem in problems {
            let error = format!("<error message=\"{}\"/>", text(problem.message.as_bytes()));
            self.case("not read", &text(problem.subject.as_bytes()), &error);
        }
        let (failures, skipped) = (closing.tally.findings, closing.tally.suppressed);
        if failures == 0 && problems.is_empty() {
            // A suite without a test counts as broken in some places.
            self.case("tightlip", "everything was read and no secret found", "");
        }
        let own = u64::from(failures == 0 && problems.is_empty());
        let tests = failures + skipped + problems.len() as u64 + own;
        let counts = format!(
            "tests=\"{tests}\" failures=\"{failures}\" errors=\"{}\" skipped=\"{skipped}\"",
            problems.len()
        );
        writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
        writeln!(out, "<testsuites name=\"tightlip\" {counts}>")?;
        writeln!(out, " <testsuite name=\"tightlip {}\" {counts}>", closing.scan.kind.as_str())?;
        out.write_all(self.cases.as_bytes())?;
        writeln!(out, "  <system-out>{}</system-out>", text(sentence(closing).as_bytes()))?;
        writeln!(out, " </testsuite>\n</testsuites>")
    }
}

fn sentence(closing: &Closing<'_>) -> String {
    let style = Style { color: false };
    let ending = Ending { style, width: usize::MAX, verbose: false, elapsed: None, closing };
    ending.sentence()
}

fn skipped(why: &Suppression) -> String {
    let reason = text(why.reason().as_bytes());
    format!("<skipped message=\"suppressed by {}: {reason}\"/>", why.as_str())
}

fn failure(shown: &Shown<'_>) -> String {
    let title = text(format!("{} ({})", shown.name(), shown.severity).as_bytes());
    let at = &shown.location;
    let mut lines = vec![
        format!("at: {}:{}:{}", shown.path_or_origin(), at.line.0, at.column.0),
        format!("secret: {}", shown.secret.text),
        format!("why: {}; {}", words::proof(shown.proof), words::confidence(shown.confidence)),
    ];
    lines.extend(shown.companions.iter().map(|part| format!("with: {}", part.words())));
    match shown.doubt().as_str() {
        "" => {}
        doubt => lines.push(format!("or: {doubt}")),
    }
    if let Some(commit) = &shown.provenance.commit {
        lines.push(format!("commit: {}", commit.id));
    }
    if !shown.rule.revoke.is_empty() {
        lines.push(format!("fix: {} {}", shown.rule.revoke, shown.rule.link));
    }
    lines.push(format!("id: {} {}", shown.rule.id, shown.fingerprint));
    let lines: Vec<String> = lines.iter().map(|line| text(line.trim_end().as_bytes())).collect();
    format!(
        "<failure type=\"{}\" message=\"{title}\">{}</failure>",
        shown.severity,
        lines.join("\n")
    )
}
