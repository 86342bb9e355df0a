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
const CLOSERS: &[&str] = &["--%>", "-->", "*/", "*)", "#}", "}}", "%>", "?>", "%}", "\"\"\""];
/// What ends a line of text inside of a quoted string.
const ESCAPES: &[&str] = &["\\n", "\\r", "\\t", "\\\""];
/// What begins a comment.
const OPENERS: &[&str] = &["#", "//", "//!", "*", "--", ";", "%", "'"];
/// The signs that comments begin with.
const SIGNS: &[char] = &['#', '/', '*', '-', '%', '<', '!', '{', '('];
/// Punctuation that may follow a mark and is no part of it, unless a word goes on behind it.
const PUNCTUATION: &[char] =
    &['.', ',', ';', ':', '!', '?', ')', ']', '}', '"', '\'', '`', '|', '>'];

impl LineContext<'_> {
    /// The mark that lets a finding of `rule` stay, if there is one.
    #[must_use]
    pub fn mark(&self, rule: &str) -> Option<Suppression> {
        let above = text(self.above);
        let above = above.rsplit('\r').next().unwrap_or_default();
        let beside = [text(self.line), text(self.last)];
        // Where a carriage return ends lines, nobody knows on which of them the secret stands.
        let beside = || beside.iter().filter(|line| !line.contains('\r'));
        let own = |found: Found<'_>| found.own(rule);
        beside()
            .find_map(|line| marks(line, OWN).find_map(own))
            .or_else(|| marks(above, OWN).filter(Found::stands_alone).find_map(own))
            .or_else(|| beside().find_map(|line| peer_mark(line, SAME_LINE)))
            .or_else(|| peer_mark(above, NEXT_LINE))
    }
}

/// A line as text; NUL bytes go, so that the marks of UTF-16 text are seen, and what ends the line or
/// tells the encoding at its start.
fn text(line: &[u8]) -> String {
    let kept: Vec<u8> = line.iter().copied().filter(|&byte| byte != 0).collect();
    let text = String::from_utf8_lossy(&kept);
    text.trim_start_matches(['\u{feff}', '\u{fffd}']).trim_end_matches(['\r', '\n']).to_owned()
}

/// A mark and what stands on its line before and after it.
struct Found<'a> {
    before: &'a str,
    after: &'a str,
}

/// Where `mark` stands as words of its own, not as a part of a longer word, a path or an address.
fn marks<'a>(line: &'a str, mark: &'a str) -> impl Iterator<Item = Found<'a>> {
    line.match_indices(mark)
        .filter_map(move |(at, _)| Some((line.get(..at)?, line.get(at + mark.len()..)?)))
        .map(|(before, after)| Found { before, after })
        .filter(|found| begins(found.before) && ends(found.after))
}

/// Whether a mark may begin behind `before`: a blank, or a comment that begins right there.
fn begins(before: &str) -> bool {
    let rest = before.trim_end_matches(SIGNS);
    let signs = before.get(rest.len()..).unwrap_or_default();
    if signs.is_empty() {
        let rest = rest.trim_end_matches(';');
        return rest.is_empty() || rest.ends_with(char::is_whitespace);
    }
    let goes_on = |c: char| c.is_alphanumeric() || "_:?=&.~+@$\\".contains(c);
    OPENERS.iter().any(|opener| signs.ends_with(opener)) && !rest.ends_with(goes_on)
}

/// Whether a mark may end before `after`.
fn ends(after: &str) -> bool {
    let is_end = |rest: &str| {
        let stops = CLOSERS.iter().chain(ESCAPES).any(|stop| rest.starts_with(stop));
        stops || rest.is_empty() || rest.starts_with(char::is_whitespace)
    };
    is_end(after) || is_end(after.trim_start_matches(PUNCTUATION))
}

