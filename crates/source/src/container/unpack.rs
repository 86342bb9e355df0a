//! Compressed streams: gzip, zlib, bzip2, xz, lzip, LZMA and Zstandard, each of one or more frames.

use std::io::{self, Read};

use super::decode::{Decoder, Metered, decoder};
use super::format::Codec;
use super::packed::Packed;
use super::{Place, Run, Stop};

/// Endings of names that say how a file is compressed, and what takes their place.
const ENDINGS: [(&[u8], &[u8]); 13] = [
    (b".gz", b""),
    (b".tgz", b".tar"),
    (b".crate", b".tar"),
    (b".bz2", b""),
    (b".tbz2", b".tar"),
    (b".xz", b""),
    (b".txz", b".tar"),
    (b".zst", b""),
    (b".tzst", b".tar"),
    (b".svgz", b".svg"),
    (b".lz", b""),
    (b".lzma", b""),
    (b".Z", b""),
];

/// Scans what a compressed file holds.
pub(super) fn scan(
    run: &Run<'_>,
    place: &Place,
    packed: &mut Packed<'_, '_>,
    codec: Codec,
) -> Result<(), Stop> {
    let inside = place.unpacked(&name_inside(place.provenance.path.as_bytes()));
    packed.begin_payload();
    let frames = Frames { codec, depth: place.depth, state: State::Between(packed) };
    let mut metered = Metered::new(run, &inside, frames);
    let read = run.member(&inside, &mut metered, 0);
    let count = metered.count();
    drop(metered);
    match read {
        Ok(_) => packed.end_payload(),
        Err(_) if run.is_over() || packed.has_failed() => packed.end_payload(),
        Err(error) if count == 0 && is_doubtful(codec, &error) => {
            packed.give_up_payload();
            return Err(Stop::NoContainer);
        }
        Err(error) => {
            packed.give_up_payload();
            return Err(Stop::Broken(format!(
                "its compressed content is damaged after {count} bytes: {error}; what came before was scanned"
            )));
        }
    }
    Ok(())
}

/// Whether something may well be no container, now that nothing came out of it: its mark is short,
/// and its fault is neither to end too early nor to ask for too much.
fn is_doubtful(codec: Codec, error: &io::Error) -> bool {
    let is_clear =
        matches!(error.kind(), io::ErrorKind::UnexpectedEof | io::ErrorKind::OutOfMemory);
    matches!(codec, Codec::Gzip | Codec::Zstd | Codec::Lzma) && !is_clear
}

/// What a person would call the content: the name without what says that it is compressed.
fn name_inside(path: &[u8]) -> Vec<u8> {
    let name = path.rsplit(|&byte| byte == b'/' || byte == b'!').next().unwrap_or(path);
    let shorter = ENDINGS.iter().find_map(|(ending, instead)| {
        let stem = name.strip_suffix(*ending).filter(|stem| !stem.is_empty())?;
        Some([stem, *instead].concat())
    });
    shorter.unwrap_or_else(|| b"content".to_vec())
}

/// The frames of a file, one after the other, as one stream.
struct Frames<'p, 'a, 'r> {
    codec: Codec,
    depth: u32,
    state: State<'p, 'a, 'r>,
}

enum State<'p, 'a, 'r> {
    Between(&'p mut Packed<'a, 'r>),
    Inside(Box<dyn Decoder<&'p mut Packed<'a, 'r>> + 'p>),
    End,
}

impl Read for Frames<'_, '_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match std::mem::replace(&mut self.state, State::End) {
                State::End => return Ok(0),
                State::Between(packed) => {
                    if is_next(self.codec, packed)? {
                        self.state = State::Inside(decoder(self.codec, packed, self.depth)?);
                    }
                }
                State::Inside(mut decoder) => {
                    let count = decoder.read(buffer)?;
                    if count > 0 || buffer.is_empty() {
                        self.state = State::Inside(decoder);
                        return Ok(count);
                    }
                    self.state = State::Between(decoder.into_input());
                }
            }
        }
    }
}

/// Whether a frame begins here, after what separates frames.
fn is_next(codec: Codec, packed: &mut Packed<'_, '_>) -> io::Result<bool> {
    if codec == Codec::Xz {
        while packed.peek(4)?.starts_with(&[0; 4]) {
            packed.skip(4)?;
        }
    }
    // What was read from a tape is padded.
    while codec == Codec::Gzip && packed.position() > 0 && packed.peek(1)?.starts_with(&[0]) {
        packed.skip(1)?;
    }
    while codec == Codec::Zstd
        && let [0x50..=0x5f, 0x2a, 0x4d, 0x18, a, b, c, d, ..] = *packed.peek(8)?
    {
        packed.skip(8 + u64::from(u32::from_le_bytes([a, b, c, d])))?;
    }
    let mark: &[u8] = match codec {
        Codec::Gzip => b"\x1f\x8b",
        Codec::Bzip2 => b"BZh",
        Codec::Xz => b"\xfd7zXZ",
        Codec::Zstd => b"\x28\xb5\x2f\xfd",
        Codec::Deflate | Codec::Zlib | Codec::Lzip | Codec::Lzma => {
            return Ok(packed.position() == 0);
        }
    };
    Ok(packed.peek(mark.len())?.starts_with(mark))
}
