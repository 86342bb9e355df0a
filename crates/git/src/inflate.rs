//! Inflating zlib streams from a file, whole into memory or as a reader. Sizes are checked before
//! memory is asked for: deflate cannot expand more than 1032 times.
//!
//! Entries of usual size are inflated from memory to memory by libdeflate, which takes 0.70 to 0.77
//! of the time of zlib-rs. What it refuses, and what is too long to be held, goes through zlib-rs in
//! pieces: it also knows the reason of a refusal.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::sync::Arc;

use flate2::{Decompress, FlushDecompress, Status};
use libdeflater::Decompressor;

use crate::files;
use crate::pack::entry::MAX_HEADER;
use crate::window::Windows;

const CHUNK: usize = 128 << 10;
const FIRST_STEP: usize = 4 << 10;
const MAX_EXPANSION: u64 = 1032;
/// Longer streams are inflated in pieces.
const LONGEST_WHOLE: usize = 4 << 20;
/// A stream of known size but unknown length is at first taken to be no longer than what it makes
/// and this.
const OVERHEAD: usize = 64;
const ZLIB_HEADER: usize = 2;
const ADLER: usize = 4;

/// Why a stream could not be inflated.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InflateError {
    #[error("{0}")]
    Read(#[from] io::Error),
    #[error("{0}")]
    Corrupt(&'static str),
}

const BAD_STREAM: InflateError = InflateError::Corrupt("its zlib stream is damaged");
const TRUNCATED: InflateError = InflateError::Corrupt("its zlib stream ends early");
const WRONG_SIZE: InflateError = InflateError::Corrupt("its size is not the size it declares");
const TRAILING: InflateError =
    InflateError::Corrupt("it is followed by bytes that belong to no object");

/// Decoders and what was read last, for reuse from stream to stream. Content is always put at the
/// front of a buffer, which may stay longer than that: buffers are filled with zeros once only.
pub(crate) struct Inflater {
    pieces: Decompress,
    /// For streams that begin with the fixed codes: the tables of those are then made once.
    fixed: Decompressor,
    coded: Decompressor,
    windows: Windows,
    input: Vec<u8>,
}

impl Inflater {
    pub(crate) fn new() -> Self {
        Self {
            pieces: Decompress::new(true),
            fixed: Decompressor::new(),
            coded: Decompressor::new(),
            windows: Windows::default(),
            input: Vec::new(),
        }
    }

    /// Puts the `size` bytes of the stream that begins at the start of `range` and ends within it
    /// at the front of `output`.
    pub(crate) fn inflate(
        &mut self,
        file: &File,
        range: Range<u64>,
        size: u64,
        output: &mut Vec<u8>,
    ) -> Result<(), InflateError> {
        let size = bound(&range, size)?;
        if size <= CHUNK {
            let mut next = range.start;
            self.fill(file, &mut next, range.end, size + OVERHEAD)?;
            let decoder = decoder(&mut self.fixed, &mut self.coded, &self.input);
            let output = room(output, size);
            if decoder.zlib_decompress(&self.input, output).is_ok_and(|made| made == size) {
                return Ok(());
            }
        }
        self.inflate_pieces(file, range, size, output).map(|_| ())
    }

    /// Reads the beginning of `range`, all of it when it is not too long to be inflated whole: an
    /// entry's header and its stream, in one read at most. All calls must be about one file.
    pub(crate) fn load(&mut self, file: &File, range: &Range<u64>) -> io::Result<&[u8]> {
        let is_long = range.end.saturating_sub(range.start) > LONGEST_WHOLE as u64;
        let end = if is_long { range.start.saturating_add(MAX_HEADER as u64) } else { range.end };
        self.windows.at(file, range.start..end)
    }

    /// Puts the `size` bytes of the stream that is `range` but for its first `skip` bytes, which
    /// was just loaded, at the front of `output`.
    pub(crate) fn inflate_loaded(
        &mut self,
        file: &File,
        range: Range<u64>,
        skip: usize,
        size: u64,
        output: &mut Vec<u8>,
    ) -> Result<(), InflateError> {
        let stream = range.start.saturating_add(skip as u64)..range.end;
        let size = bound(&stream, size)?;
        if range.end - range.start <= LONGEST_WHOLE as u64 {
            let input = self.windows.at(file, range)?.get(skip..).unwrap_or_default();
            let decoder = decoder(&mut self.fixed, &mut self.coded, input);
            if inflate_exactly(decoder, input, room(output, size)) {
                return Ok(());
            }
        }
        let available = stream.end - stream.start;
        let consumed = self.inflate_pieces(file, stream, size, output)?;
        if consumed == available { Ok(()) } else { Err(TRAILING) }
    }

    /// Inflates a stream piece by piece, memory growing with what it proves to hold. Gives its
    /// length.
    fn inflate_pieces(
        &mut self,
        file: &File,
        range: Range<u64>,
        size: usize,
        output: &mut Vec<u8>,
    ) -> Result<u64, InflateError> {
        self.pieces.reset(true);
        let (mut next, mut made) = (range.start, 0);
        loop {
            self.fill(file, &mut next, range.end, CHUNK)?;
            if self.step(output, &mut made, size)? {
                return if made == size { Ok(self.pieces.total_in()) } else { Err(WRONG_SIZE) };
            }
        }
    }

    /// Reads the next `most` bytes, fewer only at `end`.
    fn fill(
        &mut self,
        file: &File,
        next: &mut u64,
        end: u64,
        most: usize,
    ) -> Result<(), InflateError> {
        let left = usize::try_from(end.saturating_sub(*next)).unwrap_or(usize::MAX);
        self.input.resize(left.min(most), 0);
        let count = files::read_at(file, &mut self.input, *next)?;
        self.input.truncate(count);
        *next += count as u64;
        if count == 0 { Err(TRUNCATED) } else { Ok(()) }
    }

    /// Inflates the piece that was read; whether the stream has ended.
    fn step(
        &mut self,
        output: &mut Vec<u8>,
        made: &mut usize,
        size: usize,
    ) -> Result<bool, InflateError> {
        let mut input = self.input.as_slice();
        // What a stream makes beyond its size is noticed here.
        let mut beyond = [0; 16];
        while !input.is_empty() {
            let room = output_from(output, *made, size).unwrap_or(&mut beyond);
            let before = (self.pieces.total_in(), self.pieces.total_out());
            let status = self
                .pieces
                .decompress(input, room, FlushDecompress::None)
                .map_err(|_| BAD_STREAM)?;
            let consumed = self.pieces.total_in() - before.0;
            let written = self.pieces.total_out() - before.1;
            *made = made.saturating_add(usize::try_from(written).unwrap_or(usize::MAX));
            if *made > size {
                return Err(WRONG_SIZE);
            }
            if status == Status::StreamEnd {
                return Ok(true);
            }
            if consumed == 0 && written == 0 {
                return Err(BAD_STREAM);
            }
            input =
                input.get(usize::try_from(consumed).unwrap_or(usize::MAX)..).unwrap_or_default();
        }
        Ok(false)
    }
}

/// The size, unless no stream in `range` can have it.
fn bound(range: &Range<u64>, size: u64) -> Result<usize, InflateError> {
    let available = range.end.saturating_sub(range.start);
    if size > available.saturating_mul(MAX_EXPANSION) {
        return Err(TRUNCATED);
    }
    usize::try_from(size).map_err(|_| WRONG_SIZE)
}

/// The first `size` bytes of a buffer, which is made that long. What it held may be lost.
pub(crate) fn room(buffer: &mut Vec<u8>, size: usize) -> &mut [u8] {
    if buffer.capacity() < size {
        *buffer = vec![0; size + size / 8];
    } else if buffer.len() < size {
        buffer.resize(size, 0);
    }
    buffer.get_mut(..size).unwrap_or_default()
}

/// The next part of the output; `None` when it is complete.
fn output_from(output: &mut Vec<u8>, made: usize, size: usize) -> Option<&mut [u8]> {
    if output.len() <= made {
        let longer = made.saturating_mul(2).max(CHUNK).min(size);
        output.resize(longer.max(output.len()), 0);
    }
    let end = output.len().min(size);
    output.get_mut(made..end).filter(|room| !room.is_empty())
}

/// The decoder that has the tables for the first block of a stream.
fn decoder<'d>(
    fixed: &'d mut Decompressor,
    coded: &'d mut Decompressor,
    input: &[u8],
) -> &'d mut Decompressor {
    let is_fixed = input.get(ZLIB_HEADER).is_some_and(|first| first >> 1 & 3 == 1);
    if is_fixed { fixed } else { coded }
}

