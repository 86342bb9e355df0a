//! Inflating zlib streams from a file, whole into memory or as a reader. Sizes are checked before
//! memory is asked for: deflate cannot expand more than 1032 times.
//!
//! The decoder is zlib-rs through flate2: pure Rust, so no C compiler is needed to install and no
//! C code reads hostile bytes; libdeflate decodes packs about 1.2 times faster.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::sync::Arc;

use flate2::{Decompress, FlushDecompress, Status};

use crate::files;

const CHUNK: usize = 128 << 10;
const MAX_EXPANSION: u64 = 1032;
/// Room beyond the declared size, so that a stream that is longer is noticed.
const SLACK: usize = 16;

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

/// A decoder and its input buffer, for reuse from stream to stream.
pub(crate) struct Inflater {
    state: Decompress,
    input: Vec<u8>,
}

impl Inflater {
    pub(crate) fn new() -> Self {
        Self { state: Decompress::new(true), input: Vec::new() }
    }

    /// Replaces `output` by the `size` bytes of the stream that begins at the start of `range` and
    /// ends within it. Gives the compressed length.
    pub(crate) fn inflate(
        &mut self,
        file: &File,
        range: Range<u64>,
        size: u64,
        output: &mut Vec<u8>,
    ) -> Result<u64, InflateError> {
        let size = self.begin(range.end.saturating_sub(range.start), size, output)?;
        let mut next = range.start;
        self.fill(file, &mut next, range.end, size)?;
        self.finish(file, (next, 0), range.end, size, output)
    }

    /// Reads the beginning of `range`, all of it when it is not long: what an entry's header and
    /// its stream begin with, in one read.
    pub(crate) fn load(&mut self, file: &File, range: &Range<u64>) -> io::Result<&[u8]> {
        let length = range.end.saturating_sub(range.start);
        let length = usize::try_from(length).unwrap_or(usize::MAX).min(CHUNK);
        self.input.resize(length, 0);
        let count = files::read_at(file, &mut self.input, range.start)?;
        self.input.truncate(count);
        Ok(&self.input)
    }

    /// Like [`inflate`](Self::inflate) for a `range` of which the beginning was just loaded and the
    /// stream begins after the first `skip` bytes.
    pub(crate) fn inflate_loaded(
        &mut self,
        file: &File,
        range: Range<u64>,
        skip: usize,
        size: u64,
        output: &mut Vec<u8>,
    ) -> Result<u64, InflateError> {
        let available = range.end.saturating_sub(range.start + skip as u64);
        let size = self.begin(available, size, output)?;
        let next = range.start + self.input.len() as u64;
        self.finish(file, (next, skip), range.end, size, output)
    }

    fn begin(
        &mut self,
        available: u64,
        size: u64,
        output: &mut Vec<u8>,
    ) -> Result<usize, InflateError> {
        output.clear();
        if size > available.saturating_mul(MAX_EXPANSION) {
            return Err(TRUNCATED);
        }
        let size = usize::try_from(size).map_err(|_| WRONG_SIZE)?;
        output.reserve_exact(size + SLACK);
        self.state.reset(true);
        Ok(size)
    }

    /// Inflates what was read, after the first `skip` bytes, and what follows at `next`.
    fn finish(
        &mut self,
        file: &File,
        (mut next, mut skip): (u64, usize),
        end: u64,
        size: usize,
        output: &mut Vec<u8>,
    ) -> Result<u64, InflateError> {
        while !self.step(skip, output, size)? {
            self.fill(file, &mut next, end, size)?;
            skip = 0;
        }
        if output.len() == size { Ok(self.state.total_in()) } else { Err(WRONG_SIZE) }
    }

    /// Reads the next piece of the file, as large as the stream is likely to need.
    fn fill(&mut self, file: &File, next: &mut u64, end: u64, size: usize) -> io::Result<()> {
        let left = usize::try_from(end.saturating_sub(*next)).unwrap_or(usize::MAX);
        let length = left.min(CHUNK).min(size + 512);
        self.input.resize(length, 0);
        let count = files::read_at(file, &mut self.input, *next)?;
        self.input.truncate(count);
        *next += count as u64;
        Ok(())
    }

    /// Inflates the piece; whether the stream has ended.
    fn step(
        &mut self,
        skip: usize,
        output: &mut Vec<u8>,
        size: usize,
    ) -> Result<bool, InflateError> {
        let mut input = self.input.get(skip..).unwrap_or_default();
        if input.is_empty() {
            return Err(TRUNCATED);
        }
        while !input.is_empty() {
            let before = (self.state.total_in(), output.len());
            let status = self
                .state
                .decompress_vec(input, output, FlushDecompress::None)
                .map_err(|_| BAD_STREAM)?;
            if status == Status::StreamEnd {
                return Ok(true);
            }
            if output.len() > size {
                return Err(WRONG_SIZE);
            }
            let consumed = usize::try_from(self.state.total_in() - before.0).unwrap_or(usize::MAX);
            if consumed == 0 && output.len() == before.1 {
                return Err(BAD_STREAM);
            }
            input = input.get(consumed..).unwrap_or_default();
        }
        Ok(false)
    }
}

/// A stream inflated as it is read. Its end is an error when it is not where it should be.
pub(crate) struct InflateReader {
    file: Arc<File>,
    next: u64,
    end: u64,
    state: Decompress,
    input: Vec<u8>,
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
        self.input.resize(left.min(CHUNK), 0);
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
