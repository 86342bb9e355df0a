//! Places in a blob: bytes count from zero and spans are half-open; lines and columns count from one.

use std::ops::Range;

/// A half-open range of bytes, `start..end`, counted from zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct ByteSpan {
    /// The first byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl ByteSpan {
    /// The span `start..end`; an end before the start is moved to it.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end: end.max(start) }
    }

    /// How many bytes it holds.
    #[must_use]
    pub fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether it holds no byte.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether the two share a byte.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Whether every byte of `other` is also in this span.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The bytes of `text` it covers; what lies past the end of `text` is left out.
    #[must_use]
    pub fn of(self, text: &[u8]) -> &[u8] {
        let end = self.end.min(text.len());
        text.get(self.start.min(end)..end).unwrap_or_default()
    }

    /// The span moved `by` bytes to the right.
    #[must_use]
    pub fn moved(self, by: usize) -> Self {
        Self { start: self.start + by, end: self.end + by }
    }
}

impl From<Range<usize>> for ByteSpan {
    fn from(range: Range<usize>) -> Self {
        Self::new(range.start, range.end)
    }
}

/// A line number, counted from one by line feeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Line(pub u64);

/// A column, counted from one in Unicode code points; a byte that is no UTF-8 counts as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Column(pub u64);

/// Lines `first..=last`, both counted from one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineSpan {
    /// The first line.
    pub first: Line,
    /// The last line, itself included.
    pub last: Line,
}

impl LineSpan {
    /// Whether the two share a line.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }
}

/// Where a piece of a blob begins within the whole blob.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Bytes before it.
    pub byte: u64,
    /// The line its first byte is on.
    pub line: Line,
    /// The column of its first byte.
    pub column: Column,
}

impl Position {
    /// The beginning of a blob.
    pub const START: Self = Self { byte: 0, line: Line(1), column: Column(1) };

    /// The position after reading `text` from here, in the given encoding.
    #[must_use]
    pub fn after(self, text: &[u8], encoding: Encoding) -> Self {
        let feeds = encoding.line_feeds(text);
        let rest = match feeds.last {
            Some(end) => text.get(end..).unwrap_or_default(),
            None => text,
        };
        let start = if feeds.last.is_some() { 1 } else { self.column.0 };
        Self {
            byte: self.byte + text.len() as u64,
            line: Line(self.line.0 + feeds.count),
            column: Column(start + encoding.characters(rest)),
        }
    }
}

/// The first and last byte of a secret as a person counts them, and as a program does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// The line the secret begins on.
    pub line: Line,
    /// The column of its first character.
    pub column: Column,
    /// The line it ends on.
    pub end_line: Line,
    /// The column one past its last character.
    pub end_column: Column,
    /// Its first byte, from the beginning of the blob.
    pub start: u64,
    /// One past its last byte.
    pub end: u64,
}

/// How the bytes of a blob spell characters, as far as lines and columns need it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Encoding {
    /// UTF-8, ASCII, Latin-1 or no text at all: a line feed is the byte 0x0A.
    #[default]
    Bytes,
    /// Two bytes a unit, low byte first.
    Utf16Le,
    /// Two bytes a unit, high byte first.
    Utf16Be,
    /// Four bytes a character, low byte first.
    Utf32Le,
    /// Four bytes a character, high byte first.
    Utf32Be,
}

struct Feeds {
    count: u64,
    /// One past the last line feed.
    last: Option<usize>,
}

impl Encoding {
    /// Bytes a code unit takes.
    #[must_use]
    pub fn unit(self) -> usize {
        match self {
            Self::Bytes => 1,
            Self::Utf16Le | Self::Utf16Be => 2,
            Self::Utf32Le | Self::Utf32Be => 4,
        }
    }

