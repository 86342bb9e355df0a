//! Runs of text in two bytes a character amid other bytes: what programs for Windows are made of, and
//! wide text in which few characters are Latin.

use tightlip_model::{ByteSpan, Transform};

use super::survey::{Sign, Surveyed};
use super::{Decoder, Emit, Shape};

/// The shortest run worth a look, in characters.
const SHORTEST: usize = 12;

pub(super) static DECODER: Decoder =
    Decoder { transform: Transform::WideText, spans, decode, write: None, shape: Shape::Opaque };

fn spans(seen: &Surveyed<'_>, each: &mut dyn FnMut(ByteSpan)) {
    let text = seen.text;
    let mut from = 0;
    for stretch in seen.stretches(Sign::Nul) {
        from = spans_in(text, stretch, from, each);
    }
}

/// The spans whose first NUL byte is in a stretch of the text and at or after `from`; gives where the
/// last one ends, and the NUL bytes after it.
fn spans_in(
    text: &[u8],
    stretch: ByteSpan,
    mut from: usize,
    each: &mut dyn FnMut(ByteSpan),
) -> usize {
    loop {
        let first = from.max(stretch.start);
        let rest = ByteSpan::new(first, stretch.end).of(text);
        let Some(nul) = memchr::memchr(0, rest) else { return from };
        let nul = first + nul;
        let start = nul.saturating_sub(1).max(from);
        let end = run_end(text, start);
        if end - start >= 2 * SHORTEST {
            each((start..end).into());
        }
        from = end.max(after_nuls(text, nul));
    }
}

/// Where the run that begins at `start` ends. Line feeds end it, as they end what else is encoded.
/// Its last character has no NUL behind it where there is one before the first.
fn run_end(text: &[u8], start: usize) -> usize {
    let is_there = |at: usize| text.get(at).is_some_and(|byte| is_shown(*byte));
    let mut end = start;
    while is_there(end) && text.get(end + 1) == Some(&0) {
        end += 2;
    }
    let is_high_first = start.checked_sub(1).is_some_and(|before| text.get(before) == Some(&0));
    end + usize::from(end > start && is_high_first && is_there(end) && !is_there(end + 1))
}

/// Where the NUL bytes that begin at `at` end.
fn after_nuls(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest.iter().position(|byte| *byte != 0).unwrap_or(rest.len())
}

fn is_shown(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\t')
}

fn decode(encoded: &[u8], emit: &mut Emit<'_>) {
    for (index, unit) in encoded.chunks(2).enumerate() {
        if let Some(&byte) = unit.first() {
            emit(byte, (2 * index..2 * index + unit.len()).into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::decoded;

    fn wide(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn runs_amid_other_bytes_are_decoded_whichever_byte_comes_first() {
        let text = "password = hunter22";
        for bytes in [u16::to_le_bytes, u16::to_be_bytes] {
            for before in [b"\x01\x02\xff".as_slice(), b"\xff\0\0\0", b"ab\x01", b""] {
                let all = [before, &wide(text, bytes), b"\x80\xfe\0\0\0\0"].concat();
                assert_eq!(decoded(&DECODER, &all), [text], "{before:?}");
            }
        }
        let lines = wide("the first of two lines\r\nthe second of two lines", u16::to_le_bytes);
        assert_eq!(
            decoded(&DECODER, &lines),
            ["the first of two lines", "the second of two lines"]
        );
    }

    #[test]
    fn gaps_and_short_runs_are_none() {
        assert_eq!(decoded(&DECODER, &[0; 4096]), [""; 0]);
        assert_eq!(decoded(&DECODER, &wide("eleven char", u16::to_le_bytes)), [""; 0]);
        assert_eq!(decoded(&DECODER, b"some text\0more text\0and more\0"), [""; 0]);
    }
}
