//! Which character the number of a glyph stands for: the maps that fonts carry.

use std::collections::HashMap;

use memchr::memmem;

/// Numbers that one map may have.
const MOST: usize = 1 << 16;

/// One font's map.
pub(super) struct Map(HashMap<u32, Vec<u8>>);

impl Map {
    /// The map that a stream is, if it is one.
    pub(super) fn parse(content: &[u8]) -> Option<Self> {
        memmem::find(content, b"begincmap")?;
        let mut map = Self(HashMap::new());
        map.sections(content, b"beginbfchar", b"endbfchar", Self::characters);
        map.sections(content, b"beginbfrange", b"endbfrange", Self::ranges);
        (!map.0.is_empty()).then_some(map)
    }

    /// The characters of a glyph, as UTF-8.
    pub(super) fn character(&self, glyph: u32) -> Option<&[u8]> {
        self.0.get(&glyph).map(Vec::as_slice)
    }

    fn sections(
        &mut self,
        content: &[u8],
        begin: &[u8],
        end: &[u8],
        read: fn(&mut Self, &[Token]),
    ) {
        for at in memmem::find_iter(content, begin) {
            let rest = content.get(at + begin.len()..).unwrap_or_default();
            let length = memmem::find(rest, end).unwrap_or(rest.len());
            read(self, &tokens(rest.get(..length).unwrap_or_default()));
        }
    }

    fn characters(&mut self, tokens: &[Token]) {
        for pair in tokens.chunks_exact(2) {
            if let [Token::Digits(glyph), Token::Digits(text)] = pair {
                self.set(number(glyph), utf8(text, 0));
            }
        }
    }

    fn ranges(&mut self, tokens: &[Token]) {
        let mut rest = tokens;
        while let [Token::Digits(first), Token::Digits(last), after @ ..] = rest {
            let (first, last) = (number(first), number(last));
            let glyphs = first..=last.min(first.saturating_add(0xffff));
            rest = match after {
                [Token::Digits(text), after @ ..] => {
                    for glyph in glyphs {
                        self.set(glyph, utf8(text, glyph - first));
                    }
                    after
                }
                [Token::Open, after @ ..] => {
                    let count = after.iter().take_while(|one| **one != Token::Close).count();
                    for (glyph, token) in glyphs.zip(after.iter().take(count)) {
                        if let Token::Digits(text) = token {
                            self.set(glyph, utf8(text, 0));
                        }
                    }
                    after.get(count + 1..).unwrap_or_default()
                }
                _ => return,
            };
        }
    }

    fn set(&mut self, glyph: u32, text: Vec<u8>) {
        if self.0.len() < MOST {
            self.0.insert(glyph, text);
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Digits(Vec<u8>),
    Open,
    Close,
}

fn tokens(text: &[u8]) -> Vec<Token> {
    let (mut tokens, mut rest) = (Vec::new(), text);
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        match first {
            b'<' => {
                let length = memchr::memchr(b'>', after).unwrap_or(after.len());
                let (digits, behind) = after.split_at(length);
                tokens.push(Token::Digits(bytes(digits)));
                rest = behind;
            }
            b'[' => tokens.push(Token::Open),
            b']' => tokens.push(Token::Close),
            _ => {}
        }
    }
    tokens
}

/// The bytes that hexadecimal digits spell; what is none is passed over.
pub(super) fn bytes(digits: &[u8]) -> Vec<u8> {
    let values: Vec<u8> = digits
        .iter()
        .filter_map(|digit| char::from(*digit).to_digit(16).and_then(|it| u8::try_from(it).ok()))
        .collect();
    values.chunks(2).map(|pair| pair.iter().fold(0, |sum, one| sum << 4 | one)).collect()
}

fn number(bytes: &[u8]) -> u32 {
    bytes.iter().take(4).fold(0, |sum, byte| sum << 8 | u32::from(*byte))
}

/// UTF-16 as UTF-8, the last unit so much further on.
fn utf8(text: &[u8], further: u32) -> Vec<u8> {
    let mut units: Vec<u16> = text
        .chunks_exact(2)
        .filter_map(|pair| pair.first_chunk().map(|pair| u16::from_be_bytes(*pair)))
        .collect();
    if let (Some(last), Ok(further)) = (units.last_mut(), u16::try_from(further)) {
        *last = last.wrapping_add(further);
    }
    String::from_utf16_lossy(&units).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_have_single_glyphs_ranges_and_lists() {
        let text = b"begincmap 1 beginbfchar <01> <0041> endbfchar 2 beginbfrange <0002> <0004> \
            <0061> <0005> <0006> [<0078> <0079007a>] endbfrange endcmap";
        let map = Map::parse(text).unwrap();
        let shown: Vec<_> = (1..7).filter_map(|glyph| map.character(glyph)).collect();
        assert_eq!(shown.concat(), b"Aabcxyz");
        assert_eq!(map.character(7), None);
        assert!(Map::parse(b"no map").is_none());
    }
}