/// Whether `input` is one zlib stream from its first byte to its last, and makes what fills
/// `output`.
fn inflate_exactly(decoder: &mut Decompressor, input: &[u8], output: &mut [u8]) -> bool {
    let Some((&[method, flags], rest)) = input.split_first_chunk() else { return false };
    let Some((data, checksum)) = rest.split_last_chunk::<ADLER>() else { return false };
    let plain = u16::from_be_bytes([method, flags]).is_multiple_of(31)
        && method & 15 == 8
        && method >> 4 < 8
        && flags & 0x20 == 0;
    plain
        && decoder.deflate_decompress(data, output).is_ok_and(|made| made == output.len())
        && libdeflater::adler32(output) == u32::from_be_bytes(*checksum)
}

/// A stream inflated as it is read. Its end is an error when it is not where it should be.
pub(crate) struct InflateReader {
    file: Arc<File>,
    next: u64,
    end: u64,
    state: Decompress,
    input: Vec<u8>,
    /// How much is read next: little at first, since many streams are short.
    step: usize,
    used: usize,
    remaining: Option<u64>,
    ended: bool,
}

impl InflateReader {
    pub(crate) fn new(file: Arc<File>, range: Range<u64>, size: Option<u64>) -> Self {
        Self {
            file,
            next: range.start,
            end: range.end,
            state: Decompress::new(true),
            input: Vec::new(),
            step: FIRST_STEP,
            used: 0,
            remaining: size,
            ended: false,
        }
    }

