//! Cuts a stream into pieces small enough to hold, with the context rules need on both sides.
//!
//! Owns: how long a piece is, where it may begin, and which position it begins at. Leaves to
//! others: where the bytes come from and what is done with a piece.

use std::io::{self, Read};

use tightlip_model::{Blob, ByteSpan, Encoding, Position, Provenance, Sink};

/// What is at most this long is handed over in one piece.
const WHOLE: usize = 8 << 20;
/// Fresh bytes in a piece of something longer.
const FRESH: usize = 4 << 20;
/// What is read first of something whose length is not known.
const FIRST_READ: usize = 64 << 10;
/// How much of the beginning tells how the bytes spell characters.
const SAMPLE: usize = 4 << 10;
/// Wide units stay aligned when a piece begins on a multiple of this.
const ALIGNMENT: usize = 4;
/// How many aligned places are tried before one that is only the start of a character will do.
const ALIGNED_TRIES: usize = 16;

/// One piece: its bytes, where they begin in the whole, and which of them are not context.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Piece<'a> {
    /// The bytes.
    pub(crate) bytes: &'a [u8],
    /// Where they begin in the whole.
    pub(crate) start: Position,
    /// The part whose matches count for this piece.
    pub(crate) fresh: ByteSpan,
}

impl<'a> Piece<'a> {
    /// Whether it begins the whole and has no context behind it.
    pub(crate) fn is_whole(&self) -> bool {
        self.start.byte == 0 && self.fresh == ByteSpan::new(0, self.bytes.len())
    }

    /// The piece as a blob of which every line counts.
    pub(crate) fn blob(self, provenance: &'a Provenance) -> Blob<'a> {
        let Self { bytes, start, fresh } = self;
        let (before, base) = (&[][..], None);
        Blob { bytes, start, fresh, provenance, added: None, before, base, heirs: 0 }
    }
}

/// Cuts streams, one after the other, through one buffer.
pub(crate) struct Pieces {
    buffer: Vec<u8>,
    reach: usize,
    fresh: usize,
    /// Bytes to hold before anything is cut.
    window: usize,
}

impl Pieces {
    /// A cutter that leaves `reach` bytes of context on both sides of a cut.
    pub(crate) fn new(reach: usize) -> Self {
        Self::sized(WHOLE, FRESH, reach)
    }

    /// Whether something this long is one piece.
    pub(crate) const fn is_one(length: usize) -> bool {
        length <= WHOLE
    }

    fn sized(whole: usize, fresh: usize, reach: usize) -> Self {
        // Two reaches around the fresh part, and what aligning may add to the first.
        let least = fresh + 2 * reach + ALIGNMENT * (ALIGNED_TRIES + 1);
        Self { buffer: Vec::new(), reach, fresh, window: whole.max(least) + 1 }
    }

