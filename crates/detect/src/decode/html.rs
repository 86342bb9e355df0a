//! `&#65;` and `&amp;`, as in HTML and XML.

use tightlip_model::{ByteSpan, Transform};

use super::region::Regions;
use super::survey::{Sign, Surveyed};
use super::{Decoder, Emit, Shape};

/// Named entities that turn up around and inside of secrets.
const NAMED: [(&[u8], u8); 13] = [
    (b"&amp;", b'&'),
    (b"&lt;", b'<'),
    (b"&gt;", b'>'),
    (b"&quot;", b'"'),
    (b"&apos;", b'\''),
    (b"&nbsp;", b' '),
    (b"&lowbar;", b'_'),
    (b"&sol;", b'/'),
    (b"&plus;", b'+'),
    (b"&equals;", b'='),
    (b"&colon;", b':'),
    (b"&period;", b'.'),
    (b"&commat;", b'@'),
];

pub(super) static DECODER: Decoder =
    Decoder { transform: Transform::HtmlEntity, spans, decode, write: None, shape: Shape::Sparse };

fn spans(seen: &Surveyed<'_>, each: &mut dyn FnMut(ByteSpan)) {
    let text = seen.text;
    let mut regions = Regions::of(text);
    for at in seen.places(Sign::Entity, b'&') {
        if let Some((byte, length)) = entity(text, at)
            && byte.is_ascii_graphic()
        {
            regions.push((at..at + length).into(), each);
        }
    }
    regions.finish(each);
}

/// Whether a character is spelt as an entity at `at`.
pub(super) fn is_sign(text: &[u8], at: usize) -> bool {
    entity(text, at).is_some_and(|(byte, _)| byte.is_ascii_graphic())
}

/// The ASCII character that the entity at `at` stands for, and the entity's length.
fn entity(text: &[u8], at: usize) -> Option<(u8, usize)> {
    if !b"#alqgnspec".contains(text.get(at + 1)?) {
        return None;
    }
    let rest = text.get(at..text.len().min(at + 10))?;
    if let Some((name, byte)) = NAMED.iter().find(|(name, _)| rest.starts_with(name)) {
        return Some((*byte, name.len()));
    }
    let end = rest.iter().position(|&byte| byte == b';')?;
    let number = std::str::from_utf8(rest.get(2..end)?).ok().filter(|_| rest.starts_with(b"&#"))?;
    let code = match number.strip_prefix(['x', 'X']) {
        Some(digits) => u8::from_str_radix(digits, 16),
        None => number.parse(),
    };
    code.ok().filter(u8::is_ascii).map(|byte| (byte, end + 1))
}

fn decode(encoded: &[u8], emit: &mut Emit<'_>) {
    let mut at = 0;
    while let Some(&byte) = encoded.get(at) {
        let (byte, length) = entity(encoded, at).unwrap_or((byte, 1));
        emit(byte, (at..at + length).into());
        at += length;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::decoded;

    #[test]
    fn entities_are_decoded() {
        let text = b"<a b=\"&#116;ok&#x65;n&amp;x\">&eacute;";
        assert_eq!(decoded(&DECODER, text), ["<a b=\"token&x\">&eacute;"]);
        assert_eq!(decoded(&DECODER, b"a && b; &eacute;"), [""; 0]);
        assert_eq!(decoded(&DECODER, b"a&lowbar;b&equals;&commat;c"), ["a_b=@c"]);
    }
}
