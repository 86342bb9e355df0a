//! Base64: both alphabets, padded or not, on one line or wrapped.

use tightlip_model::{ByteSpan, Transform};

use super::runs::{runs, unwrapped};
use super::survey::{RUN, Surveyed};
use super::{Decoder, Emit, Shape, TEXT_PERCENT, begins_like_text, deflate};

/// The shortest run worth a look: it stands for 18 bytes.
const SHORTEST: usize = RUN;
/// A run from here on is decoded whatever its beginning looks like.
const LONG: usize = 512;
/// The shortest line that may go on in the next one.
pub(super) const WRAPPED: usize = 56;
/// How many characters of a run show whether it stands for text.
pub(super) const SAMPLE: usize = 48;
/// The signs that join a path or a name to what stands after it.
pub(super) const JOINING: &[u8] = b"/-_+";
/// After how many of them text is looked for.
pub(super) const JOINTS: usize = 8;

pub(super) static DECODER: Decoder = Decoder {
    transform: Transform::Base64,
    spans,
    decode,
    write: Some(write),
    shape: Shape::Opaque,
};

fn spans(seen: &Surveyed<'_>, each: &mut dyn FnMut(ByteSpan)) {
    let text = seen.text;
    let mut from = 0;
    let mut runs = runs::<SHORTEST>(seen);
    while let Some(run) = runs.next(from, is_sign) {
        let run = unwrapped(text, run, WRAPPED, is_sign);
        from = run.end;
        if let Some(start) = encoded_start(text, run) {
            each(ByteSpan::new(start, run.end));
        }
    }
}

/// Whether a byte is of either alphabet.
fn is_sign(byte: u8) -> bool {
    VALUES[usize::from(byte)] != NO_SIGN
}

/// Where the encoded part of a run begins: a path or a name may stand before it, joined by signs of
/// the alphabet. `None` when no part of it stands for text.
fn encoded_start(text: &[u8], run: ByteSpan) -> Option<usize> {
    let bytes = run.of(text);
    if !is_of_both_cases(bytes.get(..LONG).unwrap_or(bytes)) {
        return None;
    }
    let is_text = |&start: &usize| stands_for_text(text.get(start..run.end).unwrap_or_default());
    let joints = bytes.iter().enumerate().filter(|(_, byte)| JOINING.contains(byte)).take(JOINTS);
    let starts = std::iter::once(run.start).chain(joints.map(|(at, _)| run.start + at + 1));
    let cut = (1..4).map(|shift| run.start + shift).filter(|_| run.start == 0);
    let found = starts.chain(cut).find(is_text);
    found.or_else(|| (run.len() >= LONG && !is_mostly_hex(bytes)).then_some(run.start))
}

/// Whether there are letters of both cases.
fn is_of_both_cases(bytes: &[u8]) -> bool {
    let add = |(upper, lower), byte: &u8| {
        (upper | byte.is_ascii_uppercase(), lower | byte.is_ascii_lowercase())
    };
    bytes.iter().fold((false, false), add) == (true, true)
}

fn stands_for_text(encoded: &[u8]) -> bool {
    if encoded.len() < SHORTEST || is_too_strange(encoded) {
        return false;
    }
    let mut sample = [0; SAMPLE];
    let mut length = 0;
    let signs = encoded.iter().take(SAMPLE).filter_map(|byte| value(*byte));
    let (mut bits, mut held) = (0_u32, 0);
    for value in signs {
        (bits, held) = (bits << 6 | u32::from(value), held + 6);
        if held >= 8
            && let Some(slot) = sample.get_mut(length)
        {
            held -= 8;
            *slot = (bits >> held) as u8;
            length += 1;
        }
    }
    let sample = sample.get(..length).unwrap_or_default();
    begins_like_text(sample) || deflate::begins(sample)
}

