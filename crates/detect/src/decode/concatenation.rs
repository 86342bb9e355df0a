//! `"a" + "b"`: string literals that a program puts together, with an operator or next to each other
//! on lines of their own.

use tightlip_model::{ByteSpan, Transform};

use super::region::Regions;
use super::survey::{Sign, Surveyed};
use super::{Decoder, Emit, Shape};

/// The longest stretch between two literals.
const LONGEST_JOINT: usize = 160;
/// How many feeds may stand in it.
const MOST_FEEDS: usize = 2;
/// Operators that join literals in one language or another.
const OPERATORS: [&[u8]; 5] = [b"+", b"..", b".", b"&", b"<>"];

pub(super) static DECODER: Decoder = Decoder {
    transform: Transform::Concatenation,
    spans,
    decode,
    write: None,
    shape: Shape::Sparse,
};

fn spans(seen: &Surveyed<'_>, each: &mut dyn FnMut(ByteSpan)) {
    let text = seen.text;
    let mut regions = Regions::of(text);
    for stretch in seen.stretches(Sign::Joint) {
        for at in memchr::memchr2_iter(b'"', b'\'', stretch.of(text)) {
            let at = stretch.start + at;
            if let Some(length) = joint(text, at) {
                regions.push((at..at + length).into(), each);
            }
        }
    }
    regions.finish(each);
}

/// Whether two literals are joined at `at`.
pub(super) fn is_sign(text: &[u8], at: usize) -> bool {
    joint(text, at).is_some()
}

/// The length of what stands between two literals, quotes included, when the first one ends at `at`
/// and a word goes on in the second.
fn joint(text: &[u8], at: usize) -> Option<usize> {
    // Most quotes open a literal, or end one that nothing follows.
    let rest = text.get(at..text.len().min(at + LONGEST_JOINT))?;
    let (quote, glue) = rest.split_first()?;
    if !matches!(glue.first()?, b' ' | b'\t' | b'\r' | b'\n' | b'+' | b'.' | b'&' | b'\\' | b'<') {
        return None;
    }
    if !goes_on(*text.get(at.checked_sub(1)?)?) {
        return None;
    }
    let length = glue.iter().take_while(|byte| may_be_glue(**byte)).count();
    if glue.get(length) != Some(quote) {
        return None;
    }
    let is_joint = goes_on(*glue.get(length + 1)?) && is_glue(glue.get(..length)?);
    is_joint.then_some(length + 2)
}

/// Whether a byte may stand in the middle of a token.
fn goes_on(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_-+/=.:".contains(&byte)
}

/// Whether a byte may stand between two literals that become one.
fn may_be_glue(byte: u8) -> bool {
    byte.is_ascii_whitespace() || b"+.&<>\\".contains(&byte)
}

/// Whether two literals with this between them become one: an operator, or a new line.
fn is_glue(glue: &[u8]) -> bool {
    let feeds = glue.iter().filter(|byte| **byte == b'\n').count();
    let mut words = glue.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let is_operator = |word: &[u8]| OPERATORS.contains(&word);
    let is_line_end = |word: &[u8]| word == b"\\";
    match (words.next(), words.next(), words.next()) {
        (None, ..) => (1..=MOST_FEEDS).contains(&feeds),
        (Some(word), None, _) => {
            feeds <= MOST_FEEDS && (is_operator(word) || is_line_end(word) && feeds > 0)
        }
        (Some(one), Some(two), None) => {
            (1..=MOST_FEEDS).contains(&feeds)
                && (is_operator(one) && is_line_end(two) || is_line_end(one) && is_operator(two))
        }
        _ => false,
    }
}

fn decode(encoded: &[u8], emit: &mut Emit<'_>) {
    let mut at = 0;
    while let Some(&byte) = encoded.get(at) {
        let is_quote = matches!(byte, b'"' | b'\'');
        match is_quote.then(|| joint(encoded, at)).flatten() {
            Some(length) => at += length,
            None => {
                emit(byte, (at..at + 1).into());
                at += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::decoded;

    #[test]
    fn literals_that_are_joined_become_one() {
        for glue in ["\" + \"", "\"+\"", "\"\n    \"", "\" \\\n  \"", "\" +\n\"", "\"\n . \""] {
            let text = format!("a = 1;\nb = f(\"tok{glue}en{glue}x\");\nc = 2;");
            assert_eq!(decoded(&DECODER, text.as_bytes()), ["b = f(\"tokenx\");"], "{text}");
        }
        assert_eq!(decoded(&DECODER, b"'tok' . 'en'"), ["'token'"]);
    }

    #[test]
    fn other_neighbours_stay_apart() {
        let texts = [
            "\"a\", \"b\"",
            "\"a\" \"b\"",
            "\"a \"\n\"b\"",
            "\"a\" + 'b'",
            "\"a\" + b + \"c\"",
            "\"",
        ];
        for text in texts {
            assert_eq!(decoded(&DECODER, text.as_bytes()), [""; 0], "{text}");
        }
    }
}
