//! `csv`: a row for each finding and one for each thing that could not be read, for spreadsheets.
//!
//! Every cell is quoted, holds one line, and begins with nothing that a spreadsheet would compute.

use std::io::{self, Write};

use tightlip_model::{Suppression, Timestamp};

use crate::ReportOptions;
use crate::layout::{Closing, Layout};
use crate::plain::safe;
use crate::shown::{Shown, ShownPart};

const HEADER: &str = "type,severity,confidence,proof,rule,title,repository,path,line,column,commit,author,email,date,secret,fingerprint,status,suppressed by,reason,revoke,link,message,parts,may also be\n";

/// The `csv` format.
#[derive(Debug)]
pub(crate) struct Csv;

impl Csv {
    pub(crate) const fn new(_: &ReportOptions) -> Self {
        Self
    }
}

impl Layout for Csv {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(HEADER.as_bytes())
    }

    fn finding(&mut self, shown: &Shown<'_>, out: &mut dyn Write) -> io::Result<()> {
        let commit = shown.provenance.commit.as_ref();
        let id = commit.map(|commit| commit.id.to_string()).unwrap_or_default();
        let date = commit.map(|commit| Timestamp(commit.seconds).to_string()).unwrap_or_default();
        let why = shown.suppression.as_ref();
        let (name, doubt) = (shown.name(), shown.doubt());
        let parts: Vec<String> = shown.companions.iter().map(ShownPart::words).collect();
        let parts = parts.join("; ");
        let (line, column) =
            (shown.location.line.0.to_string(), shown.location.column.0.to_string());
        row(
            out,
            [
                if why.is_some() { b"suppressed" } else { b"finding".as_slice() },
                shown.severity.as_str().as_bytes(),
                shown.confidence.as_str().as_bytes(),
                shown.proof.as_str().as_bytes(),
                shown.rule.id.as_bytes(),
                name.as_bytes(),
                shown.provenance.repository.as_bytes(),
                shown.path_or_origin_bytes(),
                line.as_bytes(),
                column.as_bytes(),
                id.as_bytes(),
                commit.map(|commit| commit.author.as_slice()).unwrap_or_default(),
                commit.map(|commit| commit.email.as_slice()).unwrap_or_default(),
                date.as_bytes(),
                shown.secret.text.as_bytes(),
                shown.fingerprint.0.as_bytes(),
                shown.status.as_str().as_bytes(),
                why.map(Suppression::as_str).unwrap_or_default().as_bytes(),
                why.map(Suppression::reason).unwrap_or_default().as_bytes(),
                shown.rule.revoke.as_bytes(),
                shown.rule.link.as_bytes(),
                b"",
                parts.as_bytes(),
                doubt.as_bytes(),
            ],
        )
    }

    fn finish(&mut self, closing: &Closing<'_>, out: &mut dyn Write) -> io::Result<()> {
        for problem in &closing.summary.coverage.problems {
            let mut cells = [b"".as_slice(); 24];
            cells[0] = b"not read";
            cells[7] = problem.subject.as_bytes();
            cells[21] = problem.message.as_bytes();
            row(out, cells)?;
        }
        Ok(())
    }
}

/// Writes one line of cells.
pub(crate) fn row<const N: usize>(out: &mut dyn Write, cells: [&[u8]; N]) -> io::Result<()> {
    let cells = cells.map(cell);
    writeln!(out, "{}", cells.join(","))
}

/// A quoted cell. What could begin a formula, also behind spaces, gets an apostrophe in front, which
/// spreadsheets take for "this is text".
fn cell(bytes: &[u8]) -> String {
    let text = safe(bytes);
    let first = text.trim_start().chars().next();
    let is_formula = first.is_some_and(|c| "=+-@|%＝＋－＠".contains(c));
    let mark = if is_formula { "'" } else { "" };
    format!("\"{mark}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_begins_a_formula_or_ends_early() {
        for formula in ["=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)", "  =x", "\t=x", "＝1"] {
            assert!(cell(formula.as_bytes()).starts_with("\"'"), "{formula}");
        }
        assert_eq!(cell(b"a\"b\r\nc,d"), "\"a\"\"b\\u{d}\\u{a}c,d\"");
        assert_eq!(cell(b"a=b"), "\"a=b\"");
    }

    #[test]
    fn there_is_a_title_for_every_cell() {
        assert_eq!(HEADER.split(',').count(), 24);
    }
}
