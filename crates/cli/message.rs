//! What is said to a person on standard error.

use std::io::{self, Write as _};

use tightlip_detect::{Scanner, Scratch};
use tightlip_model::{ByteSpan, escape_text};

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
    let text = masked(text);
    let lines: Vec<String> = text.lines().map(escape_text).collect();
    let _ = writeln!(io::stderr().lock(), "tightlip: {what}: {}", lines.join("\n  "));
}

/// A message may quote what was given: an address with its password, a line of a broken file.
fn masked(text: &str) -> String {
    let mut found = Vec::new();
    if let Ok(scanner) = Scanner::new(tightlip_rules::builtin()) {
        let whole = ByteSpan::new(0, text.len());
        scanner.scan(text.as_bytes(), whole, &mut Scratch::new(), &mut found);
    }
    let mut out = text.to_owned();
    for one in found {
        out = out.replace(&*String::from_utf8_lossy(one.secret.reveal()), &one.secret.masked());
    }
    out
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_shows_no_secret_that_it_quotes() {
        let password = ["tr0ub4", "dor&3xQ"].concat();
        let address = format!("https://deploy:{password}@git.corp.internal/x");
        let said = masked(&format!("cannot read the base: revision `{address}`; name another"));
        assert!(!said.contains(&password), "{said}");
        assert!(said.ends_with("git.corp.internal/x`; name another"), "{said}");
        assert_eq!(masked("cannot read `a/b.txt`"), "cannot read `a/b.txt`");
    }
}
