//! UTF-16 and UTF-32: telling them from other bytes, and their text as UTF-8.

use tightlip_model::{ByteSpan, Encoding};

/// How many bytes are looked at to tell the encoding.
const BLOCK: usize = 4096;

/// The wide encoding that `text` is written in, by its byte order mark or by where its NUL bytes
/// stand; `None` for anything else. Looks at the first block only.
pub(crate) fn detect(text: &[u8]) -> Option<Encoding> {
    let block = text.get(..text.len().min(BLOCK)).unwrap_or_default();
    if block.len() < 8 || memchr::memchr(0, block).is_none() {
        return None;
    }
    let zeros = zeros_by_lane(block);
    let lane = (block.len() / 4).max(1);
    let mostly = |index: usize| zeros[index] * 10 >= lane * 8;
    let seldom = |index: usize| zeros[index] * 10 <= lane * 2;
    let marked = |mark: &[u8]| block.starts_with(mark);
    match [0, 1, 2, 3].map(mostly) {
        [false, true, true, true] if seldom(0) => Some(Encoding::Utf32Le),
        [true, true, true, false] if seldom(3) => Some(Encoding::Utf32Be),
        [false, true, false, true] if seldom(0) && seldom(2) => Some(Encoding::Utf16Le),
        [true, false, true, false] if seldom(1) && seldom(3) => Some(Encoding::Utf16Be),
        _ if marked(b"\xff\xfe\0\0") => Some(Encoding::Utf32Le),
        _ if marked(b"\0\0\xfe\xff") => Some(Encoding::Utf32Be),
        _ if marked(b"\xff\xfe") => Some(Encoding::Utf16Le),
        _ if marked(b"\xfe\xff") => Some(Encoding::Utf16Be),
        _ => None,
    }
}

fn zeros_by_lane(block: &[u8]) -> [usize; 4] {
    let mut zeros = [0; 4];
    for group in block.chunks_exact(4) {
        for (count, &byte) in zeros.iter_mut().zip(group) {
            *count += usize::from(byte == 0);
        }
    }
    zeros
}

/// Appends `text` as UTF-8 to `out`. Units that spell no character become one replacement.
pub(crate) fn decode(text: &[u8], encoding: Encoding, out: &mut Vec<u8>) {
    each_character(text, encoding, |character, _| {
        out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    });
}

/// The bytes of `text` that each byte of its UTF-8 form was decoded from.
pub(crate) fn sources(text: &[u8], encoding: Encoding) -> Vec<ByteSpan> {
    let mut sources = Vec::new();
    each_character(text, encoding, |character, source| {
        sources.extend(std::iter::repeat_n(source, character.len_utf8()));
    });
    sources
}

fn each_character(text: &[u8], encoding: Encoding, mut each: impl FnMut(char, ByteSpan)) {
    let unit = encoding.unit();
    let mut at = 0;
    while let Some(first) = read_unit(text, at, encoding) {
        let mut end = at + unit;
        let mut code = first;
        if unit == 2 && (0xD800..0xDC00).contains(&first) {
            let low = read_unit(text, end, encoding).filter(|low| (0xDC00..0xE000).contains(low));
            if let Some(low) = low {
                code = 0x10000 + ((first - 0xD800) << 10) + (low - 0xDC00);
                end += unit;
            }
        }
        let character = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
        each(character, (at..end).into());
        at = end;
    }
}

fn read_unit(text: &[u8], at: usize, encoding: Encoding) -> Option<u32> {
    let bytes = text.get(at..at + encoding.unit())?;
    let fold = |code: u32, byte: &u8| (code << 8) | u32::from(*byte);
    Some(match encoding {
        Encoding::Utf16Be | Encoding::Utf32Be => bytes.iter().fold(0, fold),
        _ => bytes.iter().rev().fold(0, fold),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "token = \"abc\u{1f511}def\"\r\n";

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn wide_text_is_told_by_its_nul_bytes() {
        assert_eq!(detect(&utf16(TEXT, u16::to_le_bytes)), Some(Encoding::Utf16Le));
        assert_eq!(detect(&utf16(TEXT, u16::to_be_bytes)), Some(Encoding::Utf16Be));
        let wide: Vec<u8> = TEXT.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
        assert_eq!(detect(&wide), Some(Encoding::Utf32Le));
    }

    #[test]
    fn a_mark_before_plain_bytes_and_binary_files_are_not_wide_text() {
        assert_eq!(detect(b"\xff\xfetoken = abcdefgh"), None);
        assert_eq!(detect(b"HDR\0\0\0\0\ntoken = abcdefgh, and more of it"), None);
        assert_eq!(detect(&[0; 64]), None);
    }

    #[test]
    fn decoded_spans_lead_back_to_the_units_they_came_from() {
        let bytes = utf16(TEXT, u16::to_le_bytes);
        let mut decoded = Vec::new();
        decode(&bytes, Encoding::Utf16Le, &mut decoded);
        assert_eq!(decoded, TEXT.as_bytes());
        let start = TEXT.find("abc").expect("it is there");
        let sources = sources(&bytes, Encoding::Utf16Le);
        assert_eq!(sources.len(), decoded.len());
        let place = ByteSpan::new(sources[start].start, sources[start + 9].end);
        assert_eq!(place.of(&bytes), utf16("abc\u{1f511}def", u16::to_le_bytes));
    }
}
