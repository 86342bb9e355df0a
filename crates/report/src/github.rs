//! `github`: workflow commands, which GitHub Actions shows as annotations, and the summary as text
//! for the log.
//!
//! A step gets ten annotations of each level, so the most severe findings come first.

use std::cmp::Reverse;
use std::io::{self, Write};

use tightlip_model::Severity;

use crate::ReportOptions;
use crate::ending::Ending;
use crate::layout::{Closing, Layout};
use crate::plain::{Style, safe};
use crate::shown::Shown;
use crate::words;

/// Commands written; a log of more helps nobody.
const MOST: usize = 1000;

/// The `github` format.
#[derive(Debug)]
pub(crate) struct Github {
    verbose: bool,
    commands: Vec<(Reverse<Severity>, String)>,
}

impl Github {
    pub(crate) fn new(options: &ReportOptions) -> Self {
        Self { verbose: options.verbose, commands: Vec::new() }
    }
}

impl Layout for Github {
    fn finding(&mut self, shown: &Shown<'_>, _out: &mut dyn Write) -> io::Result<()> {
        if shown.suppression.is_none() {
            self.commands.push((Reverse(shown.severity), command(shown)));
        }
        Ok(())
    }

    fn finish(&mut self, closing: &Closing<'_>, out: &mut dyn Write) -> io::Result<()> {
        self.commands.sort_by_key(|(severity, _)| *severity);
        let listed = self.commands.iter().take(MOST);
        listed.map(|(_, command)| command).try_for_each(|line| writeln!(out, "{line}"))?;
        if self.commands.len() > MOST {
            let rest = words::grouped((self.commands.len() - MOST) as u64);
            writeln!(out, "{rest} more secrets have no annotation")?;
        }
        let problems = closing.summary.coverage.problems.len() as u64;
        if problems > 0 {
            let number = words::count(problems, "problem");
            let text = format!("{number} kept the scan from reading everything; see the log");
            writeln!(out, "::error title=Incomplete scan::{}", data(&text))?;
        }
        let ending = Ending {
            style: Style { color: false },
            width: usize::MAX,
            verbose: self.verbose,
            elapsed: None,
            closing,
        };
        ending.lines().iter().try_for_each(|line| writeln!(out, "{line}"))
    }
}

fn command(shown: &Shown<'_>) -> String {
    let level = match shown.severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "notice",
    };
    let mut properties = if shown.is_at_hand() { place(shown) } else { Vec::new() };
    properties.push(("title", format!("{} ({})", shown.name(), shown.severity)));
    let properties: Vec<_> = properties
        .iter()
        .map(|(name, value)| format!("{name}={}", property(&safe(value.as_bytes()))))
        .collect();
    format!("::{level} {}::{}", properties.join(","), data(&message(shown)))
}

fn place(shown: &Shown<'_>) -> Vec<(&'static str, String)> {
    let at = &shown.location;
    let path = shown.provenance.path.as_bytes();
    if path.is_empty() {
        return Vec::new();
    }
    let mut place = vec![
        ("file", String::from_utf8_lossy(path).into_owned()),
        ("line", at.line.0.to_string()),
        ("endLine", at.end_line.0.to_string()),
    ];
    // Columns are refused for more than one line.
    if at.line == at.end_line {
        place.push(("col", at.column.0.to_string()));
        place.push(("endColumn", at.end_column.0.to_string()));
    }
    place
}

fn message(shown: &Shown<'_>) -> String {
    let proof = words::proof(shown.proof);
    let sure = words::confidence(shown.confidence);
    let mut lines = vec![format!("{}: {proof}; {sure}.", shown.secret.text)];
    if !shown.is_at_hand() || shown.provenance.path.as_bytes().is_empty() {
        lines.push(whereabouts(shown));
    }
    lines.extend(shown.asides().into_iter().map(words::sentence));
    lines.push(shown.rule.revoke.clone());
    lines.push(format!("{} {}", shown.rule.id, shown.fingerprint));
    let lines = lines.iter().filter(|line| !line.is_empty());
    lines.map(|line| safe(line.as_bytes())).collect::<Vec<_>>().join("\n")
}

/// The place in words, where there is no file to pin the annotation to.
fn whereabouts(shown: &Shown<'_>) -> String {
    let provenance = &shown.provenance;
    let path = provenance.path.to_text();
    let path = if path.is_empty() { provenance.origin.as_str() } else { &path };
    let of = provenance.commit.as_ref().map(|commit| format!(" of commit {}", commit.id));
    format!("In {path}, line {}{}.", shown.location.line.0, of.unwrap_or_default())
}

/// `text` as the data of a command, in which only these three end it or stand for others.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// `text` as the value of a property, which also ends at `:` and `,`.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_value_ends_it() {
        assert_eq!(property("a%b\r\n:,::"), "a%25b%0D%0A%3A%2C%3A%3A");
        assert_eq!(data("a%0A\n::x,y"), "a%250A%0A::x,y");
    }
}