/// Whether too many of the bytes that `encoded` begins with are neither text nor zeros, and it begins no
/// stream either: most names are told from text by this, before anything is decoded.
fn is_too_strange(encoded: &[u8]) -> bool {
    let (quads, _) = encoded.as_chunks::<4>();
    if quads.first().is_some_and(|[a, b, ..]| begins_stream([*a, *b])) {
        return false;
    }
    let most = most_strange(encoded.len());
    let mut strange = 0;
    for quad in quads.iter().take(SAMPLE / 4) {
        let [a, b, c, d] = quad.map(|sign| STRANGE_AS[usize::from(sign)]);
        if (a | b | c | d) & NO_SIGN != 0 {
            return false;
        }
        strange += usize::from((a & FIRST) + (b & SECOND) / SECOND + (c & THIRD) / THIRD);
        if strange > most {
            return true;
        }
    }
    false
}

/// Whether these two signs may begin a gzip or zlib stream.
pub(super) fn begins_stream(signs: [u8; 2]) -> bool {
    matches!(signs, [b'H', b'4'] | [b'e', b'A'..=b'P'])
}

/// How many bytes may be neither text nor zero, at most, of those that so many signs stand for: a
/// sample of them.
pub(super) fn most_strange(signs: usize) -> usize {
    let bytes = signs.min(SAMPLE) * 6 / 8;
    bytes - bytes * TEXT_PERCENT / 100
}

fn is_mostly_hex(bytes: &[u8]) -> bool {
    bytes.iter().take(LONG).all(u8::is_ascii_hexdigit)
}

fn decode(encoded: &[u8], emit: &mut Emit<'_>) {
    let mut bits = 0_u32;
    let mut held = 0;
    let mut before = 0;
    for (at, &byte) in encoded.iter().enumerate() {
        let Some(value) = value(byte) else { continue };
        bits = (bits << 6) | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            emit((bits >> held) as u8, (before..at + 1).into());
        }
        before = at;
    }
}

/// Four signs at a time, wherever four stand in a row and begin a byte.
fn write(encoded: &[u8], out: &mut Vec<u8>) {
    out.reserve(encoded.len() / 4 * 3 + 3);
    let (mut rest, mut bits, mut held) = (encoded, 0_u32, 0);
    loop {
        while held == 0
            && let Some((four, after)) = rest.split_first_chunk::<4>()
        {
            let values = four.map(|byte| VALUES[usize::from(byte)]);
            if values.contains(&NO_SIGN) {
                break;
            }
            let sum = values.iter().fold(0, |sum, value| sum << 6 | u32::from(*value));
            let [_, three @ ..] = sum.to_be_bytes();
            out.extend_from_slice(&three);
            rest = after;
        }
        let Some((&byte, after)) = rest.split_first() else { return };
        rest = after;
        let Some(value) = value(byte) else { continue };
        bits = (bits << 6) | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push((bits >> held) as u8);
        }
    }
}

/// For each byte its value in either alphabet, [`NO_SIGN`] for others.
static VALUES: [u8; 256] = values();
const NO_SIGN: u8 = 0x80;

const fn values() -> [u8; 256] {
    let signs = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut values = [NO_SIGN; 256];
    let mut value = 0;
    while value < signs.len() {
        values[signs[value] as usize] = value as u8;
        value += 1;
    }
    values[b'-' as usize] = 62;
    values[b'_' as usize] = 63;
    values
}

/// For each sign a bit for each of the first three places in four signs: whether the upper bits of a byte,
/// which a sign in that place gives, are those of neither text nor zero. [`NO_SIGN`] for others.
static STRANGE_AS: [u8; 256] = STRANGE;
const STRANGE: [u8; 256] = strange_places();
pub(super) const FIRST: u8 = 1;
pub(super) const SECOND: u8 = 2;
pub(super) const THIRD: u8 = 4;

/// The signs that are strange in a place.
pub(super) const fn strange(place: u8) -> [bool; 128] {
    let mut set = [false; 128];
    let mut byte = 0;
    while byte < set.len() {
        set[byte] = STRANGE[byte] & (NO_SIGN | place) == place;
        byte += 1;
    }
    set
}