    /// Sets how many more bytes the stream must hold.
    pub(crate) fn expect(&mut self, size: u64) {
        self.remaining = Some(size);
    }

    fn fill(&mut self) -> io::Result<()> {
        let left = usize::try_from(self.end.saturating_sub(self.next)).unwrap_or(usize::MAX);
        self.input.resize(left.min(self.step), 0);
        self.step = (self.step * 2).min(CHUNK);
        let count = files::read_at(&self.file, &mut self.input, self.next)?;
        self.input.truncate(count);
        self.used = 0;
        self.next += count as u64;
        if count == 0 { Err(invalid(&TRUNCATED)) } else { Ok(()) }
    }

    /// Inflates once; the number of bytes written.
    fn step(&mut self, output: &mut [u8]) -> io::Result<usize> {
        if self.used >= self.input.len() {
            self.fill()?;
        }
        let before = (self.state.total_in(), self.state.total_out());
        let input = self.input.get(self.used..).unwrap_or_default();
        let status = self
            .state
            .decompress(input, output, FlushDecompress::None)
            .map_err(|_| invalid(&BAD_STREAM))?;
        let consumed = self.state.total_in() - before.0;
        let written = self.state.total_out() - before.1;
        self.used += usize::try_from(consumed).unwrap_or(usize::MAX);
        self.ended = status == Status::StreamEnd;
        if consumed == 0 && written == 0 && !self.ended {
            return Err(invalid(&BAD_STREAM));
        }
        Ok(usize::try_from(written).unwrap_or(usize::MAX))
    }

    fn count(&mut self, written: usize) -> io::Result<()> {
        let Some(remaining) = &mut self.remaining else { return Ok(()) };
        *remaining = remaining.checked_sub(written as u64).ok_or_else(|| invalid(&WRONG_SIZE))?;
        if self.ended && *remaining > 0 { Err(invalid(&WRONG_SIZE)) } else { Ok(()) }
    }
}

