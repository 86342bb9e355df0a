//! What is said to a person on standard error.

use std::io::{self, Write as _};

use tightlip_model::escape_text;

/// Says that the command failed.
pub(crate) fn error(error: &anyhow::Error) {
    say("error", &format!("{error:#}"));
}

/// Says something that does not end the command.
pub(crate) fn warning(text: &str) {
    say("warning", text);
}

/// Says that one of several things failed.
pub(crate) fn error_line(text: &str) {
    say("error", text);
}

/// A line on standard error; when that is closed there is nobody left to tell.
fn say(what: &str, text: &str) {
    let lines: Vec<String> = text.lines().map(escape_text).collect();
    let _ = writeln!(io::stderr().lock(), "tightlip: {what}: {}", lines.join("\n  "));
}

/// A line on standard error without a label.
pub(crate) fn tell(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", escape_text(text));
}

/// Lines on standard output, safe to show on a terminal.
///
/// # Errors
/// When they cannot be written.
pub(crate) fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    text.lines().try_for_each(|line| writeln!(out, "{}", escape_text(line)))?;
    out.flush()
}