    fn line_feed(self) -> &'static [u8] {
        match self {
            Self::Bytes => b"\n",
            Self::Utf16Le => b"\n\0",
            Self::Utf16Be => b"\0\n",
            Self::Utf32Le => b"\n\0\0\0",
            Self::Utf32Be => b"\0\0\0\n",
        }
    }

    fn line_feeds(self, text: &[u8]) -> Feeds {
        if self == Self::Bytes {
            let count = line_feed_bytes(text);
            let last = || text.iter().rposition(|&b| b == b'\n').map(|at| at + 1);
            return Feeds { count, last: (count > 0).then(last).flatten() };
        }
        let unit = self.unit();
        let mut feeds = Feeds { count: 0, last: None };
        for (index, chunk) in text.chunks_exact(unit).enumerate() {
            if chunk == self.line_feed() {
                feeds.count += 1;
                feeds.last = Some((index + 1) * unit);
            }
        }
        feeds
    }

    /// How many characters `text` spells.
    #[must_use]
    pub fn characters(self, text: &[u8]) -> u64 {
        match self {
            Self::Bytes => utf8_characters(text),
            Self::Utf16Le | Self::Utf16Be => {
                let high = usize::from(self == Self::Utf16Le);
                let trailing = |unit: &&[u8]| (0xDC..0xE0).contains(&unit[high]);
                let units = text.chunks_exact(2);
                (units.len() - units.filter(trailing).count()) as u64
            }
            Self::Utf32Le | Self::Utf32Be => (text.len() / 4) as u64,
        }
    }
}

/// How many bytes of `text` are line feeds. In parts whose count fits a byte: the compiler then counts
/// sixteen bytes at once, where wider counts take it many times as long.
fn line_feed_bytes(text: &[u8]) -> u64 {
    let feeds = |part: &[u8]| part.iter().map(|byte| u8::from(*byte == b'\n')).sum::<u8>();
    text.chunks(usize::from(u8::MAX)).map(|part| u64::from(feeds(part))).sum()
}

/// Characters of `text`, where a byte outside any valid sequence counts as one.
fn utf8_characters(text: &[u8]) -> u64 {
    if text.is_ascii() {
        return text.len() as u64;
    }
    text.utf8_chunks()
        .map(|chunk| (chunk.valid().chars().count() + chunk.invalid().len()) as u64)
        .sum()
}

impl Location {
    /// Where `span` of the piece `text`, which begins at `origin`, lies in the whole blob.
    #[must_use]
    pub fn of(span: ByteSpan, text: &[u8], origin: Position, encoding: Encoding) -> Self {
        let before = ByteSpan::new(0, span.start).of(text);
        let start = origin.after(before, encoding);
        Self::from_start(start, span.of(text), encoding)
    }

    /// Where `secret` lies that begins at `start`.
    #[must_use]
    pub fn from_start(start: Position, secret: &[u8], encoding: Encoding) -> Self {
        let end = start.after(secret, encoding);
        Self {
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            start: start.byte,
            end: end.byte,
        }
    }

    /// The lines it touches.
    #[must_use]
    pub fn lines(&self) -> LineSpan {
        LineSpan { first: self.line, last: self.end_line }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_have_all_their_lines_counted() {
        for length in [254, 255, 256, 1000] {
            let after = Position::START.after(&vec![b'\n'; length], Encoding::Bytes);
            assert_eq!((after.line, after.column), (Line(1 + length as u64), Column(1)));
        }
    }

    #[test]
    fn columns_count_characters_and_lines_count_line_feeds_only() {
        let text = "one\n\u{c}tw\u{2028}o\u{85}é SECRET".as_bytes();
        let start = text.len() - 6;
        let at = Location::of((start..text.len()).into(), text, Position::START, Encoding::Bytes);
        assert_eq!((at.line, at.column, at.end_column), (Line(2), Column(9), Column(15)));
    }

    #[test]
    fn a_byte_that_is_no_utf8_is_one_column() {
        let at = Location::of((2..3).into(), b"\xff\xfex", Position::START, Encoding::Bytes);
        assert_eq!(at.column, Column(3));
    }

    #[test]
    fn utf16_lines_are_counted_by_unit() {
        let text: Vec<u8> = "a\u{10a}\nbc".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let at = Location::of((8..10).into(), &text, Position::START, Encoding::Utf16Le);
        assert_eq!((at.line, at.column), (Line(2), Column(2)));
    }

    #[test]
    fn a_piece_continues_where_the_one_before_ended() {
        let whole = b"ab\ncd\nefgh";
        let middle = Position::START.after(&whole[..7], Encoding::Bytes);
        assert_eq!(middle, Position { byte: 7, line: Line(3), column: Column(2) });
        let piece = Location::of((1..3).into(), &whole[7..], middle, Encoding::Bytes);
        let full = Location::of((8..10).into(), whole, Position::START, Encoding::Bytes);
        assert_eq!(piece, full);
    }
}