impl Found<'_> {
    /// Whether the line holds nothing before the mark but the signs of a comment. A mark behind code
    /// or prose speaks of its own line only.
    fn stands_alone(&self) -> bool {
        let before = self.before.trim();
        let is_sign = |c: char| SIGNS.contains(&c) || matches!(c, ';' | '\'');
        let is_opened = || OPENERS.iter().any(|opener| before.ends_with(opener));
        before.is_empty()
            || before.eq_ignore_ascii_case("rem")
            || before.chars().all(is_sign) && is_opened()
    }

    /// Our own mark, where it speaks of `rule`: it names that one, or nothing at all. What can be no
    /// id of a rule makes it speak of none, for a slip must not let everything pass.
    fn own(&self, rule: &str) -> Option<Suppression> {
        let stops = CLOSERS.iter().chain(ESCAPES);
        let said = stops.fold(self.after, |said, stop| said.split(stop).next().unwrap_or_default());
        let (rules, reason) = said.split_once("--").unwrap_or((said, ""));
        let words = rules.split([',', ' ', '\t']).map(|word| word.trim_matches(PUNCTUATION));
        let named: Vec<&str> = words.filter(|word| word.contains(char::is_alphanumeric)).collect();
        let applies = named.is_empty() || named.contains(&rule);
        (applies && named.iter().all(|word| is_rule_id(word)))
            .then(|| Suppression::Inline { mark: OWN.into(), reason: reason.trim().into() })
    }
}

/// Whether a word has the form of a rule's id.
fn is_rule_id(word: &str) -> bool {
    word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

fn peer_mark(line: &str, wanted: &[&str]) -> Option<Suppression> {
    let mark = wanted.iter().find(|mark| marks(line, mark).next().is_some())?;
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

    #[test]
    fn a_part_of_a_longer_word_a_path_or_an_address_is_no_mark() {
        for line in [
            "# tightlip:allow_not",
            "# gitleaks:allowance",
            "see docs/gitleaks:allow.md",
            "docs//gitleaks:allow",
            "https://example.com/?q=tightlip:allow",
            "https://example.com/#tightlip:allow",
            "https://gitleaks:allow@example.com",
            "key = x-tightlip:allow",
            "key = x#tightlip:allow",
            r"C:\x\gitleaks:allow\notes",
            "# tightlip:allow/jwt",
            "# pragma: allowlist secrets",
        ] {
            assert_eq!(on_line(line), None, "{line}");
        }
    }

    #[test]
    fn a_mark_counts_however_its_comment_is_written() {
        for line in [
            "key = x //gitleaks:allow",
            "key = x; #tightlip:allow",
            "key();//tightlip:allow",
            "key();/*tightlip:allow*/",
            "<key/><!--tightlip:allow-->",
            "select 1 --tightlip:allow",
            ";tightlip:allow",
            "key = x # see the wiki, tightlip:allow.",
            "\"key = x # tightlip:allow\\n\",",
            "{/* gitleaks:allow */}",
            "{# tightlip:allow some-rule #}",
            "### tightlip:allow ###",
            "\u{feff}tightlip:allow\r",
            "# tightlip:allow_not but tightlip:allow",
        ] {
            assert!(on_line(line).is_some(), "{line}");
        }
    }

    #[test]
    fn a_mark_with_a_word_that_can_be_no_rule_lets_nothing_pass() {
        for line in ["# tightlip:allow AWS-KEY", "# tightlip:allow some-rule, Other_Rule"] {
            assert_eq!(on_line(line), None, "{line}");
        }
    }

    #[test]
    fn prose_and_list_items_above_do_not_speak_of_the_next_line() {
        for line in [
            "- tightlip:allow",
            "x = '# tightlip:allow",
            "\"\"\" tightlip:allow",
            "/ tightlip:allow",
        ] {
            assert!(!above(line), "{line}");
        }
        for line in [
            "tightlip:allow",
            "  * tightlip:allow",
            "/// tightlip:allow",
            "-- tightlip:allow",
            "<!-- tightlip:allow -->",
            "{/* tightlip:allow */}",
            "; tightlip:allow",
            "' tightlip:allow",
            "rem tightlip:allow",
            "% tightlip:allow",
        ] {
            assert!(above(line), "{line}");
        }
    }

    #[test]
    fn a_carriage_return_ends_the_line_that_a_mark_speaks_of() {
        assert_eq!(on_line("a = 1 # tightlip:allow\rb = 2\rkey = x"), None);
        assert_eq!(on_line("a = 1 # gitleaks:allow\rkey = x"), None);
        assert!(on_line("key = x # tightlip:allow\r").is_some());
        assert!(above("a = 1\r# tightlip:allow"));
        assert!(!above("# tightlip:allow\ra = 1"));
        assert!(!above("# pragma: allowlist nextline secret\ra = 1\r"));
    }
}
