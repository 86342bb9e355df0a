//! Rules of words: a value of some form that only a name before it makes a secret.
//!
//! Owns: what may stand between the word and the value. Leaves to others: the value's regex
//! ([`crate::pattern`]) and whether it is a secret ([`crate::judge`]).

use regex_automata::Anchored;
use tightlip_model::ByteSpan;
use tightlip_rules::{Form, Rule};

use crate::judge::Judge;
use crate::pattern::{self, Search};
use crate::scratch::Scratch;
use crate::{bounds, filter};

/// Bytes that may stand right before a value.
const DELIMITERS: &[u8] = b"\"'` \t\r\n=:>(,;[{|";
/// What stands beside `get` in the braces of a property.
const ACCESSORS: [&[u8]; 5] = [b"set", b"init", b"private", b"protected", b"internal"];
/// The longest such braces.
const LONGEST_ACCESSORS: usize = 40;

/// Looks for the first value after the word at `word`.
pub(crate) fn search_after(judge: Judge<'_>, text: &[u8], word: ByteSpan, scratch: &mut Scratch) {
    let Form::Words { within, .. } = judge.rule.form() else { return };
    if !begins_word(text, word.start) {
        return;
    }
    let last_start = word.end + within;
    let end = end_of_lines(text, word.end, word.end + judge.rule.window().after);
    if !pattern::may_lie_in(judge, ByteSpan::new(word.end, end).of(text), scratch) {
        return;
    }
    let mut at = word.end;
    let mut search = Search::new(judge, text, scratch);
    while let Some(found) = search.find(ByteSpan::new(at, end), Anchored::No) {
        let Some(mut candidate) = search.candidate(&found) else { break };
        if candidate.secret.start > last_start {
            break;
        }
        candidate.word = Some(word);
        if is_tied(judge.rule, text, word, candidate.secret)
            && let Some(matched) = judge.weigh(candidate)
        {
            scratch.found.push(matched);
            break;
        }
        at = bounds::next_beginning(text, ByteSpan::new(found.whole.start + 1, found.whole.end));
    }
}

/// Whether a word begins at `at`: not in the middle of another one, unless at a hump of camelCase.
fn begins_word(text: &[u8], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).and_then(|index| text.get(index)) else { return true };
    let is_hump =
        || before.is_ascii_lowercase() && text.get(at).is_some_and(u8::is_ascii_uppercase);
    !before.is_ascii_alphabetic()
        || is_hump()
        || bounds::ends_escape(text.get(..at).unwrap_or_default())
}

/// Where the second line feed after `from` stands, at most `limit`.
fn end_of_lines(text: &[u8], from: usize, limit: usize) -> usize {
    let limit = limit.min(text.len());
    let bytes = text.get(from..limit).unwrap_or_default();
    memchr::memchr_iter(b'\n', bytes).nth(1).map_or(limit, |at| from + at)
}

/// Whether what stands between word and value says that the one names the other.
fn is_tied(rule: Rule<'_>, text: &[u8], word: ByteSpan, secret: ByteSpan) -> bool {
    let gap = ByteSpan::new(word.end, secret.start).of(text);
    let Some(last) = gap.last() else { return false };
    let is_delimited = DELIMITERS.contains(last) || bounds::ends_escape(gap);
    is_delimited
        && ties(gap)
        && !is_next_word(text, word, secret)
        && !is_variable(text, secret)
        && secret.of(text).last() != Some(&b':')
        && has_key(rule, ByteSpan::new(word.start, secret.start).of(text))
        && !filter::is_lookup(gap, secret.of(text))
}

/// Whether a plain word stands behind `word` with nothing but blanks between, where it is no option's
/// value: what follows in a sentence or a command.
fn is_next_word(text: &[u8], word: ByteSpan, secret: ByteSpan) -> bool {
    let gap = ByteSpan::new(word.end, secret.start).of(text);
    let before = ByteSpan::new(word.start.saturating_sub(2), word.start).of(text);
    gap.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_-. /\r\n\t".contains(byte))
        && secret.of(text).iter().all(u8::is_ascii_lowercase)
        && !before.ends_with(b"-")
}

/// Whether the value is the name of a variable: `${NAME}`.
fn is_variable(text: &[u8], secret: ByteSpan) -> bool {
    ByteSpan::new(secret.start.saturating_sub(2), secret.start).of(text) == b"${"
        && ByteSpan::new(secret.end, secret.end + 1).of(text) == b"}"
}

/// Whether `gap` assigns: the rest of the name, then an operator, or nothing but blanks as in
/// `--some-key VALUE`. A comma ties only what was quoted, as in `set("some_key", "VALUE")`; in a list
/// of names it ties nothing.
fn ties(gap: &[u8]) -> bool {
    let rest = skip(gap, |byte| byte.is_ascii_alphanumeric() || b"_-. /".contains(&byte));
    let name = gap.get(..gap.len() - rest.len()).unwrap_or_default();
    let rest = rest.get(accessors(rest)..).unwrap_or_default();
    let after_quote = skip(rest, |byte| b"\"'`\\".contains(&byte));
    let is_quoted = after_quote.len() < rest.len();
    let is_index = is_quoted && after_quote.first() == Some(&b']');
    let after_index = if is_index { after_quote.get(1..).unwrap_or_default() } else { after_quote };
    match skip(after_index, |byte| byte == b' ' || byte == b'\t') {
        [] => is_quoted || ends_in_blanks(name) || name.ends_with(b" is "),
        [b'=' | b':' | b'>' | b'|' | b'?' | b'-' | b'+', ..] | [b'<', b'-', ..] => true,
        [b',', ..] => is_quoted,
        [b'(', next, ..] => b"\"'`".contains(next),
        [b'\n' | b'\r', blank @ ..] => {
            (name.is_empty() && blank.iter().all(u8::is_ascii_whitespace))
                || is_value_field(after_index)
        }
        _ => is_value_field(after_index) || is_listed_property(after_index),
    }
}

