//! Line feeds at which a text may be cut without changing what looks encoded in it.
//!
//! The decoders keep to one rule: an encoded span goes on over a line feed only where a long run of
//! letters and digits ends right before it, or a line ends with a sign or a number of a list that says
//! that it goes on; and what looks encoded on one side of any other line feed does not depend on the
//! other side.

use tightlip_model::ByteSpan;

use super::copies::Copy;

/// A line that goes on in the next one ends with more bytes of an encoding than this.
const UNWRAPPED: usize = 40;
/// How many bytes before a line feed tell whether it is a cut. More than the blanks between two numbers
/// of a list, and than what a wrapped line ends with.
const BEFORE: usize = 128;
/// The most line feeds that are tried from either end of a copy. One that has no cut among them is
/// decoded again: a copy of nothing but line feeds would be looked through for each of them.
const TRIED: usize = 4096;

/// The part of a copy, from one cut or shared end to another, in which the same is encoded in the
/// text as in its base.
pub(super) fn clean(text: &[u8], copy: &Copy) -> Option<ByteSpan> {
    let bytes = copy.to.of(text);
    let at = |feed: usize| copy.to.start + feed;
    let is_cut = |feed: &usize| is_cut(bytes.get(..*feed).unwrap_or_default());
    let first = match copy.is_first {
        true => copy.to.start,
        false => at(memchr::memchr_iter(b'\n', bytes).take(TRIED).find(is_cut)?),
    };
    let last = match copy.is_last {
        true => copy.to.end,
        false => at(memchr::memrchr_iter(b'\n', bytes).take(TRIED).find(is_cut)?),
    };
    Some(ByteSpan::new(first, last))
}

/// What the last line of something that goes on in the next one may end with, besides.
const GOES_ON: &[u8] = b"=\"'+.&\\";

/// Whether a line feed after `before` is a cut, by these bytes alone. Blanks alone say nothing of what
/// stands before them.
fn is_cut(before: &[u8]) -> bool {
    if before.last().is_some_and(|last| ends_all(*last)) {
        return true;
    }
    is_cut_closely(before)
}

fn is_cut_closely(before: &[u8]) -> bool {
    let before = before.get(before.len().saturating_sub(BEFORE)..).unwrap_or_default();
    let Some(last) = before.trim_ascii_end().last() else { return false };
    if GOES_ON.contains(last) || ends_in_list(before) {
        return false;
    }
    let is_feed = |byte: &&u8| matches!(byte, b'\r' | b'\n');
    let feeds = before.iter().rev().take_while(is_feed).count();
    let mut line = before.iter().rev().skip(feeds).take(UNWRAPPED);
    line.any(|byte| !byte.is_ascii_alphanumeric() && !b"+/-_=".contains(byte))
}

/// Whether nothing goes on in the next line after one that ends with this byte: most lines of programs
/// do, and need no closer look.
fn ends_all(last: u8) -> bool {
    let may_go_on = matches!(last, b',' | b'/' | b'-' | b'_') || GOES_ON.contains(&last);
    !may_go_on && !last.is_ascii_alphanumeric() && !last.is_ascii_whitespace()
}

/// Whether a line ends within a list of bytes such as `0x41, 0x42,`.
fn ends_in_list(before: &[u8]) -> bool {
    let is_gap = |byte: &u8| b", \t\r\n".contains(byte);
    let end = before.iter().rposition(|byte| !is_gap(byte)).map_or(0, |at| at + 1);
    let line = before.get(..end).unwrap_or_default();
    matches!(line, [.., b'0', b'x' | b'X', high, low]
        if high.is_ascii_hexdigit() && low.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_all_is_a_cut_by_the_closer_look_too() {
        for last in (0..=u8::MAX).filter(|last| ends_all(*last)) {
            for before in [&b""[..], b"let x = ", b"0x41, 0x42", &[b'A'; 80]] {
                assert!(is_cut_closely(&[before, &[last]].concat()), "{last}");
            }
        }
    }

    #[test]
    fn a_line_feed_is_a_cut_unless_a_long_run_may_end_there() {
        assert!(is_cut(b"let x = 1;"));
        assert!(is_cut(b"let x = 1;\r\n\r"));
        assert!(is_cut(&[b" ".as_slice(), &[b'A'; 39]].concat()));
        assert!(!is_cut(&[b" ".as_slice(), &[b'A'; 40]].concat()));
        assert!(!is_cut(b"word"), "more of the word may stand before");
        assert!(!is_cut(b"a line that goes on ="));
        assert!(!is_cut(b"let x = \"literal\" +  \r"));
        assert!(!is_cut(b"\r"));
        assert!(!is_cut(b"static const char key[] = { 0x41, 0x42,"));
        assert!(!is_cut(b"static const char key[] = { 0x41 0x42 \r"));
        assert!(is_cut(b"static const int keys[] = { 0x4142,"));
        assert!(!is_cut(b"0x41, 0x42,,\t, "));
        assert!(!is_cut(b""));
        assert!(!is_cut(
            &b"let x = \"literal\" +".iter().chain(&[b'\n'; 500]).copied().collect::<Vec<_>>()
        ));
    }
}
