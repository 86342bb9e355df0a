//! Marks in the scanned text: a comment beside a secret that says it may stay.

use tightlip_model::Suppression;

/// Which marks count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marks {
    /// Ours and the peers'.
    Honoured,
    /// None: the text is not trusted to judge itself.
    Ignored,
}

/// The lines around a secret; either may be cut to the part next to it.
#[derive(Debug, Clone, Copy, Default)]
pub struct LineContext<'a> {
    /// The line above, empty when there is none.
    pub above: &'a [u8],
    /// The line the secret begins on.
    pub line: &'a [u8],
    /// The line it ends on.
    pub last: &'a [u8],
}

/// Our own mark; it may name rules and give a reason.
const OWN: &str = "tightlip:allow";
/// What other scanners take for "not this line".
const SAME_LINE: &[&str] = &[
    "gitleaks:allow",
    "betterleaks:allow",
    "trufflehog:ignore",
    "kingfisher:allow",
    "kingfisher:ignore",
    "pragma: allowlist secret",
    "pragma: whitelist secret",
];
/// What other scanners take for "not the next line".
const NEXT_LINE: &[&str] =
    &["pragma: allowlist nextline secret", "pragma: whitelist nextline secret"];
/// What ends a comment and is no part of a reason.
const CLOSERS: &[&str] = &["--%>", "-->", "*/", "*)", "#}", "}}", "%>"];

impl LineContext<'_> {
    /// The mark that lets a finding of `rule` stay, if there is one.
    #[must_use]
    pub fn mark(&self, rule: &str) -> Option<Suppression> {
        let (above, line, last) = (text(self.above), text(self.line), text(self.last));
        own_mark(&line, rule)
            .or_else(|| own_mark(&last, rule))
            .or_else(|| stands_alone(&above).then(|| own_mark(&above, rule)).flatten())
            .or_else(|| peer_mark(&line, SAME_LINE))
            .or_else(|| peer_mark(&last, SAME_LINE))
            .or_else(|| peer_mark(&above, NEXT_LINE))
    }
}

/// A line as text; NUL bytes go, so that the marks of UTF-16 text are seen.
fn text(line: &[u8]) -> String {
    let kept: Vec<u8> = line.iter().copied().filter(|&byte| byte != 0).collect();
    String::from_utf8_lossy(&kept).into_owned()
}

/// Whether a line holds nothing but a comment: it does not begin with a word, a quote or a bracket.
/// A mark behind code speaks of its own line only.
fn stands_alone(line: &str) -> bool {
    let before = line.split(OWN).next().unwrap_or_default();
    !before.chars().any(|c| c.is_alphanumeric() || matches!(c, '"' | '\'' | '=' | '('))
        || before.trim().eq_ignore_ascii_case("rem")
}

fn own_mark(line: &str, rule: &str) -> Option<Suppression> {
    let (_, rest) = line.split_once(OWN)?;
    if rest.starts_with(|c: char| c.is_alphanumeric() || c == '-' && !rest.starts_with("--")) {
        return None;
    }
    let rest = CLOSERS.iter().fold(rest.trim(), |rest, closer| {
        rest.split_once(closer).map_or(rest, |(before, _)| before)
    });
    let (rules, reason) = rest.split_once("--").unwrap_or((rest, ""));
    let mut named = rules.split([',', ' ', '\t']).filter(|word| is_rule_id(word)).peekable();
    let applies = named.peek().is_none() || named.any(|word| word == rule);
    applies.then(|| Suppression::Inline { mark: OWN.to_owned(), reason: reason.trim().to_owned() })
}

/// Whether a word after the mark can be the id of a rule rather than a stray sign of the comment.
fn is_rule_id(word: &str) -> bool {
    !word.is_empty()
        && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

fn peer_mark(line: &str, marks: &[&str]) -> Option<Suppression> {
    let mark = marks.iter().find(|mark| line.contains(**mark))?;
    Some(Suppression::Inline { mark: (*mark).to_owned(), reason: String::new() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on_line(line: &str) -> Option<String> {
        let context = LineContext { line: line.as_bytes(), ..LineContext::default() };
        context.mark("some-rule").map(|found| found.reason().to_owned())
    }

    fn above(line: &str) -> bool {
        let context = LineContext { above: line.as_bytes(), ..LineContext::default() };
        context.mark("some-rule").is_some()
    }

    #[test]
    fn our_mark_may_give_a_reason() {
        assert_eq!(on_line("key = x # tightlip:allow"), Some(String::new()));
        assert_eq!(on_line("# tightlip:allow -- a test key"), Some("a test key".into()));
        assert_eq!(on_line("<!-- tightlip:allow some-rule -- a key -->"), Some("a key".into()));
        assert_eq!(on_line("/* tightlip:allow */"), Some(String::new()));
    }

    #[test]
    fn a_mark_that_names_rules_speaks_of_those_only() {
        assert!(on_line("# tightlip:allow other-rule, some-rule").is_some());
        assert!(on_line("# tightlip:allow other-rule -- why").is_none());
        assert!(on_line("# tightlip:allowance").is_none());
    }

    #[test]
    fn a_comment_of_its_own_speaks_of_the_next_line_and_one_behind_code_does_not() {
        assert!(above("  # tightlip:allow"));
        assert!(above("// tightlip:allow some-rule -- why"));
        assert!(!above("old = 'x'  # tightlip:allow"));
        assert!(above("# pragma: allowlist nextline secret"));
        assert!(!above("x = 1 # gitleaks:allow"));
    }

    #[test]
    fn the_marks_of_other_scanners_count() {
        for mark in SAME_LINE {
            assert!(on_line(&format!("key = x // {mark}")).is_some(), "{mark}");
        }
        assert!(on_line("key = x").is_none());
    }

    #[test]
    fn a_mark_in_utf16_counts() {
        let wide: Vec<u8> =
            "x # tightlip:allow".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let context = LineContext { line: &wide, ..LineContext::default() };
        assert!(context.mark("some-rule").is_some());
    }
}