/// Whether what follows a name is the way to its value in a property list: `</key> <string>`.
fn is_listed_property(rest: &[u8]) -> bool {
    let after = rest.strip_prefix(b"</key>").unwrap_or_default();
    after.trim_ascii_start() == b"<string>"
}

/// The length of what `rest` begins with, where that is how the property of C# is read and written:
/// `{ get; set; }`.
pub(crate) fn accessors(rest: &[u8]) -> usize {
    let inside = skip(rest, |byte| byte == b' ').strip_prefix(b"{");
    let inside = inside.unwrap_or_default();
    let near = inside.get(..LONGEST_ACCESSORS).unwrap_or(inside);
    let length = memchr::memchr(b'}', near).unwrap_or(0);
    let body = near.get(..length).unwrap_or_default();
    let mut words = body.split(|byte| b" ;\t\r\n".contains(byte)).filter(|word| !word.is_empty());
    let is_getter = words.next() == Some(b"get") && words.all(|word| ACCESSORS.contains(&word));
    if is_getter { rest.len() - inside.len() + length + 1 } else { 0 }
}

/// Whether what follows a name is the field of its value, as after `name: X` in YAML or `key="X"` in
/// XML.
fn is_value_field(rest: &[u8]) -> bool {
    let field = skip(rest, |byte| b" \t\r\n,\"'".contains(&byte));
    let after = skip(field, |byte| byte.is_ascii_alphabetic());
    let word = field.get(..field.len() - after.len()).unwrap_or_default();
    let sign = skip(after, |byte| b" \t\"'".contains(&byte)).first();
    let is_value = |name: &&[u8]| word.eq_ignore_ascii_case(name);
    [&b"value"[..], b"content"].iter().any(is_value) && matches!(sign, Some(b':' | b'='))
}

/// Whether `gap` is the rest of a name and then blanks only.
fn ends_in_blanks(gap: &[u8]) -> bool {
    let blanks = skip(gap, |byte| !byte.is_ascii_whitespace());
    !blanks.is_empty() && blanks.iter().all(u8::is_ascii_whitespace)
}

/// What is left of `bytes` after those at its start that pass.
fn skip(bytes: &[u8], passes: impl Fn(u8) -> bool) -> &[u8] {
    let taken = bytes.iter().take_while(|byte| passes(**byte)).count();
    bytes.get(taken..).unwrap_or_default()
}

/// Whether one of the rule's keys stands there, spelled with any sign between its words.
fn has_key(rule: Rule<'_>, before: &[u8]) -> bool {
    let mut keys = rule.keys();
    if keys.len() == 0 {
        return true;
    }
    let before = before.to_ascii_lowercase();
    let sign = |byte: &u8| if b"-. ".contains(byte) { b'_' } else { *byte };
    let snake: Vec<u8> = before.iter().map(sign).collect();
    let holds = |text: &[u8], key: &str| memchr::memmem::find(text, key.as_bytes()).is_some();
    keys.any(|key| holds(&before, key) || holds(&snake, key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_begins_after_a_sign_or_at_a_hump() {
        assert!(begins_word(b"_datadog", 1));
        assert!(begins_word(b"myDatadog", 2));
        assert!(begins_word(br"\ndatadog", 2));
        assert!(!begins_word(b"mydatadog", 2));
    }

    #[test]
    fn a_value_may_stand_on_the_next_line_but_not_on_the_one_after() {
        assert_eq!(end_of_lines(b"a\nb\nc", 0, 5), 3);
        assert_eq!(end_of_lines(b"a\nb c", 0, 99), 5);
    }

    #[test]
    fn an_operator_or_blanks_tie_a_name_to_a_value() {
        for gap in [
            "=",
            "_key = '",
            "\": \"",
            "'] = '",
            " API key: ",
            "-key ",
            "\", \"",
            "(\"",
            " => \"",
            " := `",
            "_key\n    value: ",
            "\r\n  \"value\" : \"",
            "\" value=\"",
            " { get; set; } = \"",
            "_key <- \"",
            " key is ",
            "</key>\n  <string>",
            "\" content=\"",
            "Key {get;private set;} = \"",
        ] {
            assert!(ties(gap.as_bytes()), "{gap}");
        }
    }

    #[test]
    fn the_next_word_and_a_variable_are_no_value() {
        let span = |start: usize, end: usize| ByteSpan::new(start, end);
        assert!(is_next_word(b"docker_user build .", span(0, 11), span(12, 17)));
        assert!(!is_next_word(b"--docker_user build", span(2, 13), span(14, 19)));
        assert!(!is_next_word(b"docker_user=build", span(0, 11), span(12, 17)));
        assert!(is_variable(b"sa_password: ${NAME}", span(15, 19)));
        assert!(!is_variable(b"sa_password: NAME", span(13, 17)));
    }

    #[test]
    fn a_list_of_names_and_a_closed_bracket_tie_nothing() {
        for gap in [
            ", ",
            "_key, ",
            "]\n    value: '",
            "(",
            ") ",
            " [",
            "; ",
            " is the word for ",
            "\n  values: ",
        ] {
            assert!(!ties(gap.as_bytes()), "{gap}");
        }
    }
}