    /// Reads to the end and hands each piece to `each`; gives the number of bytes read.
    ///
    /// `expected` is the length when it is known, zero otherwise; a wrong one costs only time.
    /// When reading fails, what was read until then is handed over first.
    pub(crate) fn cut(
        &mut self,
        reader: &mut dyn Read,
        expected: u64,
        each: impl FnMut(Piece<'_>),
    ) -> io::Result<u64> {
        let begun = self.begin(reader, expected, |_| false);
        self.go_on(begun, reader, each)
    }

    /// Reads the beginning, as much as one piece may hold, or less where `is_enough` is content with
    /// what is read first. [`Pieces::held`] is that beginning.
    pub(crate) fn begin(
        &mut self,
        reader: &mut dyn Read,
        expected: u64,
        is_enough: impl Fn(&[u8]) -> bool,
    ) -> Begun {
        let mut cutting = Cutting::new();
        self.reserve(FIRST_READ, 0);
        let first = self.window.min(FIRST_READ);
        let mut filled = self.fill(reader, &mut cutting.filled, first);
        let held = self.buffer.get(..cutting.filled).unwrap_or_default();
        if matches!(filled, Ok(Filled::Window)) && !is_enough(held) {
            let length = usize::try_from(expected).map_or(self.window, |length| length + 1);
            self.reserve(length, cutting.filled);
            filled = self.fill(reader, &mut cutting.filled, self.window);
        }
        Begun { cutting, filled }
    }

    /// What was read of the stream that was begun.
    pub(crate) fn held(&self, begun: &Begun) -> &[u8] {
        self.buffer.get(..begun.cutting.filled).unwrap_or_default()
    }

    /// Gives away what was read of a stream, and how reading it went, for another to go on with.
    pub(crate) fn give(&mut self, begun: Begun) -> (Vec<u8>, io::Result<Filled>) {
        let mut bytes = std::mem::take(&mut self.buffer);
        bytes.truncate(begun.cutting.filled);
        (bytes, begun.filled)
    }

    /// Cuts a stream that was begun, to its end.
    pub(crate) fn go_on(
        &mut self,
        begun: Begun,
        reader: &mut dyn Read,
        mut each: impl FnMut(Piece<'_>),
    ) -> io::Result<u64> {
        let Begun { mut cutting, mut filled } = begun;
        while matches!(filled, Ok(Filled::Window)) {
            self.next(&mut cutting, &mut each);
            filled = self.fill(reader, &mut cutting.filled, self.window);
        }
        self.rest(&cutting, &mut each);
        filled.map(|_| cutting.start.byte + cutting.filled as u64)
    }

    /// Takes in bytes that come from elsewhere and hands over the pieces that are full.
    pub(crate) fn feed(
        &mut self,
        cutting: &mut Cutting,
        mut bytes: &[u8],
        mut each: impl FnMut(Piece<'_>),
    ) {
        while !bytes.is_empty() {
            let count = bytes.len().min(self.window - cutting.filled);
            let (now, later) = bytes.split_at_checked(count).unwrap_or((bytes, &[]));
            self.reserve(cutting.filled + count, cutting.filled);
            let room = self.buffer.get_mut(cutting.filled..).unwrap_or_default();
            room.iter_mut().zip(now).for_each(|(to, from)| *to = *from);
            (cutting.filled, bytes) = (cutting.filled + count, later);
            if cutting.filled == self.window {
                self.next(cutting, &mut each);
            }
        }
    }

    /// Hands over what is held, as the end of what is cut; it may go on after a gap.
    pub(crate) fn last(&self, cutting: &mut Cutting, mut each: impl FnMut(Piece<'_>)) {
        self.rest(cutting, &mut each);
        let held = self.buffer.get(..cutting.filled).unwrap_or_default();
        let start = cutting.start.after(held, cutting.encoding.unwrap_or_default());
        *cutting = Cutting { start, ..Cutting::new() };
    }

    fn rest(&self, cutting: &Cutting, mut each: impl FnMut(Piece<'_>)) {
        let Cutting { filled, fresh, start, .. } = *cutting;
        let held = self.buffer.get(..filled).unwrap_or_default();
        if fresh < filled {
            each(Piece { bytes: held, start, fresh: ByteSpan::new(fresh, filled) });
        }
    }

    /// Hands over a piece of a window that is full and makes room for what follows.
    fn next(&mut self, cutting: &mut Cutting, mut each: impl FnMut(Piece<'_>)) {
        let Cutting { filled, fresh, start, .. } = *cutting;
        let held = self.buffer.get(..filled).unwrap_or_default();
        let encoding = *cutting.encoding.get_or_insert_with(|| sniff(held));
        let end = fresh + self.fresh;
        let bytes = held.get(..end + self.reach).unwrap_or(held);
        each(Piece { bytes, start, fresh: ByteSpan::new(fresh, end) });
        let next = piece_start(held, end.saturating_sub(self.reach), start, encoding);
        cutting.start = start.after(held.get(..next).unwrap_or_default(), encoding);
        self.buffer.copy_within(next..filled, 0);
        (cutting.filled, cutting.fresh) = (filled - next, end - next);
    }

    /// Reads until so many bytes are held, at most a window, or the stream ends.
    fn fill(
        &mut self,
        reader: &mut dyn Read,
        filled: &mut usize,
        most: usize,
    ) -> io::Result<Filled> {
        while *filled < most {
            if *filled == self.buffer.len() {
                self.reserve(2 * *filled, *filled);
            }
            let end = self.buffer.len().min(most);
            match reader.read(self.buffer.get_mut(*filled..end).unwrap_or_default()) {
                Ok(0) => return Ok(Filled::End),
                Ok(count) => *filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Filled::Window)
    }

    /// Makes room for this much, of which the first `held` bytes are still needed. New zeros are had
    /// without touching them, while growing would move all bytes and write each new one.
    fn reserve(&mut self, length: usize, held: usize) {
        let length = length.max(FIRST_READ).min(self.window);
        if self.buffer.len() >= length {
            return;
        }
        let mut room = vec![0; length.next_power_of_two().min(self.window)];
        room.iter_mut().zip(self.buffer.iter().take(held)).for_each(|(to, from)| *to = *from);
        self.buffer = room;
    }
}

/// A stream that seems to end once the run is to stop.
pub(crate) struct Stoppable<'a> {
    inner: &'a mut dyn Read,
    sink: &'a dyn Sink,
}

impl<'a> Stoppable<'a> {
    /// `inner` until `sink` is stopped.
    pub(crate) fn new(inner: &'a mut dyn Read, sink: &'a dyn Sink) -> Self {
        Self { inner, sink }
    }
}

impl Read for Stoppable<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.sink.is_stopped() {
            return Ok(0);
        }
        self.inner.read(buffer)
    }
}

/// Why reading paused.
pub(crate) enum Filled {
    /// As much is held as was wanted; there may be more.
    Window,
    /// The stream ended.
    End,
}

/// How far cutting a stream has come.
pub(crate) struct Cutting {
    filled: usize,
    fresh: usize,
    start: Position,
    encoding: Option<Encoding>,
}

impl Cutting {
    /// The beginning of a stream.
    pub(crate) const fn new() -> Self {
        Self { filled: 0, fresh: 0, start: Position::START, encoding: None }
    }

    /// Goes past bytes that are no piece's. Nothing may be held.
    pub(crate) fn pass(&mut self, bytes: &[u8]) {
        self.start = self.start.after(bytes, Encoding::Bytes);
    }
}

/// A stream of which the beginning was read.
pub(crate) struct Begun {
    cutting: Cutting,
    filled: io::Result<Filled>,
}

/// The last place at or before `limit` where a piece may begin: aligned, and between characters.
fn piece_start(held: &[u8], limit: usize, origin: Position, encoding: Encoding) -> usize {
    let before = usize::try_from(origin.byte % ALIGNMENT as u64).unwrap_or(0);
    let aligned = limit.saturating_sub((limit + before) % ALIGNMENT);
    if encoding != Encoding::Bytes {
        return aligned;
    }
    (0..ALIGNED_TRIES)
        .map(|step| aligned.saturating_sub(step * ALIGNMENT))
        .chain((0..4).map(|step| limit.saturating_sub(step)))
        .find(|&at| is_between_characters(held, at))
        .unwrap_or(aligned)
}

/// Whether no UTF-8 character spans `at`; counting characters on both sides then adds up.
fn is_between_characters(text: &[u8], at: usize) -> bool {
    let spans = |back: usize| {
        let Some(lead) = at.checked_sub(back) else { return false };
        let length = match text.get(lead) {
            Some(0xC2..=0xDF) => 2,
            Some(0xE0..=0xEF) => 3,
            Some(0xF0..=0xF4) => 4,
            _ => return false,
        };
        let character = text.get(lead..lead + length).unwrap_or_default();
        length > back && str::from_utf8(character).is_ok_and(|text| !text.is_empty())
    };
    !(1..4).any(spans)
}

/// How the bytes spell characters: by where their NULs stand, or a byte order mark and any NUL.
/// It has to agree with the scanner, which tells encodings by the same signs.
pub(crate) fn sniff(text: &[u8]) -> Encoding {
    let sample = ByteSpan::new(0, SAMPLE).of(text);
    let mut nuls = [0_usize; ALIGNMENT];
    for chunk in sample.chunks_exact(ALIGNMENT) {
        nuls.iter_mut().zip(chunk).for_each(|(nul, &byte)| *nul += usize::from(byte == 0));
    }
    let units = (sample.len() / ALIGNMENT).max(1);
    let lane = |nul: usize| match nul * 10 {
        many if many >= units * 8 => Lane::Nul,
        few if few <= units * 2 => Lane::Text,
        _ => Lane::Mixed,
    };
    let marked = |mark: &[u8]| sample.starts_with(mark) && sample.contains(&0);
    match nuls.map(lane) {
        [Lane::Text, Lane::Nul, Lane::Nul, Lane::Nul] => Encoding::Utf32Le,
        [Lane::Nul, Lane::Nul, Lane::Nul, Lane::Text] => Encoding::Utf32Be,
        [Lane::Text, Lane::Nul, Lane::Text, Lane::Nul] => Encoding::Utf16Le,
        [Lane::Nul, Lane::Text, Lane::Nul, Lane::Text] => Encoding::Utf16Be,
        _ if marked(b"\xff\xfe\0\0") => Encoding::Utf32Le,
        _ if marked(b"\0\0\xfe\xff") => Encoding::Utf32Be,
        _ if marked(b"\xff\xfe") => Encoding::Utf16Le,
        _ if marked(b"\xfe\xff") => Encoding::Utf16Be,
        _ => Encoding::Bytes,
    }
}

/// What stands at one place of four, throughout a sample.
enum Lane {
    Nul,
    Text,
    Mixed,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use tightlip_model::Location;

    struct Chunked<'a> {
        rest: &'a [u8],
        sizes: std::iter::Cycle<std::slice::Iter<'a, usize>>,
    }

    impl Read for Chunked<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let size = self.sizes.next().copied().unwrap_or(1);
            let count = size.min(buffer.len()).min(self.rest.len());
            let (now, later) = self.rest.split_at(count);
            buffer[..count].copy_from_slice(now);
            self.rest = later;
            Ok(count)
        }
    }

    fn fragments() -> impl Strategy<Value = Vec<u8>> {
        let fragment = prop_oneof![
            Just(b"a".to_vec()),
            Just(b"\n".to_vec()),
            Just("é".as_bytes().to_vec()),
            Just("字".as_bytes().to_vec()),
            Just("😀".as_bytes().to_vec()),
            Just("😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀".as_bytes().to_vec()),
            Just(vec![0x80; 5]),
            Just(vec![0xE2, 0x82]),
            Just(vec![0xF0]),
            vec(any::<u8>(), 0..9),
        ];
        vec(fragment, 0..300).prop_map(|parts| parts.concat())
    }

    fn check(content: &[u8], piece: Piece<'_>, reach: usize, encoding: Encoding) {
        let start = usize::try_from(piece.start.byte).unwrap();
        assert_eq!(piece.bytes, &content[start..start + piece.bytes.len()]);
        let left = piece.fresh.start;
        assert!(left >= reach || start == 0);
        let right = piece.bytes.len() - piece.fresh.end;
        assert!(right >= reach || start + piece.bytes.len() == content.len());
        assert_eq!(piece.start, Position::START.after(&content[..start], encoding));
        for at in (piece.fresh.start..piece.fresh.end).step_by(7) {
            let here = Location::of((at..at + 1).into(), piece.bytes, piece.start, encoding);
            let whole = (start + at..start + at + 1).into();
            assert_eq!(here, Location::of(whole, content, Position::START, encoding));
        }
    }

    proptest! {
        #[test]
        fn fresh_spans_tile_any_content_at_the_right_positions(
            content in fragments(),
            sizes in vec(1_usize..200, 1..5),
            expected in 0_u64..1000,
            reach in 0_usize..40,
        ) {
            let mut reader = Chunked { rest: &content, sizes: sizes.iter().cycle() };
            let encoding = sniff(&content);
            let (mut pieces, mut next) = (Pieces::sized(100, 60, reach), 0);
            let read = pieces.cut(&mut reader, expected, |piece| {
                assert_eq!(piece.start.byte + piece.fresh.start as u64, next);
                next += piece.fresh.len() as u64;
                check(&content, piece, reach, encoding);
            });
            prop_assert_eq!(read.unwrap(), content.len() as u64);
            prop_assert_eq!(next, content.len() as u64);
        }
    }

    #[test]
    fn what_fits_comes_in_one_piece() {
        let content = vec![b'x'; WHOLE];
        let mut spans = Vec::new();
        let mut pieces = Pieces::new(1000);
        pieces.cut(&mut content.as_slice(), 0, |piece| spans.push(piece.fresh)).unwrap();
        assert_eq!(spans, [ByteSpan::new(0, WHOLE)]);
    }

    #[test]
    fn the_column_in_one_long_line_stays_right() {
        let content = vec![b'x'; 30 << 20];
        let mut last = Position::START;
        let mut pieces = Pieces::new(1000);
        pieces.cut(&mut content.as_slice(), 0, |piece| last = piece.start).unwrap();
        assert!(last.byte > 20 << 20);
        assert_eq!(last.column.0, last.byte + 1);
    }

    #[test]
    fn pieces_of_wide_text_count_lines_by_unit() {
        let text: String = (0..200).map(|line| format!("line {line} \u{10a}\n")).collect();
        let content: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let mut count = 0;
        Pieces::sized(100, 60, 10)
            .cut(&mut content.as_slice(), 0, |piece| {
                check(&content, piece, 10, Encoding::Utf16Le);
                count += 1;
            })
            .unwrap();
        assert!(count > 5);
    }

    #[test]
    fn what_was_read_before_a_failure_is_handed_over() {
        struct Failing(bool);
        impl Read for Failing {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                if std::mem::replace(&mut self.0, true) {
                    return Err(io::Error::other("bad sector"));
                }
                buffer[..3].copy_from_slice(b"abc");
                Ok(3)
            }
        }
        let mut got: Vec<u8> = Vec::new();
        let result = Pieces::new(10).cut(&mut Failing(false), 0, |piece| got.extend(piece.bytes));
        assert!(result.is_err());
        assert_eq!(got, b"abc");
    }
}
