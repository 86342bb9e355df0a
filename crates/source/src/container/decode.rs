//! Decompression: the codecs behind one face, and the meter on what they yield.

use std::io::{self, BufRead, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use lzma_rust2::{LzipReader, LzmaReader, XzReader};
use ruzstd::decoding::errors::FrameDecoderError;
use ruzstd::decoding::{FrameDecoder, StreamingDecoder};

use super::format::Codec;
use super::{Place, Run, stopped};

/// Memory that one decoder may take for what it looks back at, by how deep its container stands. The
/// highest levels of xz and Zstandard ask for 64 and 128 MiB; those that are usual, for 8.
const MEMORY: [u32; 2] = [132 << 20, 80 << 20];
const MEMORY_FURTHER_IN: u32 = 12 << 20;

/// A decoder of one stream or frame, which reads no further than that.
pub(super) trait Decoder<R>: Read {
    /// Gives back what is decoded.
    fn into_input(self: Box<Self>) -> R;
}

/// A decoder for what begins at `input`, in a container that stands `depth` deep. Where more memory
/// would be needed than it may take, the error is of the kind that says so.
pub(super) fn decoder<'a, R: BufRead + 'a>(
    codec: Codec,
    input: R,
    depth: u32,
) -> io::Result<Box<dyn Decoder<R> + 'a>> {
    let depth = usize::try_from(depth).unwrap_or(usize::MAX);
    let memory = MEMORY.get(depth).copied().unwrap_or(MEMORY_FURTHER_IN);
    Ok(match codec {
        Codec::Deflate => Box::new(flate2::bufread::DeflateDecoder::new(input)),
        Codec::Gzip => Box::new(flate2::bufread::GzDecoder::new(input)),
        Codec::Zlib => Box::new(flate2::bufread::ZlibDecoder::new(input)),
        Codec::Bzip2 => Box::new(bzip2::bufread::BzDecoder::new(input)),
        Codec::Xz => Box::new(XzReader::new_mem_limit(input, false, memory / 1024)),
        Codec::Zstd => {
            let frame = StreamingDecoder::new_with_max_window_size(input, u64::from(memory));
            Box::new(Zstd(frame.map_err(frame_error)?))
        }
        Codec::Lzip => Box::new(LzipReader::new(input)),
        Codec::Lzma => Box::new(LzmaReader::new_mem_limit(input, memory / 1024, None)?),
    })
}

fn frame_error(error: FrameDecoderError) -> io::Error {
    let kind = match &error {
        FrameDecoderError::WindowSizeTooBig { .. } => io::ErrorKind::OutOfMemory,
        _ => io::ErrorKind::InvalidData,
    };
    io::Error::new(kind, error.to_string())
}

impl<R: BufRead> Decoder<R> for flate2::bufread::DeflateDecoder<R> {
    fn into_input(self: Box<Self>) -> R {
        self.into_inner()
    }
}

impl<R: BufRead> Decoder<R> for flate2::bufread::GzDecoder<R> {
    fn into_input(self: Box<Self>) -> R {
        self.into_inner()
    }
}

impl<R: BufRead> Decoder<R> for flate2::bufread::ZlibDecoder<R> {
    fn into_input(self: Box<Self>) -> R {
        self.into_inner()
    }
}

impl<R: BufRead> Decoder<R> for bzip2::bufread::BzDecoder<R> {
    fn into_input(self: Box<Self>) -> R {
        self.into_inner()
    }
}

impl<R: BufRead> Decoder<R> for XzReader<R> {
    fn into_input(self: Box<Self>) -> R {
        self.into_inner()
    }
}

impl<R: BufRead> Decoder<R> for LzipReader<R> {
    fn into_input(self: Box<Self>) -> R {
        self.into_inner()
    }
}

impl<R: BufRead> Decoder<R> for LzmaReader<R> {
    fn into_input(self: Box<Self>) -> R {
        self.into_inner()
    }
}

/// A Zstandard frame whose checksum is looked at.
struct Zstd<R: Read>(StreamingDecoder<R, FrameDecoder>);

impl<R: Read> Read for Zstd<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.0.read(buffer)?;
        let frame = &self.0.decoder;
        if count == 0
            && !buffer.is_empty()
            && let Some(checksum) = frame.get_checksum_from_data()
            && frame.get_calculated_checksum() != Some(checksum)
        {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "wrong checksum"));
        }
        Ok(count)
    }
}

impl<R: BufRead> Decoder<R> for Zstd<R> {
    fn into_input(self: Box<Self>) -> R {
        self.0.into_inner()
    }
}

/// What a decoder yields, counted against the budget.
pub(super) struct Metered<'a, 'r, R> {
    run: &'a Run<'r>,
    place: &'a Place,
    inner: R,
    is_stored: bool,
    count: u64,
    crc: crc32fast::Hasher,
}

impl<'a, 'r, R: Read> Metered<'a, 'r, R> {
    /// What `inner` yields for the member at `place`.
    pub(super) fn new(run: &'a Run<'r>, place: &'a Place, inner: R) -> Self {
        Self { run, place, inner, is_stored: false, count: 0, crc: crc32fast::Hasher::new() }
    }

    /// The same for a member that is stored as it is, which costs no more than it weighs.
    pub(super) fn stored(run: &'a Run<'r>, place: &'a Place, inner: R) -> Self {
        Self { is_stored: true, ..Self::new(run, place, inner) }
    }

    /// How many bytes there were, and their CRC.
    pub(super) fn sums(self) -> (u64, u32) {
        (self.count, self.crc.finalize())
    }

    /// How many bytes there were so far.
    pub(super) fn count(&self) -> u64 {
        self.count
    }
}

impl<R: Read> Read for Metered<'_, '_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.run.is_over() {
            return Err(stopped());
        }
        let inner = &mut self.inner;
        // Other people's decoders on hostile bytes: a defect of one is damage of this member.
        let count = catch_unwind(AssertUnwindSafe(|| inner.read(buffer)))
            .unwrap_or_else(|_| Err(io::Error::other("a defect in the decoder")))?;
        self.crc.update(buffer.get(..count).unwrap_or_default());
        self.count += count as u64;
        let expanded = if self.is_stored { 0 } else { count as u64 };
        if let Err(bound) = self.run.budget.expand(expanded) {
            self.run.end(self.place, bound);
            return Err(stopped());
        }
        Ok(count)
    }
}
