//! Gzip and zlib streams that stood in some other encoding, as in the releases that Helm keeps.

use std::io::Read;

use tightlip_model::{ByteSpan, Match, Transform};

/// Bytes that a stream may yield for each one that may still be decoded.
pub(crate) const YIELD: usize = 8;

/// Whether something begins like a stream.
pub(crate) fn begins(bytes: &[u8]) -> bool {
    match bytes {
        [0x1f, 0x8b, 8, flags, ..] => flags & 0xe0 == 0,
        // A window of the usual size, no dictionary, and a header that is a multiple of 31.
        [0x78, flags, kind, ..] => matches!(flags, 0x01 | 0x5e | 0x9c | 0xda) && kind & 6 != 6,
        _ => false,
    }
}

/// Appends what a stream yields, at most so many bytes, to `out`; tells whether that was all that can
/// be read of it.
pub(crate) fn inflate(packed: &[u8], most: usize, out: &mut Vec<u8>) -> bool {
    let mut stream: Box<dyn Read + '_> = match packed.first() {
        Some(0x1f) => Box::new(flate2::read::MultiGzDecoder::new(packed)),
        _ => Box::new(flate2::read::ZlibDecoder::new(packed)),
    };
    // Of a damaged stream, what came before the damage is there.
    let _ = stream.by_ref().take(most as u64).read_to_end(out);
    out.len() < most || !matches!(stream.read(&mut [0]), Ok(1))
}

/// Gives each of the matches in what a stream of `packed` bytes yielded a stretch of it. Together they
/// are all of it, so that an excerpt that masks them shows no byte of it.
pub(crate) fn share_out(packed: usize, yielded: usize, found: &mut [Match]) {
    found.sort_by_key(|one| one.span);
    let place = |at: usize| (at as u128 * packed as u128 / yielded.max(1) as u128) as usize;
    let (mut start, mut index) = (0, 0);
    while let Some(first) = found.get(index) {
        let mut end = first.span.end;
        let rest = found.get(index..).unwrap_or_default();
        let shared = rest.iter().take_while(|one| {
            let is_shared = one.span.start < end;
            end = end.max(one.span.end);
            is_shared
        });
        let next = index + shared.count().max(1);
        let until = found.get(next).map_or(packed, |next| place(next.span.start).max(start + 1));
        for one in found.get_mut(index..next).unwrap_or_default() {
            one.span = ByteSpan::new(start, until.min(packed));
            one.transforms.insert(0, Transform::Deflate);
        }
        (start, index) = (until.min(packed), next);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn packed(text: &[u8]) -> Vec<u8> {
        let level = flate2::Compression::best();
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), level);
        encoder.write_all(text).expect("it goes to memory");
        encoder.finish().expect("it goes to memory")
    }

    #[test]
    fn a_stream_is_told_by_its_head_and_yields_up_to_a_bound() {
        let stream = packed(&[b'a'; 1000]);
        assert!(begins(&stream) && !begins(b"xylophone") && !begins(b""));
        for (most, is_whole) in [(2000, true), (1000, true), (999, false)] {
            let mut out = Vec::new();
            assert_eq!(inflate(&stream, most, &mut out), is_whole, "{most}");
            assert_eq!(out.len(), most.min(1000));
        }
    }

    #[test]
    fn what_stood_before_the_damage_is_there() {
        let stream = packed(b"some text that is cut off somewhere");
        let mut out = Vec::new();
        assert!(inflate(&stream[..stream.len() - 8], 100, &mut out));
        assert!(out.starts_with(b"some text"));
    }
}
