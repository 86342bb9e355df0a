//! Quoted-printable: `=41`, and long lines broken with `=`, as in mail.

use tightlip_model::{ByteSpan, Transform};

use super::survey::{Sign, Surveyed};
use super::{Decoder, Emit, Shape, hex_value};

/// How far a stretch goes on either side of the sign that tells of it.
const FAR: usize = 2048;

pub(super) static DECODER: Decoder = Decoder {
    transform: Transform::QuotedPrintable,
    spans,
    decode,
    write: None,
    shape: Shape::Sparse,
};

/// Whether an equals sign is spelt at `at`.
pub(super) fn is_sign(text: &[u8], at: usize) -> bool {
    text.get(at..).is_some_and(|rest| rest.starts_with(b"=3D"))
}

/// A text that is encoded like this spells its equals signs: `=3D` tells of it.
fn spans(seen: &Surveyed<'_>, each: &mut dyn FnMut(ByteSpan)) {
    let text = seen.text;
    let mut end = 0;
    for at in seen.places(Sign::Quoted, b'=') {
        if at >= end && is_sign(text, at) {
            let start = line_start(text, at, end);
            end = line_end(text, at);
            each(ByteSpan::new(start, end));
        }
    }
}

/// The start of the line at `at`, together with the broken ones before it.
fn line_start(text: &[u8], at: usize, floor: usize) -> usize {
    let floor = floor.max(at.saturating_sub(FAR));
    let before = text.get(floor..at).unwrap_or_default();
    let feeds = memchr::memrchr_iter(b'\n', before);
    let ends_line = |feed: &usize| !is_broken(before.get(..*feed).unwrap_or_default());
    feeds.into_iter().find(ends_line).map_or(floor, |feed| floor + feed + 1)
}

/// The end of the line at `at`, together with those it goes on in.
fn line_end(text: &[u8], at: usize) -> usize {
    let after = text.get(at..text.len().min(at + FAR)).unwrap_or_default();
    let mut feeds = memchr::memchr_iter(b'\n', after);
    let ends_line = |feed: &usize| !is_broken(after.get(..*feed).unwrap_or_default());
    at + feeds.find(ends_line).unwrap_or(after.len())
}

/// Whether a line that ends with `before` goes on in the next one.
fn is_broken(before: &[u8]) -> bool {
    before.strip_suffix(b"\r").unwrap_or(before).ends_with(b"=")
}

fn decode(encoded: &[u8], emit: &mut Emit<'_>) {
    let mut at = 0;
    while let Some(&byte) = encoded.get(at) {
        let (byte, length) = match encoded.get(at..).unwrap_or_default() {
            [b'=', b'\n', ..] => (None, 2),
            [b'=', b'\r', b'\n', ..] => (None, 3),
            [b'=', high, low, ..] => match (hex_value(*high), hex_value(*low)) {
                (Some(high), Some(low)) => (Some(high << 4 | low), 3),
                _ => (Some(byte), 1),
            },
            _ => (Some(byte), 1),
        };
        if let Some(byte) = byte {
            emit(byte, (at..at + length).into());
        }
        at += length;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::decoded;

    #[test]
    fn a_broken_line_with_a_spelt_sign_is_put_together() {
        let text = b"one\r\ntwo =\r\nto=\nken=3Dabc=\r\ndef=C3=BC\nthree = 3";
        assert_eq!(decoded(&DECODER, text), ["two token=abcdefü"]);
        assert_eq!(decoded(&DECODER, b"a = b =\nc"), [""; 0]);
    }

    #[test]
    fn each_byte_knows_where_it_stood() {
        let sources = DECODER.sources(b"a=\nb=3D");
        assert_eq!(sources, [(0..1).into(), (3..4).into(), (4..7).into()]);
    }
}
