//! Hexadecimal digits that stand for text, on one line or wrapped.

use tightlip_model::{ByteSpan, Transform};

use super::runs::{runs, unwrapped};
use super::survey::Surveyed;
use super::{Decoder, Emit, Shape, begins_like_text, hex_value};

/// The shortest run worth a look: it stands for 16 bytes.
pub(super) const SHORTEST: usize = 32;
/// The shortest line that may go on in the next one.
const WRAPPED: usize = 48;
/// How many digits of a run show whether it stands for text: hashes do not.
const SAMPLE: usize = 64;

pub(super) static DECODER: Decoder =
    Decoder { transform: Transform::Hex, spans, decode, write: None, shape: Shape::Opaque };

fn spans(seen: &Surveyed<'_>, each: &mut dyn FnMut(ByteSpan)) {
    let text = seen.text;
    let mut from = 0;
    let mut runs = runs::<SHORTEST>(seen);
    while let Some(run) = runs.next(from, |byte| byte.is_ascii_hexdigit()) {
        from = run.end;
        let starts = [run.start, run.start + 1];
        let last = if run.start == 0 || run.len() % 2 == 1 { 2 } else { 1 };
        let is_text = |start: &&usize| stands_for_text(text.get(**start..run.end));
        if let Some(&start) = starts.iter().take(last).find(is_text) {
            let first = ByteSpan::new(start, run.end);
            let run = unwrapped(text, first, WRAPPED, |byte| byte.is_ascii_hexdigit());
            from = run.end;
            each(run);
        }
    }
}

fn stands_for_text(digits: Option<&[u8]>) -> bool {
    let digits = digits.unwrap_or_default();
    let mut sample = [0; SAMPLE / 2];
    let mut length = 0;
    decode(digits.get(..digits.len().min(SAMPLE)).unwrap_or_default(), &mut |byte, _| {
        if let Some(slot) = sample.get_mut(length) {
            *slot = byte;
            length += 1;
        }
    });
    begins_like_text(sample.get(..length).unwrap_or_default())
}

fn decode(encoded: &[u8], emit: &mut Emit<'_>) {
    let mut upper = None;
    let digits = encoded.iter().enumerate();
    for (at, value) in digits.filter_map(|(at, digit)| Some((at, hex_value(*digit)?))) {
        match upper.take() {
            None => upper = Some((value, at)),
            Some((high, start)) => emit(high << 4 | value, (start..at + 1).into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::decoded;

    #[test]
    fn digits_that_spell_text_are_decoded_and_hashes_are_not() {
        let plain = "user=deploy, password=none";
        let digits: String = plain.bytes().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(decoded(&DECODER, format!("x'{digits}'").as_bytes()), [plain]);
        let wrapped = [&digits[..48], &digits[48..]].join("\r\n  ");
        assert_eq!(decoded(&DECODER, wrapped.as_bytes()), [plain]);
        let hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
        assert_eq!(decoded(&DECODER, hash.as_bytes()), [""; 0]);
    }
}
