//! `%41`, as in addresses.

use tightlip_model::{ByteSpan, Transform};

use super::region::Regions;
use super::survey::{Sign, Surveyed};
use super::{Decoder, Emit, Shape, hex_value};

pub(super) static DECODER: Decoder =
    Decoder { transform: Transform::Percent, spans, decode, write: None, shape: Shape::Sparse };

fn spans(seen: &Surveyed<'_>, each: &mut dyn FnMut(ByteSpan)) {
    let text = seen.text;
    let mut regions = Regions::of(text);
    for at in seen.places(Sign::Percent, b'%') {
        if is_sign(text, at) {
            regions.push((at..at + 3).into(), each);
        }
    }
    regions.finish(each);
}

/// Whether a character is escaped at `at`.
pub(super) fn is_sign(text: &[u8], at: usize) -> bool {
    escaped(text, at).is_some_and(|byte| byte.is_ascii_graphic())
}

/// The byte that the escape at `at` stands for.
fn escaped(text: &[u8], at: usize) -> Option<u8> {
    let [b'%', high, low] = text.get(at..at + 3)? else { return None };
    Some(hex_value(*high)? << 4 | hex_value(*low)?)
}

fn decode(encoded: &[u8], emit: &mut Emit<'_>) {
    let mut at = 0;
    while let Some(&byte) = encoded.get(at) {
        let (byte, length) = escaped(encoded, at).map_or((byte, 1), |byte| (byte, 3));
        emit(byte, (at..at + length).into());
        at += length;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::decoded;

    #[test]
    fn the_line_around_an_escape_is_decoded() {
        let text = b"one\nsee https://host/?a=%74ok%2Den and so on\n100% of it";
        assert_eq!(decoded(&DECODER, text), ["see https://host/?a=tok-en and so on"]);
    }
}
