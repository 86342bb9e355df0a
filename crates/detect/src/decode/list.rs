//! Bytes written as a list of numbers, `0x41, 0x42`: keys and certificates that were made part of a
//! program.

use tightlip_model::{ByteSpan, Transform};

use super::survey::{Sign, Surveyed};
use super::{Decoder, Emit, Shape, begins_like_text, hex_value};

/// The fewest bytes worth a look.
const SHORTEST: usize = 16;
/// How many bytes show whether a list stands for text.
const SAMPLE: usize = 48;
/// The most signs between two numbers: a comma, and the indent of the next line.
const LONGEST_GAP: usize = 40;

pub(super) static DECODER: Decoder =
    Decoder { transform: Transform::Hex, spans, decode, write: None, shape: Shape::Opaque };

fn spans(seen: &Surveyed<'_>, each: &mut dyn FnMut(ByteSpan)) {
    let text = seen.text;
    let mut from = 0;
    for stretch in seen.stretches(Sign::Number) {
        from = from.max(stretch.start);
        while let Some(zero) = memchr::memchr(b'0', ByteSpan::new(from, stretch.end).of(text)) {
            from = list_at(text, from + zero, each);
        }
    }
}

/// Calls back with the list that begins at `at`, if it stands for text; gives where it ends.
fn list_at(text: &[u8], at: usize, each: &mut dyn FnMut(ByteSpan)) -> usize {
    if !is_sign(text, at) {
        return at + 1;
    }
    let list = text.get(at..).unwrap_or_default();
    let (mut sample, mut length) = ([0; SAMPLE], 0);
    let mut end = at + 2;
    for (byte, stop) in Numbers::of(list) {
        if let Some(slot) = sample.get_mut(length) {
            *slot = byte;
            length += 1;
        }
        end = at + stop;
    }
    let sample = sample.get(..length).unwrap_or_default();
    if length >= SHORTEST && begins_like_text(sample) {
        each((at..end).into());
    }
    end
}

/// Whether a number of a list stands at `at`.
pub(super) fn is_sign(text: &[u8], at: usize) -> bool {
    let list = text.get(at..).unwrap_or_default();
    list.get(1) == Some(&b'x') && Numbers::of(list).number().is_some()
}

/// The numbers of a list, each with where it ends.
struct Numbers<'t> {
    list: &'t [u8],
    at: usize,
}

impl<'t> Numbers<'t> {
    fn of(list: &'t [u8]) -> Self {
        Self { list, at: 0 }
    }

    /// The number that stands here, and its length.
    fn number(&self) -> Option<(u8, usize)> {
        let rest = self.list.get(self.at..)?;
        let [b'0', b'x' | b'X', high, low, ..] = *rest else { return None };
        let byte = hex_value(high)? << 4 | hex_value(low)?;
        let ends = rest.get(4).is_none_or(|next| !next.is_ascii_alphanumeric() && *next != b'_');
        ends.then_some((byte, 4))
    }
}

impl Iterator for Numbers<'_> {
    type Item = (u8, usize);

    fn next(&mut self) -> Option<Self::Item> {
        let (byte, length) = self.number()?;
        let end = self.at + length;
        let gap = self.list.get(end..).unwrap_or_default().iter().take(LONGEST_GAP);
        let gap =
            gap.take_while(|sign| matches!(sign, b',' | b' ' | b'\t' | b'\r' | b'\n')).count();
        self.at = end + gap.max(1);
        Some((byte, end))
    }
}

fn decode(encoded: &[u8], emit: &mut Emit<'_>) {
    for (byte, end) in Numbers::of(encoded) {
        emit(byte, (end - 4..end).into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::decoded;

    fn list(plain: &str, between: &str) -> String {
        let all: Vec<String> = plain.bytes().map(|byte| format!("0x{byte:02x}")).collect();
        all.join(between)
    }

    #[test]
    fn lists_of_text_are_decoded_and_other_numbers_are_not() {
        let plain = "user=deploy, password=none";
        for between in [", ", ",", ",\n  ", " "] {
            let text = format!("unsigned char key[] = {{\n  {}\n}};\n", list(plain, between));
            assert_eq!(decoded(&DECODER, text.as_bytes()), [plain], "{between:?}");
        }
        let table: String = (128..=255).map(|byte| format!("0x{byte:02x}, ")).collect();
        assert_eq!(decoded(&DECODER, table.as_bytes()), [""; 0]);
        assert_eq!(decoded(&DECODER, "0x41, 0x42, 0x4344".repeat(9).as_bytes()), [""; 0]);
        assert_eq!(decoded(&DECODER, b"0x41"), [""; 0]);
    }
}
