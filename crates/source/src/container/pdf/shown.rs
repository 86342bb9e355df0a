//! The text that a page shows: the operands of the operators that show it, in their order.

use memchr::memmem;

use super::glyphs::{Map, bytes};

/// A gap between two parts of a text, in thousandths of a letter's size, that is a space to the eye.
const SPACE: f32 = -180.0;

/// Whether a stream says what a page shows.
pub(super) fn is_page(content: &[u8]) -> bool {
    let shows = |operator: &[u8]| memmem::find(content, operator).is_some();
    shows(b"BT") && shows(b"ET") && (shows(b"Tj") || shows(b"TJ"))
}

/// What a page shows: once with glyphs taken for characters, and once for each map of glyphs. A font
/// has one of them; with another's, its text comes out as nonsense.
pub(super) fn text(content: &[u8], maps: &[Map]) -> Vec<u8> {
    let parts = parts(content);
    let mut out = Vec::new();
    let has_text = |part: &Part| matches!(part, Part::Shown(_));
    write(&parts, &mut out, |bytes, out| out.extend_from_slice(bytes));
    for map in maps.iter().filter(|_| parts.iter().any(has_text)) {
        out.push(b'\n');
        for width in [2, 1] {
            write(&parts, &mut out, |bytes, out| {
                for glyph in bytes.chunks(width) {
                    let number = glyph.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte));
                    out.extend_from_slice(map.character(number).unwrap_or_default());
                }
            });
        }
    }
    out
}

fn write(parts: &[Part], out: &mut Vec<u8>, mut show: impl FnMut(&[u8], &mut Vec<u8>)) {
    for part in parts {
        match part {
            Part::Shown(bytes) => show(bytes, out),
            Part::Space => out.push(b' '),
            Part::Line => out.push(b'\n'),
        }
    }
    out.push(b'\n');
}

/// A part of what a page shows.
enum Part {
    Shown(Vec<u8>),
    Space,
    Line,
}

fn parts(content: &[u8]) -> Vec<Part> {
    let (mut parts, mut rest, mut is_array) = (Vec::new(), content, false);
    while let Some((first, after)) = rest.split_first() {
        rest = match first {
            b'(' => {
                let (text, after) = literal(after);
                parts.push(Part::Shown(text));
                after
            }
            b'<' if after.first() != Some(&b'<') => {
                let length = memchr::memchr(b'>', after).unwrap_or(after.len());
                let (digits, after) = after.split_at(length);
                parts.push(Part::Shown(bytes(digits)));
                after
            }
            b'[' | b']' => {
                is_array = *first == b'[';
                after
            }
            byte if byte.is_ascii_alphanumeric() || b"-.'\"*".contains(byte) => {
                let is_word = |byte: &&u8| byte.is_ascii_alphanumeric() || b"-.'\"*".contains(byte);
                let length = rest.iter().take_while(is_word).count();
                let (word, after) = rest.split_at(length);
                parts.extend(part(word, is_array));
                after
            }
            _ => after,
        };
    }
    parts
}

/// What an operator or a number between texts stands for.
fn part(word: &[u8], is_array: bool) -> Option<Part> {
    if is_array {
        let gap: f32 = str::from_utf8(word).ok()?.parse().ok()?;
        return (gap < SPACE).then_some(Part::Space);
    }
    // Small steps along a line are many programs' way to place each word, or each letter.
    match word {
        b"Td" | b"TD" | b"T*" | b"Tm" | b"ET" | b"'" | b"\"" => Some(Part::Line),
        _ => None,
    }
}

/// A text in parentheses and what comes after it.
fn literal(rest: &[u8]) -> (Vec<u8>, &[u8]) {
    let (mut text, mut at, mut depth) = (Vec::new(), 0, 1);
    while let Some(&byte) = rest.get(at) {
        at += 1;
        match byte {
            b'\\' => {
                let (value, length) = escaped(rest.get(at..).unwrap_or_default());
                text.extend(value);
                at += length;
                continue;
            }
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
        text.push(byte);
    }
    (text, rest.get(at..).unwrap_or_default())
}

/// The byte that stands behind a backslash, and the length of what spells it.
fn escaped(rest: &[u8]) -> (Option<u8>, usize) {
    let digits = rest.iter().take(3).take_while(|byte| matches!(byte, b'0'..=b'7')).count();
    if digits > 0 {
        let octal = rest.iter().take(digits);
        let value = octal.fold(0_u32, |sum, digit| sum << 3 | u32::from(digit - b'0'));
        return (Some((value & 0xff) as u8), digits);
    }
    match rest.first() {
        Some(b'n') => (Some(b'\n'), 1),
        Some(b'r') => (Some(b'\r'), 1),
        Some(b't') => (Some(b'\t'), 1),
        Some(b'\n') => (None, 1),
        other => (other.copied(), usize::from(other.is_some())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_word_become_one_and_wide_gaps_are_spaces() {
        let page = br"BT /F1 12 Tf 1 0 0 1 72 720 Tm [(to) -12 (ken) -300 (a\)\050\101)] TJ T* <6869> Tj ET";
        let text = text(page, &[]);
        assert_eq!(String::from_utf8_lossy(&text), "\ntoken a)(A\nhi\n\n");
        assert!(is_page(page) && !is_page(b"<xml/>"));
    }
}