impl Read for InflateReader {
    fn read(&mut self, output: &mut [u8]) -> io::Result<usize> {
        if output.is_empty() {
            return Ok(0);
        }
        while !self.ended {
            let written = self.step(output)?;
            self.count(written)?;
            if written > 0 {
                return Ok(written);
            }
        }
        Ok(0)
    }
}

fn invalid(error: &InflateError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error.to_string())
}

/// Inflates a stream that is already in memory, of at most `limit` bytes. Gives the bytes and the
/// compressed length.
pub(crate) fn inflate_slice(input: &[u8], limit: u64) -> Option<(Vec<u8>, usize)> {
    let mut decoder = flate2::bufread::ZlibDecoder::new(input);
    let mut output = Vec::new();
    decoder.by_ref().take(limit + 1).read_to_end(&mut output).ok()?;
    let consumed = usize::try_from(decoder.total_in()).ok()?;
    (output.len() as u64 <= limit).then_some((output, consumed))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn deflated(bytes: &[u8], level: u32) -> Vec<u8> {
        let mut encoder =
            flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::new(level));
        encoder.write_all(bytes).expect("written to memory");
        encoder.finish().expect("written to memory")
    }

    fn file(bytes: &[u8]) -> File {
        let mut file = tempfile::tempfile().expect("a temporary file");
        file.write_all(bytes).expect("written");
        file
    }

    fn inflate_all(
        stream: &[u8],
        size: usize,
    ) -> (Result<Vec<u8>, String>, Result<Vec<u8>, String>) {
        let (file, range) = (file(stream), 0..stream.len() as u64);
        let mut inflater = Inflater::new();
        let mut output = vec![7; 40];
        let mut inflate = |known: bool| {
            let result = if known {
                inflater.inflate_loaded(&file, range.clone(), 0, size as u64, &mut output)
            } else {
                inflater.inflate(&file, range.clone(), size as u64, &mut output)
            };
            result.map(|()| output[..size].to_vec()).map_err(|error| error.to_string())
        };
        (inflate(true), inflate(false))
    }

    #[test]
    fn streams_of_every_kind_and_length_come_out_whole() {
        for size in [0, 1, 30, 5_000, 300_000, 3_000_000] {
            let mut state = 1_u32;
            let mut noise = || {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 24) as u8
            };
            let bytes: Vec<u8> =
                (0..size).map(|at| if at % 3 == 0 { noise() } else { b'a' }).collect();
            for level in [0, 1, 9] {
                let both = inflate_all(&deflated(&bytes, level), size);
                assert_eq!(both.0.as_deref(), Ok(&bytes[..]), "{size} at {level}");
                assert_eq!(both.1.as_deref(), Ok(&bytes[..]), "{size} at {level}");
            }
        }
    }

    #[test]
    fn a_stream_of_another_size_or_with_bytes_behind_it_is_refused() {
        let bytes = vec![b'x'; 1000];
        let stream = deflated(&bytes, 6);
        for size in [0, 999, 1001, 1_000_000] {
            let both = inflate_all(&stream, size);
            assert!(both.0.is_err() && both.1.is_err(), "{size}");
        }
        let longer = [&stream[..], b"more"].concat();
        let both = inflate_all(&longer, 1000);
        assert_eq!(both.0, Err(TRAILING.to_string()));
        assert_eq!(both.1, Ok(bytes), "where the stream ends is not known");
        let both = inflate_all(&stream[..stream.len() - 1], 1000);
        assert_eq!(both, (Err(TRUNCATED.to_string()), Err(TRUNCATED.to_string())));
    }

    #[test]
    fn a_wrong_checksum_is_noticed() {
        let mut stream = deflated(b"some text", 6);
        *stream.last_mut().expect("bytes") ^= 1;
        let both = inflate_all(&stream, 9);
        assert_eq!(both, (Err(BAD_STREAM.to_string()), Err(BAD_STREAM.to_string())));
    }
}
