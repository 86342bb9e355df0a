//! `\u0041`, `\x41`, `\u{41}`, `\101` and `\/`, as in string literals.

use tightlip_model::{ByteSpan, Transform};

use super::region::Regions;
use super::survey::{Sign, Surveyed};
use super::{Decoder, Emit, Shape, hex_value};

pub(super) static DECODER: Decoder =
    Decoder { transform: Transform::Escape, spans, decode, write: None, shape: Shape::Sparse };

fn spans(seen: &Surveyed<'_>, each: &mut dyn FnMut(ByteSpan)) {
    let text = seen.text;
    let mut regions = Regions::of(text);
    for at in seen.places(Sign::Escape, b'\\') {
        if let Some((byte, length)) = escaped(text, at)
            && byte.is_ascii_graphic()
        {
            regions.push((at..at + length).into(), each);
        }
    }
    regions.finish(each);
}

/// Whether a character is escaped at `at`.
pub(super) fn is_sign(text: &[u8], at: usize) -> bool {
    escaped(text, at).is_some_and(|(byte, _)| byte.is_ascii_graphic())
}

/// The ASCII character that the escape at `at` stands for, and the escape's length.
fn escaped(text: &[u8], at: usize) -> Option<(u8, usize)> {
    let rest = text.get(at..)?;
    let digits = |range: std::ops::Range<usize>| {
        let digits = rest.get(range)?.iter();
        digits
            .map(|digit| hex_value(*digit))
            .try_fold(0_u32, |sum, digit| Some(sum << 4 | u32::from(digit?)))
    };
    let (code, length) = match rest {
        [b'\\', b'x', ..] => (digits(2..4)?, 4),
        [b'\\', b'u', b'{', ..] => {
            let close = rest.iter().take(10).position(|&byte| byte == b'}')?;
            (digits(3..close).filter(|_| close > 3)?, close + 1)
        }
        [b'\\', b'u', ..] => (digits(2..6)?, 6),
        [b'\\', b'/', next, ..] if next.is_ascii_alphanumeric() => (u32::from(b'/'), 2),
        [b'\\', high @ b'0'..=b'1', middle @ b'0'..=b'7', low @ b'0'..=b'7', ..] => {
            let digit = |digit: &u8| u32::from(digit - b'0');
            (digit(high) << 6 | digit(middle) << 3 | digit(low), 4)
        }
        _ => return None,
    };
    u8::try_from(code).ok().filter(u8::is_ascii).map(|byte| (byte, length))
}

fn decode(encoded: &[u8], emit: &mut Emit<'_>) {
    let mut at = 0;
    while let Some(&byte) = encoded.get(at) {
        let (byte, length) = escaped(encoded, at).unwrap_or((byte, 1));
        emit(byte, (at..at + length).into());
        at += length;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::decoded;

    #[test]
    fn octal_digits_and_slashes_are_decoded() {
        let text = br#"t=$'\164\157k' u="https:\/\/host\/a""#;
        assert_eq!(decoded(&DECODER, text), [r#"t=$'tok' u="https:\//host/a""#]);
        assert_eq!(decoded(&DECODER, br"\0 \12 \/ \377"), [""; 0]);
    }

    #[test]
    fn escapes_of_ascii_characters_are_decoded() {
        let text = br#"k = "\u0074\x6f\u{6b}en" // \u00e9t\u00e9"#;
        assert_eq!(decoded(&DECODER, text), [r#"k = "token" // \u00e9t\u00e9"#]);
        assert_eq!(decoded(&DECODER, br"\u00e9 \n \xZZ"), [""; 0]);
    }
}
