//! Whether a match is a whole token of its text, or a piece of a longer word.

use tightlip_model::ByteSpan;

/// Letters that follow a backslash in string literals and stand for a character of white space or
/// for nothing.
const ESCAPES: &[u8] = b"nrtbfv0ae";
/// The longest sequence that sets a terminal's colour, without its escape character.
const LONGEST_COLOUR: usize = 20;
/// How many bytes beside a token its bounds may depend on.
pub(crate) const REACH: usize = LONGEST_COLOUR + 1;

/// Whether a token may begin at `at`: what stands before is no letter or digit, or belongs to an
/// escape sequence. A token that begins with punctuation may begin anywhere.
pub(crate) fn begins(text: &[u8], at: usize) -> bool {
    let alphanumeric = |index: usize| text.get(index).is_some_and(u8::is_ascii_alphanumeric);
    if at == 0 || !alphanumeric(at) || !alphanumeric(at - 1) {
        return true;
    }
    ends_escape(text.get(..at).unwrap_or_default())
}

/// Whether a token may end at `at`: what follows is neither a letter nor a digit, nor a byte that
/// would continue the token.
pub(crate) fn ends(text: &[u8], at: usize, continues: impl Fn(u8) -> bool) -> bool {
    text.get(at).is_none_or(|&byte| !byte.is_ascii_alphanumeric() && !continues(byte))
}

/// The next place at or after `at` where a token may begin.
pub(crate) fn next_beginning(text: &[u8], span: ByteSpan) -> usize {
    (span.start..span.end).find(|&at| begins(text, at)).unwrap_or(span.end)
}

/// Whether `before` ends with an escape sequence: `\n`, `\u0022`, `\x22`, `%3D`, or a colour of a
/// terminal, whose escape character some logs have lost: `[32m`.
pub(crate) fn ends_escape(before: &[u8]) -> bool {
    match before {
        [.., b'%', a, b] if hex(*a) && hex(*b) => true,
        [.., b'\\', b'x' | b'X', a, b] if hex(*a) && hex(*b) => true,
        [.., b'\\', b'u' | b'U', a, b, c, d] if [a, b, c, d].iter().all(|x| hex(**x)) => true,
        [.., b'\\', letter] if ESCAPES.contains(letter) => true,
        [before @ .., b'm' | b'K'] => {
            let number = before.iter().rev().take(LONGEST_COLOUR);
            let mut number = number.skip_while(|byte| byte.is_ascii_digit() || **byte == b';');
            number.next() == Some(&b'[')
        }
        _ => false,
    }
}

fn hex(byte: u8) -> bool {
    byte.is_ascii_hexdigit()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_begins_after_punctuation_and_escapes_but_not_inside_a_word() {
        for (text, is_beginning) in [
            ("=tok", true),
            ("_tok", true),
            ("atok", false),
            (r"\ntok", true),
            (r"\u0022tok", true),
            (r"\x22tok", true),
            ("%3Dtok", true),
            ("\x1b[1;32mtok", true),
            (r"\033[0mtok", true),
            ("32mtok", false),
            ("3Dtok", false),
            ("\u{e9}tok", true),
        ] {
            assert_eq!(begins(text.as_bytes(), text.len() - 3), is_beginning, "{text}");
        }
    }

    #[test]
    fn a_token_ends_before_punctuation_unless_that_continues_it() {
        assert!(ends(b"tok", 3, |_| false));
        assert!(ends(b"tok-", 3, |_| false));
        assert!(!ends(b"tok-", 3, |byte| byte == b'-'));
        assert!(!ends(b"token", 3, |_| false));
    }
}