const fn strange_places() -> [u8; 256] {
    let mut strange = [NO_SIGN; 256];
    let mut byte = 0;
    while byte < 256 {
        let value = VALUES[byte];
        if value != NO_SIGN {
            let first = matches!(value, 1 | 4..=7 | 32..) as u8 * FIRST;
            let second = matches!(value % 16, 1 | 8..) as u8 * SECOND;
            let third = (value % 4 > 1) as u8 * THIRD;
            strange[byte] = first | second | third;
        }
        byte += 1;
    }
    strange
}

fn value(byte: u8) -> Option<u8> {
    VALUES.get(usize::from(byte)).copied().filter(|value| *value != NO_SIGN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::decoded;

    fn encode(text: &[u8]) -> String {
        base64::Engine::encode(&base64::engine::general_purpose::STANDARD, text)
    }

    #[test]
    fn text_in_base64_is_decoded_after_whatever_it_is_joined_to() {
        let plain = "user=deploy password=none";
        for before in ["x: ", "/some/path/", "name-of_it=", "data:text/plain;base64,"] {
            let text = format!("{before}{}", encode(plain.as_bytes()));
            assert_eq!(decoded(&DECODER, text.as_bytes()), [plain], "{text}");
        }
    }

    #[test]
    fn wrapped_lines_are_one_span() {
        let plain = "a line of text, and some more of it. ".repeat(5);
        let wrapped: Vec<String> = encode(plain.as_bytes())
            .as_bytes()
            .chunks(64)
            .map(|line| format!("    {}", String::from_utf8_lossy(line)))
            .collect();
        assert_eq!(decoded(&DECODER, wrapped.join("\r\n").as_bytes()), [plain]);
    }

    #[test]
    fn a_first_line_in_one_case_goes_on_in_the_next() {
        let text = ["ejhk".repeat(16), encode(b"and the rest of it")].join("\n");
        let plain = "z8d".repeat(16) + "and the rest of it";
        assert_eq!(decoded(&DECODER, text.as_bytes()), [plain]);
    }

    #[test]
    fn words_hashes_and_rulers_are_left_alone() {
        let hash = "9F86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
        for text in ["aVeryLongIdentifierInCamelCase", hash, "------------------------------"] {
            assert_eq!(decoded(&DECODER, text.as_bytes()), [""; 0], "{text}");
        }
    }

    #[test]
    fn each_byte_knows_the_characters_it_came_from() {
        let sources = DECODER.sources(b"TWFu\nTWFu");
        assert_eq!(sources[0], ByteSpan::new(0, 2));
        assert_eq!(sources[5], ByteSpan::new(7, 9));
    }

    proptest::proptest! {
        #[test]
        fn what_is_too_strange_begins_neither_like_text_nor_like_a_stream(
            encoded in "(H4sI|eJ)?[A-Za-z0-9+/_-]{24,80}|([A-Z]{1,6}_){9,12}|([I-Za-f][A-P][A-Z][a-z]){6,9}",
        ) {
            let mut decoded = Vec::new();
            write(&encoded.as_bytes()[..encoded.len().min(SAMPLE)], &mut decoded);
            let is_read = begins_like_text(&decoded) || deflate::begins(&decoded);
            proptest::prop_assert!(!(is_read && is_too_strange(encoded.as_bytes())), "{}", encoded);
        }

        #[test]
        fn what_is_written_whole_is_what_is_decoded_byte_by_byte(
            encoded in "[A-Za-z0-9+/_-]{0,9}([A-Za-z0-9+/]{60,70}[ =\\r\\n]{0,2}){0,4}[a-z=!]{0,9}",
        ) {
            let (mut whole, mut single) = (Vec::new(), Vec::new());
            write(encoded.as_bytes(), &mut whole);
            decode(encoded.as_bytes(), &mut |byte, _| single.push(byte));
            proptest::prop_assert_eq!(whole, single);
        }
    }
}
